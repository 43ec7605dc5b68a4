"""A finding is shown once more by itself; the answer moves its confidence and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.prompting.render import STANDS
from reviewbot.report import EngineInfo, Report
from reviewbot.review.limits import Limits
from reviewbot.review.manner import Manner
from reviewbot.review.pipeline import review
from reviewbot.settings import EffortName
from tests.change import prepared
from tests.conftest import Repository
from tests.review.test_judge import _Watcher

_CLAIM = {
    "quote": "    return a / b",
    "problem": "It divides by zero where b is 0.",
    "category": "correctness",
    "severity": "error",
}
_FOUND = Completion(json.dumps({"findings": [_CLAIM]}), Finish.STOP, 300, 40)


def _odds(nats: float) -> Completion:
    return Completion("yes", Finish.LENGTH, 200, 1, likeliest=(("yes", nats - 1), ("no", -1.0)))


_NO_LIMITS = Limits()


@dataclass
class _Engine:
    """Finds the same thing each time; `looks` are its second looks, or how they fail."""

    looks: list[Completion | Exception]
    found: Completion = _FOUND
    always_thinks: bool = False
    slots: int | None = 1
    asked: list[Prompt] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("test", "model", window=8192)

    @property
    def family(self) -> Family:
        return replace(UNKNOWN, always_thinks=self.always_thinks)

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        on_piece("a")
        if prompt.choice != STANDS:
            return self.found
        self.asked.append(prompt)
        look = self.looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return look


@contextmanager
def _lent(engine: Engine) -> Iterator[Engine]:
    yield engine


def _review(
    repository: Repository,
    engine: _Engine,
    effort: EffortName = "thorough",
    limits: Limits = _NO_LIMITS,
) -> Report:
    repository.write("f.py", "def half(a, b):\n    return a / b\n")
    repository.git("add", ".")
    change = prepared(repository)
    return review(change, lambda: _lent(engine), limits, _Watcher(), Manner(effort=effort))


def test_a_finding_that_stands_is_surer(repository: Repository) -> None:
    engine = _Engine([_odds(2.0)])
    (finding,) = _review(repository, engine).findings
    (plain,) = _review(repository, _Engine([]), "balanced").findings
    assert finding.confidence > 0.85 > plain.confidence
    assert replace(finding, confidence=plain.confidence) == plain


def test_a_finding_that_is_refuted_falls_below_the_usual_threshold(repository: Repository) -> None:
    (finding,) = _review(repository, _Engine([_odds(-3.0)])).findings
    assert finding.confidence < 0.5


def test_the_second_look_shows_the_code_and_the_claim_and_nothing_of_the_review(
    repository: Repository,
) -> None:
    engine = _Engine([_odds(0.0)])
    _review(repository, engine)
    (prompt,) = engine.asked
    assert "+2|    return a / b" in prompt.text
    assert "It divides by zero where b is 0." in prompt.text
    assert "findings" not in prompt.text
    assert prompt.max_tokens == 1


def test_a_breach_of_a_team_s_rule_is_not_looked_at_again(repository: Repository) -> None:
    """Whether it is a defect was not the question. Findings beside it keep their own answers."""
    repository.stage(".reviewbot/rules/no-half.md", "+++\n+++\nNever halve.\n")
    repository.commit()
    named = {"quote": "def half(a, b):", "problem": "It halves what b is.", "rule": "no-half"}
    text = json.dumps({"findings": [{**_CLAIM, **named}, _CLAIM]})
    found = replace(_FOUND, text=text)
    engine = _Engine([_odds(-3.0)], found=found)
    findings = {one.rule: one for one in _review(repository, engine).findings}
    (plain, *_) = _review(repository, _Engine([], found=found), "balanced").findings
    assert len(engine.asked) == 1
    assert findings["RB-CORRECTNESS"].confidence < 0.5 <= findings["RULE-no-half"].confidence
    assert plain.confidence == 0.5


@pytest.mark.parametrize("error", [ReplyError("no"), EngineUnavailable("gone")])
def test_a_second_look_that_fails_leaves_the_finding_and_is_counted(
    repository: Repository, error: Exception
) -> None:
    report = _review(repository, _Engine([error]))
    assert len(report.findings) == 1
    assert report.status == "complete"
    assert (report.usage.calls, report.usage.failed_calls) == (3, 1)


def test_no_second_look_is_taken_over_a_limit(repository: Repository) -> None:
    engine = _Engine([_odds(-3.0)])
    report = _review(repository, engine, limits=Limits(max_chunks=1))
    assert not engine.asked
    assert len(report.findings) == 1


def test_a_model_that_always_thinks_cannot_answer_with_a_word(repository: Repository) -> None:
    engine = _Engine([], always_thinks=True)
    assert len(_review(repository, engine).findings) == 1
    assert not engine.asked
