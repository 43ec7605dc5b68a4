"""The catalogue's facts: well-formed, with their sources, and in agreement with each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from reviewbot.models.card import Card, Quantization, cards, guide, sources, tables
from reviewbot.models.catalog import families, family_of
from reviewbot.models.lookup import by_name

_RAW: list[dict[str, Any]] = [table for family in tables()["family"] for table in family["model"]]


@pytest.mark.parametrize("table", _RAW, ids=lambda table: str(table["name"]))
def test_a_model_has_the_fields_of_a_card_in_their_types(table: dict[str, Any]) -> None:
    text = json.dumps(table | {"family": "x", "thinks": False}, default=str)
    card = TypeAdapter(Card).validate_json(text, strict=True)
    assert card.parameters > 10**8
    assert card.active is None or card.active < card.parameters
    assert card.context >= 2048
    assert set(table) <= set(Card.__dataclass_fields__)


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_each_figure_names_its_source(card: Card) -> None:
    assert card.sources["config"] in sources()
    assert ("bytes" in card.sources) == (card.bytes is not None)
    assert {*card.sources.values(), *(score.source for score in card.scores)} <= set(sources())
    assert all(0 < score.value <= 100 for score in card.scores)


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_a_model_suits_something_or_says_why_not(card: Card) -> None:
    assert bool(card.suits) != bool(card.why_not)


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_a_model_is_asked_as_its_family(card: Card) -> None:
    if "/" not in card.name:
        assert family_of(card.name).name == card.family
    assert family_of(card.hub).name in (card.family, "unknown")


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_file_and_parameters_agree(card: Card) -> None:
    """Small models and mixtures keep some tensors at more bits, and models that see carry more
    than their text; a mistyped figure is off by more than that."""
    known = guide().get(card.quantization or "")
    if card.bytes is None or known is None:
        return
    dense = card.active is None and card.parameters > 10**9 and "qwen3.5" not in card.family
    low, high = (0.93, 1.07) if dense else (0.93, 1.35)
    assert low < card.bytes * 8 / card.parameters / known.bits < high


def test_every_family_has_models_and_every_model_a_family() -> None:
    assert [family["name"] for family in tables()["family"]] == [f.name for f in families()]
    assert all(family["model"] for family in tables()["family"])


def test_sources_are_all_used() -> None:
    used = {key for card in cards() for key in card.sources.values()}
    used |= {score.source for card in cards() for score in card.scores}
    assert set(sources()) == used | {"llama-quantize"}


def test_names_are_used_once() -> None:
    names = [name for card in cards() for name in (card.name, *card.also)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("task", ["review", "reasoning"])
def test_what_is_recommended_is_there_fits_the_task_and_can_be_reckoned(task: str) -> None:
    for name in tables()["recommend"][task]:
        card = by_name(name)
        assert task in card.suits or "low memory" in card.suits
        assert card.shape
        assert "Q4_K_M" in card.quantizations


def test_the_guide_rises_in_bits_and_falls_in_perplexity() -> None:
    rows = list(guide().values())
    assert [row.name for row in rows][::7] == ["Q2_K", "F16"]
    assert [row.bits for row in rows] == sorted(row.bits for row in rows)
    assert [row.perplexity for row in rows] == sorted((r.perplexity for r in rows), reverse=True)
    assert all(isinstance(row, Quantization) and row.bits >= row.nominal for row in rows)


def test_every_quantisation_of_the_guide_or_of_a_file_is_known_by_name() -> None:
    for card in cards():
        assert set(card.others) <= set(guide())
        assert card.quantization in {*guide(), "Q4_1", "MXFP4", None}


@pytest.mark.parametrize(
    ("name", "quantization", "tag"),
    [
        ("qwen2.5-coder:7b", "Q4_K_M", "qwen2.5-coder:7b"),
        ("qwen2.5-coder:7b", "Q5_K_M", "qwen2.5-coder:7b-instruct-q5_K_M"),
        ("qwen2.5-coder:7b", "Q8_0", "qwen2.5-coder:7b-instruct-q8_0"),
        ("deepseek-r1:14b", "F16", "deepseek-r1:14b-qwen-distill-fp16"),
        ("qwen3-coder:30b", "Q8_0", "qwen3-coder:30b-a3b-q8_0"),
        (
            "deepseek-r1-distill-qwen-14b-japanese",
            "Q4_K_M",
            "hf.co/mmnga/cyberagent-DeepSeek-R1-Distill-Qwen-14B-Japanese-gguf",
        ),
    ],
)
def test_the_tag_of_a_quantisation(name: str, quantization: str, tag: str) -> None:
    assert by_name(name).tag(quantization) == tag


def test_the_size_of_a_file_is_the_published_one_or_parameters_by_bits() -> None:
    card = by_name("qwen2.5-coder:7b")
    assert card.file_bytes("Q4_K_M") == 4_683_074_048
    assert card.file_bytes("Q8_0") == round(card.parameters * 8.5 / 8)
    assert by_name("gpt-oss:20b").file_bytes("MXFP4") == 14_000_000_000
    assert card.file_bytes("IQ1_S") is None


# The families that the documentation promises.
@pytest.mark.parametrize(
    "name",
    [
        *(f"qwen2.5-coder:{size}b" for size in ("0.5", "1.5", "3", "7", "14", "32")),
        *(f"deepseek-r1:{size}b" for size in ("1.5", "7", "8", "14", "32", "70")),
        "deepseek-r1-distill-qwen-14b-japanese",
        *("qwen3-coder:30b", "qwen3-coder-next", "deepseek-coder:6.7b", "deepseek-coder-v2:16b"),
        *("deepseek-v3", "codellama:7b", "codellama:70b", "llama2:7b", "llama3.3:70b", "phi:2.7b"),
        *("phi3:3.8b", "phi4-mini:3.8b", "starcoder2:7b", "mistral:7b", "mixtral:8x7b"),
        *("gemma3:12b", "gemma4:31b", "gpt-oss:20b", "qwen3.6:27b", "devstral-small-2:24b"),
    ],
)
def test_the_model_is_in_the_catalogue(name: str) -> None:
    assert by_name(name).name == name
