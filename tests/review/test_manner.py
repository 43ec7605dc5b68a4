from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import EngineUnavailable
from reviewbot.models.catalog import Family, families, family_of
from reviewbot.models.overrides import LEVELS, NO_OVERRIDES, Overrides
from reviewbot.prompt import THOUGHT_TOKENS, Prompt, Think
from reviewbot.prompting.render import REPLY_TOKENS
from reviewbot.report import EngineInfo
from reviewbot.review.manner import Asking, Manner, UnopenedModel, asking


def _asked(model: str, window: int, overrides: Overrides = NO_OVERRIDES) -> Asking:
    info = EngineInfo("test", model, window=window)
    return asking(UnopenedModel(info, family_of(model)), Manner(overrides))


def _level(way: Asking) -> Think:
    return way.renderer.review(None).think


def test_a_model_is_asked_in_its_familys_way() -> None:
    way = _asked("deepseek-r1:7b", 8192)
    prompt = way.renderer.review(None)
    assert prompt.think == "medium"
    assert (prompt.sampling.temperature, prompt.sampling.top_p) == (0.6, 0.95)
    assert [message.role for message in prompt.messages] == ["user"]
    assert way.notes == ()


def test_the_users_word_reaches_the_prompt() -> None:
    prompt = _asked("qwen3:8b", 8192, Overrides(0.2, 5, "low")).renderer.review(None)
    sampling = prompt.sampling
    assert (sampling.temperature, sampling.seed, sampling.top_k) == (0.2, 5, 20)
    assert prompt.think == "low"


def test_the_thought_has_its_place_in_the_window() -> None:
    without = _asked("deepseek-r1:7b", 32768, Overrides(think="off")).budget
    with_it = _asked("deepseek-r1:7b", 32768, Overrides(think="high")).budget
    assert without.reserve == REPLY_TOKENS
    assert with_it.reserve == REPLY_TOKENS + THOUGHT_TOKENS["high"]


def test_deepseek_r1_keeps_its_usual_thought_in_the_window_of_a_small_engine() -> None:
    way = _asked("deepseek-r1:7b", 4096)
    assert (_level(way), way.notes) == ("medium", ())


@pytest.mark.parametrize(
    ("model", "window", "level"),
    [("deepseek-r1:7b", 4096, "medium"), ("qwen3:8b", 4096, "low"), ("qwen3:8b", 2560, "off")],
)
def test_a_thought_that_does_not_fit_is_shortened_and_a_note_says_so(
    model: str, window: int, level: Think
) -> None:
    way = _asked(model, window, Overrides(think="high"))
    assert _level(way) == level
    (note,) = way.notes
    assert f"{model} ({window} tokens)" in note
    assert "6144 tokens" in note
    assert "it does not think" in note if level == "off" else f"--think {level}" in note
    assert "--window" in note


def test_a_thought_cut_to_nothing_takes_the_sampling_of_no_thought() -> None:
    prompt = _asked("qwen3:8b", 2560, Overrides(think="high")).renderer.review(None)
    assert prompt.sampling.temperature == 0


def test_a_model_that_does_not_think_is_asked_as_ever_and_a_note_says_so() -> None:
    way = _asked("qwen2.5-coder:7b", 4096, Overrides(think="high"))
    assert _level(way) == "off"
    assert way.notes == ("qwen2.5-coder:7b does not think: --think high changes nothing",)
    assert _asked("qwen2.5-coder:7b", 4096, Overrides(think="off")).notes == ()


def test_a_model_that_cannot_but_think_is_kept_short() -> None:
    way = _asked("gpt-oss:20b", 8192, Overrides(think="off"))
    assert _level(way) == "low"
    assert way.notes == ("gpt-oss:20b cannot be kept from thinking: --think off is taken as low",)


def test_a_window_that_holds_no_code_is_told_with_what_fills_it() -> None:
    with pytest.raises(EngineUnavailable, match="is 1024 tokens; the instructions and the") as one:
        _asked("qwen2.5-coder:7b", 1024)
    with pytest.raises(EngineUnavailable, match="instructions, the thought and the reply") as other:
        _asked("gpt-oss:20b", 1024)
    assert "--window" in one.value.remedy
    assert "--window" in other.value.remedy


@dataclass
class _Counting:
    """A model whose engine counts."""

    info: EngineInfo
    family: Family

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return 10


def test_the_engines_own_count_is_preferred() -> None:
    model = _Counting(EngineInfo("test", "m", window=8192), family_of("m"))
    assert asking(model, Manner()).budget.overhead == 10


@given(st.sampled_from(families()), st.integers(0, 40_000), st.sampled_from([None, *LEVELS]))
def test_what_is_asked_fits_or_is_refused(
    family: Family, window: int, wanted: Think | None
) -> None:
    model = UnopenedModel(EngineInfo("test", "m", window=window), family)
    try:
        way = asking(model, Manner(Overrides(think=wanted)))
    except EngineUnavailable:
        return
    budget, prompt = way.budget, way.renderer.review(None)
    assert budget.reserve == prompt.max_tokens + prompt.thought_tokens
    assert budget.overhead + budget.reserve + budget.code + budget.related <= window
    assert family.thinks or prompt.think == "off"
