from __future__ import annotations

import pytest

from reviewbot.models.catalog import UNKNOWN, family_of
from reviewbot.models.overrides import NO_OVERRIDES, Overrides
from reviewbot.prompt import Think


@pytest.mark.parametrize("model", ["qwen2.5-coder:7b", "deepseek-r1:7b", "qwen3:8b", "gpt-oss:20b"])
def test_without_a_word_of_the_users_the_family_stays_as_it_is(model: str) -> None:
    assert NO_OVERRIDES.on(family_of(model)) == family_of(model)


def test_temperature_and_seed_hold_with_and_without_thought() -> None:
    family = Overrides(temperature=0.3, seed=7).on(family_of("qwen3:8b"))
    for level in ("off", "high"):
        sampling = family.sampling_at(level)
        assert (sampling.temperature, sampling.seed) == (0.3, 7)
    assert family.sampling_at("high").top_p == 0.95


def test_a_temperature_of_0_is_a_word_too() -> None:
    assert Overrides(temperature=0.0).on(family_of("deepseek-r1:7b")).sampling.temperature == 0


@pytest.mark.parametrize(
    ("model", "wanted", "level"),
    [
        ("deepseek-r1:7b", None, "medium"),
        ("deepseek-r1:7b", "high", "high"),
        ("deepseek-r1:7b", "off", "off"),
        ("qwen3:8b", None, "off"),
        ("qwen3:8b", "low", "low"),
        ("gpt-oss:20b", "off", "low"),
        ("qwen2.5-coder:7b", "high", "off"),
        ("a-model-of-nobody", "high", "high"),
        ("a-model-of-nobody", None, "off"),
    ],
)
def test_a_model_thinks_as_long_as_is_wanted_and_as_it_can(
    model: str, wanted: Think | None, level: Think
) -> None:
    assert Overrides(think=wanted).on(family_of(model)).think == level


def test_a_model_of_no_known_family_is_still_one() -> None:
    assert Overrides(seed=1).on(UNKNOWN).name == "unknown"
