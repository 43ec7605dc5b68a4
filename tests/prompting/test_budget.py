from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.prompting.budget import (
    MARGIN_TOKENS,
    QUALITY_TOKENS,
    RELATED_TOKENS,
    Budget,
    estimate_tokens,
)

_ANY = st.text(st.characters(exclude_categories=()))


@settings(deadline=None)
@given(_ANY)
def test_any_text_has_an_estimate(text: str) -> None:
    assert estimate_tokens(text) >= 0


@settings(deadline=None)
@given(_ANY, _ANY)
def test_more_text_never_takes_fewer_tokens(one: str, other: str) -> None:
    assert estimate_tokens(one + " " + other) >= max(estimate_tokens(one), estimate_tokens(other))


def test_no_text_takes_no_tokens() -> None:
    assert estimate_tokens("") == 0


@pytest.mark.parametrize(
    ("window", "code"),
    [
        (0, 0),
        (580 + MARGIN_TOKENS, 0),
        (580 + MARGIN_TOKENS + 1, 1),
        (580 + MARGIN_TOKENS + 500, 400),
        (580 + MARGIN_TOKENS + 1500, 1200),
        (1_000_000, QUALITY_TOKENS),
    ],
)
def test_code_gets_what_the_rest_leaves_and_not_more_than_is_good(window: int, code: int) -> None:
    assert Budget(window, overhead=100, reserve=480).code == code


@given(st.integers(0, 20_000), st.integers(0, 5_000), st.integers(0, 2_000))
def test_nothing_exceeds_the_window(window: int, overhead: int, reserve: int) -> None:
    budget = Budget(window, overhead, reserve)
    assert 0 <= budget.code <= QUALITY_TOKENS
    assert 0 <= budget.related <= RELATED_TOKENS
    used = overhead + reserve + MARGIN_TOKENS + budget.code + budget.related
    assert used <= window or budget.code == budget.related == 0
