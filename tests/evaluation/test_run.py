"""A run whose engine is lost keeps what is done, and blames no case for a server."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewbot.change.prepare import Prepared
from reviewbot.cli.metering import Extent, metering
from reviewbot.engines.base import Engine, OnPiece, Opener
from reviewbot.engines.scripted import WINDOW
from reviewbot.errors import EngineUnavailable
from reviewbot.evaluation.results import Row, Rows
from reviewbot.evaluation.run import Engines, Task, run
from reviewbot.evaluation.suite import load
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo, Report
from reviewbot.review.limits import Limits
from reviewbot.review.pipeline import review
from tests.evaluation.samples import SUITE

_CASES = load(SUITE).cases


class _Frail:
    """An engine that is gone at some of its calls, and cannot be opened some of the times."""

    def __init__(self, gone: Set[int], closed: Set[int] = frozenset()) -> None:
        self._gone, self._closed = gone, closed
        self.calls = self.opened = 0

    @contextmanager
    def open(self) -> Iterator[Engine]:
        self.opened += 1
        if self.opened in self._closed:
            raise EngineUnavailable("nobody answers")
        yield self

    @property
    def info(self) -> EngineInfo:
        return EngineInfo("frail", "m", None, WINDOW)

    @property
    def family(self) -> Family:
        return UNKNOWN

    @property
    def slots(self) -> int:
        return 1

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:  # noqa: ARG002
        self.calls += 1
        if self.calls in self._gone:
            raise EngineUnavailable("the engine is gone")
        return Completion('{"findings": []}', Finish.STOP)


def _run(engine: _Frail, rows: Rows) -> tuple[Row, ...]:
    rows.begin(fresh=False)
    with metering(Extent(len(_CASES), len(_CASES), "cases"), quiet=True, thoughts=False) as meter:

        def review_one(prepared: Prepared, opener: Opener) -> Report:
            return review(prepared, opener, Limits(), meter)

        with Engines(engine.open) as engines:
            return run(_CASES, Task(review_one, "r"), engines, rows, meter)


@pytest.fixture
def rows(tmp_path: Path) -> Rows:
    return Rows(tmp_path / "rows.jsonl")


def test_one_engine_serves_all_cases(rows: Rows) -> None:
    engine = _Frail(set())
    done = _run(engine, rows)
    assert [row.case.id for row in done] == [case.id for case in _CASES]
    assert engine.opened == 1


def test_an_engine_that_comes_back_is_asked_again(rows: Rows) -> None:
    engine = _Frail({2})
    assert not any(row.faults for row in _run(engine, rows))
    assert engine.opened == 2


def test_a_case_that_loses_the_engine_twice_has_failed_and_the_next_goes_on(rows: Rows) -> None:
    engine = _Frail({2, 3})
    faults = [row.faults for row in _run(engine, rows)]
    assert faults == [(), ("the engine is gone",), (), (), (), ()]
    assert engine.opened == 3


def test_an_engine_that_stays_away_ends_the_run_and_keeps_what_is_done(rows: Rows) -> None:
    engine = _Frail({3}, closed={2})
    with pytest.raises(EngineUnavailable, match="nobody answers"):
        _run(engine, rows)
    assert len(rows.read()) == 2
    assert len(_run(_Frail(set()), rows)) == 6
    assert len(rows.read()) == 6
