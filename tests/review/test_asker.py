"""What is asked about a chunk, and in which order."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from reviewbot.engines.base import OnPiece
from reviewbot.engines.learnt import FORGETFUL
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo
from reviewbot.review.asker import Asker
from reviewbot.review.effort import EFFORTS, effort_for
from reviewbot.review.learner import TokenLearner
from reviewbot.review.manner import Manner, asking
from reviewbot.review.said import Said
from reviewbot.settings import EffortName
from tests.marked import chunk_of

_EDIT = chunk_of(" def f(x):\n-    if x > 0:\n+    if x >= 0:\n         return x")
_NEW = chunk_of("+def f(x):\n+    return x")
_NOTHING = Completion('{"findings": []}', Finish.STOP, 500, 7)


def _no(_: Prompt) -> Completion:
    raise ReplyError("no")


def _gone(_: Prompt) -> Completion:
    raise EngineUnavailable("gone")


@dataclass
class _Engine:
    """Holds the version with `likes` in it for the correct one, by a nat each way."""

    likes: str = ">="
    compares: Callable[[Prompt], Completion] | None = None
    window: int = 8192
    slots: int | None = 1
    always_thinks: bool = False
    opinions: list[Completion] | None = None
    asked: list[Prompt] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("test", "model", window=self.window)

    @property
    def family(self) -> Family:
        return replace(UNKNOWN, always_thinks=self.always_thinks)

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        self.asked.append(prompt)
        on_piece("a")
        if not prompt.choice:
            return self._opinion()
        if self.compares:
            return self.compares(prompt)
        first = prompt.text.partition("Version B")[0]
        a, b = (-0.3, -1.3) if f" {self.likes} " in first else (-1.3, -0.3)
        return Completion("A", Finish.LENGTH, 100, 1, likeliest=(("a", a), ("b", b)))

    def _opinion(self) -> Completion:
        """What is left of `opinions`; nothing wrong, always, where there are none."""
        if self.opinions is None:
            return _NOTHING
        if not self.opinions:
            raise ReplyError("no")
        return self.opinions.pop(0)


def _ask(engine: _Engine, effort: EffortName = "balanced", chunk: object = _EDIT) -> Said:
    way = asking(engine, Manner(effort=effort))
    learner = TokenLearner(engine.info, way.budget, way.renderer.review(None), FORGETFUL)
    return Asker(engine, way, learner).ask(chunk, lambda _: None)  # type: ignore[arg-type]


def test_the_plain_way_is_one_question() -> None:
    engine = _Engine()
    said = _ask(engine, "plain")
    assert [prompt.choice for prompt in engine.asked] == [None]
    assert said == Said(_NOTHING)


def test_the_fast_way_asks_no_more_about_an_edit_that_it_does_not_doubt() -> None:
    engine = _Engine(likes=">=")
    said = _ask(engine, "fast")
    assert [bool(prompt.choice) for prompt in engine.asked] == [True, True]
    assert said.review is None
    assert len(engine.asked) == 2


@pytest.mark.parametrize("effort", ["fast", "balanced"])
def test_a_model_that_always_thinks_is_asked_at_once(effort: EffortName) -> None:
    engine = _Engine(always_thinks=True)
    assert _ask(engine, effort).contrast is None
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    ("model", "effort"),
    [
        ("qwen2.5-coder-1.5b", "fast"),
        ("qwen2.5-coder:3b", "fast"),
        ("qwen2.5-coder:7b", "balanced"),
        ("somebodys-own", "balanced"),
    ],
)
def test_the_usual_effort_follows_the_size_of_the_model(model: str, effort: EffortName) -> None:
    assert effort_for("auto", model) == EFFORTS[effort]
    assert effort_for("plain", model) == EFFORTS["plain"]


def test_an_edit_is_compared_in_both_orders_before_it_is_reviewed() -> None:
    engine = _Engine(likes=">=")
    said = _ask(engine)
    assert [bool(prompt.choice) for prompt in engine.asked] == [True, True, False]
    assert said.contrast is not None
    assert said.contrast.preference == pytest.approx(1.0)
    assert said.contrast.doubt < 0.1
    assert "known to hold a defect" not in engine.asked[-1].text


def test_where_the_old_version_is_held_for_the_correct_one_it_is_asked_what_is_wrong() -> None:
    engine = _Engine(likes=">")
    said = _ask(engine)
    assert said.contrast is not None
    assert said.contrast.doubt > 0.9
    prompt = engine.asked[-1]
    assert "known to hold a defect" in prompt.messages[-1].content
    assert "if x >= 0:" in prompt.messages[-1].content
    finding = json.loads(prompt.schema)["properties"]["findings"]
    assert (finding["minItems"], finding["maxItems"]) == (1, 1)
    assert finding["items"]["properties"]["quote"] == {"enum": ["if x > 0:", "if x >= 0:"]}


def test_new_code_has_nothing_to_be_compared_to() -> None:
    engine = _Engine()
    assert _ask(engine, chunk=_NEW).contrast is None
    assert len(engine.asked) == 1


def test_a_comparison_that_fails_leaves_the_review() -> None:
    engine = _Engine(compares=_no)
    assert _ask(engine) == Said(_NOTHING)


def test_answers_that_tell_nothing_are_counted_and_leave_the_review() -> None:
    engine = _Engine(compares=lambda _: Completion("<think>", Finish.LENGTH, 100, 1))
    said = _ask(engine, "fast")
    assert said.review == _NOTHING
    assert len(engine.asked) == 3
    assert said.confidence == EFFORTS["fast"].unverified


def test_an_engine_that_is_gone_is_told() -> None:
    with pytest.raises(EngineUnavailable):
        _ask(_Engine(compares=_gone))


def test_two_versions_that_do_not_fit_are_not_compared() -> None:
    rows = [f" value_{number} = compute(value_{number - 1})" for number in range(100)]
    long = chunk_of("\n".join([*rows, "-a = 1", "+a = 2"]))
    engine = _Engine(window=2600)
    assert _ask(engine, chunk=long).contrast is None
    assert len(engine.asked) == 1
    roomy = _Engine()
    _ask(roomy, chunk=long)
    assert len(roomy.asked) == 3


def test_the_thorough_way_asks_the_open_question_three_times() -> None:
    engine = _Engine()
    said = _ask(engine, "thorough", _NEW)
    assert len({prompt.text for prompt in engine.asked}) == 1
    assert [prompt.sampling.temperature for prompt in engine.asked] == [0.0, 0.8, 0.8]
    assert len({prompt.sampling.seed for prompt in engine.asked}) == 3
    assert len(said.votes) == 2


def test_a_vote_that_fails_takes_nothing_away() -> None:
    engine = _Engine(opinions=[_NOTHING])
    said = _ask(engine, "thorough", _NEW)
    assert said.review == _NOTHING
    assert said.votes == ()
    assert len(engine.asked) == 2
