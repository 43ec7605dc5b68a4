"""What is offered in place of a model that is too large is smaller, and can review."""

from __future__ import annotations

import pytest

from reviewbot.models.card import Card, cards
from reviewbot.models.lookup import find
from reviewbot.models.smaller import next_smaller


@pytest.mark.parametrize(
    ("model", "smaller"),
    [
        ("qwen2.5-coder:14b", "qwen2.5-coder:7b"),
        ("qwen2.5-coder:latest", "qwen2.5-coder:3b"),
        ("hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M", "qwen2.5-coder:3b"),
        # Fewer bits before fewer parameters, down to four.
        ("qwen2.5-coder:7b-instruct-fp16", "qwen2.5-coder:7b-instruct-q8_0"),
        ("qwen2.5-coder:7b-instruct-q5_K_M", "qwen2.5-coder:7b"),
        ("deepseek-r1:14b-qwen-distill-q8_0", "deepseek-r1:14b"),
        ("qwen2.5-coder:7b-instruct-q3_K_M", "qwen2.5-coder:3b"),
        # A family with nothing smaller: what is recommended for the same use.
        ("qwen3-coder:30b", "qwen2.5-coder:14b"),
        ("llama3.3:70b", "qwen2.5-coder:32b"),
        ("deepseek-r1:8b", "deepseek-r1:8b-llama-distill-q4_K_M"),
        # 0.5b cannot review.
        ("qwen2.5-coder:1.5b", None),
        ("deepseek-r1:1.5b", None),
        ("qwen2.5-coder", None),
        ("somebody/else:3b", None),
        ("", None),
    ],
)
def test_the_next_smaller_one(model: str, smaller: str | None) -> None:
    assert next_smaller(model) == smaller


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_the_way_down_is_known_to_the_catalogue_and_ends(card: Card) -> None:
    seen = [card.name]
    while smaller := next_smaller(seen[-1]):
        assert smaller not in seen
        (found,) = find(smaller)
        assert found.suits
        assert found.parameters <= find(seen[-1])[0].parameters
        seen.append(smaller)
