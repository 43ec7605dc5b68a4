"""The model keeps or drops what linters say; where it cannot answer, nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

import pytest

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineUnavailable, ExitCode, RefusedError, ReplyError
from reviewbot.finding import Finding, Source
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo, Report
from reviewbot.review.limits import Limits
from reviewbot.review.manner import Manner
from reviewbot.review.pipeline import review
from tests.change import prepared
from tests.conftest import Repository

_NOTHING = Completion('{"findings": []}', Finish.STOP, 100, 5, 60)
NO_LIMITS = Limits()
Answer = Callable[[str], Completion]


def _says(text: str, finish: Finish = Finish.STOP) -> Completion:
    return Completion(text, finish, 50, 5, 20)


REAL, NOT_REAL = _says('{"real": true}'), _says('{"real": false}')


@dataclass
class _Engine:
    """Finds nothing itself, and judges a hit as it is told to."""

    judge: Answer
    slots: int | None = 1
    asked: list[Prompt] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("test", "model", window=8192)

    @property
    def family(self) -> Family:
        return UNKNOWN

    @property
    def hits(self) -> list[str]:
        return [prompt.text for prompt in self.asked if "Linter: " in prompt.text]

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        self.asked.append(prompt)
        on_piece("a")
        return self.judge(prompt.text) if "Linter: " in prompt.text else _NOTHING


class _Watcher:
    def waits(self, what: str) -> None: ...
    def loaded(self, engine: EngineInfo) -> None: ...
    def chunk_begins(self, number: int, total: int, path: str) -> None: ...
    def pieces(self, count: int) -> None: ...
    def thought(self, path: str, text: str) -> None: ...


def _opener(engine: _Engine) -> Callable[[], AbstractContextManager[Engine]]:
    @contextmanager
    def opened() -> Iterator[Engine]:
        yield engine

    return opened


def _review(repository: Repository, engine: _Engine, limits: Limits = NO_LIMITS) -> Report:
    return review(prepared(repository), _opener(engine), limits, _Watcher(), Manner(linters="on"))


def _named(findings: Sequence[Finding]) -> list[str]:
    return [finding.title for finding in findings]


@pytest.fixture
def changed(repository: Repository) -> Repository:
    """Three hits in one chunk."""
    repository.commit()
    lines = "".join(f"    first = {name}\n" for name in ("alpha", "beta", "gamma"))
    repository.stage("a.py", f"def f():\n{lines}    return first\n")
    return repository


def test_the_model_keeps_and_drops(changed: Repository) -> None:
    engine = _Engine(lambda text: NOT_REAL if "`beta`" in text else REAL)
    report = _review(changed, engine)
    assert _named(report.findings) == ["Undefined name `alpha`", "Undefined name `gamma`"]
    (finding, _) = report.findings
    assert (finding.rule, finding.source) == ("LINT-RUFF-F821", Source.LINTER)
    assert (finding.quote, finding.location.start_line) == ("    first = alpha", 2)
    assert finding.message.endswith(
        "So says ruff (F821), and the model takes it for a real defect."
    )
    (use,) = report.linters
    assert (use.files, use.hits, use.dropped, use.unjudged) == (1, 3, 1, 0)
    assert report.status == "complete"


def test_each_judgement_is_a_call_that_is_counted(changed: Repository) -> None:
    usage = _review(changed, _Engine(lambda _: REAL)).usage
    assert (usage.calls, usage.prompt_tokens, usage.cached_tokens) == (4, 250, 120)
    assert usage.failed_chunks == 0


def test_the_prompt_begins_alike_and_ends_with_the_code(changed: Repository) -> None:
    engine = _Engine(lambda _: REAL)
    _review(changed, engine)
    one, other, _ = engine.hits
    same = next(at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    assert "File: a.py\nLinter: ruff F821, line 2: Undefined name `alpha`" in one
    assert same > one.index("line 2") - 1 > 500
    assert one.endswith("+5|    return first")
    assert json.loads(engine.asked[-1].schema)["properties"] == {"real": {"type": "boolean"}}


@pytest.mark.parametrize(
    "reply",
    [
        _says(""),
        _says("yes"),
        _says('{"real": "true"}'),
        _says('{"real": true, "real": false}'),
        _says('{"real": tr', Finish.LENGTH),
        _says('{"findings": []}'),
    ],
)
def test_a_reply_that_says_nothing_leaves_the_hit(changed: Repository, reply: Completion) -> None:
    report = _review(changed, _Engine(lambda _: reply))
    assert len(report.findings) == report.linters[0].unjudged == 3
    assert "no model has judged it: the reply is not what was asked for." in (
        report.findings[0].message
    )
    assert report.usage.calls == 4


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"real": false}\n```',
        '{ "real" :false }',
        '<think>{"real": true}?</think>{"real": false}',
    ],
)
def test_a_reply_in_other_clothes_is_read(changed: Repository, text: str) -> None:
    assert _review(changed, _Engine(lambda _: _says(text))).findings == ()


def _raises(error: Exception) -> Answer:
    def answer(_: str) -> Completion:
        raise error

    return answer


def test_a_call_that_fails_leaves_its_hit_and_the_others_are_asked_about(
    changed: Repository,
) -> None:
    engine = _Engine(_raises(ReplyError("HTTP 500")))
    report = _review(changed, engine)
    assert len(engine.hits) == len(report.findings) == 3
    assert "no model has judged it: HTTP 500." in report.findings[0].message
    assert report.status == "complete"


def test_an_engine_that_is_gone_is_not_asked_again(changed: Repository) -> None:
    engine = _Engine(_raises(EngineUnavailable("the engine has ended")))
    report = _review(changed, engine)
    assert (len(engine.hits), len(report.findings)) == (1, 3)
    assert all("the engine has ended" in finding.message for finding in report.findings)


def test_a_refused_model_is_an_error(changed: Repository) -> None:
    with pytest.raises(RefusedError):
        _review(changed, _Engine(_raises(RefusedError("a cloud model"))))


def test_an_engine_that_cannot_be_opened_leaves_every_hit(changed: Repository) -> None:
    def closed() -> AbstractContextManager[Engine]:
        raise EngineUnavailable("no server", "start it")

    change = prepared(changed)
    report = review(change, closed, Limits(), _Watcher(), Manner(linters="on"))
    assert len(report.findings) == report.linters[0].unjudged == 3
    assert report.exit_code("error") is ExitCode.FINDINGS


def test_the_cap_counts_these_calls_as_well(changed: Repository) -> None:
    engine = _Engine(lambda _: NOT_REAL)
    report = _review(changed, engine, Limits(max_chunks=2))
    assert (len(engine.asked), report.linters[0].dropped) == (2, 1)
    assert "no model has judged it: over the cap of 2 chunks." in report.findings[0].message
    assert report.status == "complete"


def test_the_deadline_holds_for_these_calls_as_well(changed: Repository) -> None:
    engine = _Engine(lambda _: NOT_REAL)
    report = _review(changed, engine, Limits(ends_at=0.0))
    assert engine.asked == []
    assert report.linters[0].fault == "it ran out of time"


def test_without_linters_nothing_more_is_asked(changed: Repository) -> None:
    engine = _Engine(lambda _: REAL)
    report = review(prepared(changed), _opener(engine), Limits(), _Watcher())
    assert (engine.hits, report.findings, report.linters) == ([], (), ())


def test_a_small_model_is_no_judge(changed: Repository) -> None:
    engine = _Engine(lambda _: NOT_REAL)
    way = Manner(linters="on", effort="fast")
    report = review(prepared(changed), _opener(engine), Limits(), _Watcher(), way)
    assert (engine.hits, len(report.findings)) == ([], 3)
    assert "no model has judged it: a model of this size is not asked." in (
        report.findings[0].message
    )
