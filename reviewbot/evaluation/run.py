"""Review the cases of a suite one after the other, with one engine that stays loaded."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from reviewbot.change.prepare import Prepared
from reviewbot.engines.base import Engine, OnPiece, Opener
from reviewbot.engines.watched import WatchedEngine
from reviewbot.evaluation.digest import case_key
from reviewbot.evaluation.facts import facts_of
from reviewbot.evaluation.materialise import prepared
from reviewbot.evaluation.replies import Replies
from reviewbot.evaluation.results import Row, Rows, row_of
from reviewbot.evaluation.suite import Case
from reviewbot.prompt import Completion, Prompt
from reviewbot.report import Report

Review = Callable[[Prepared, Opener], Report]


class Watcher(Protocol):
    """Is told how far the run is."""

    def begins(self, name: str) -> None: ...
    def ends(self) -> None: ...


class _Lent(WatchedEngine):
    """The engine as the reviews of an evaluation see it."""

    def __init__(self, engine: Engine, replies: Replies | None) -> None:
        super().__init__(engine)
        self._replies = replies

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        kept = self._replies.find(self.info, prompt) if self._replies else None
        if kept is not None:
            return kept
        completion = super().complete(prompt, on_piece)
        if self._replies:
            self._replies.keep(self.info, prompt, completion)
        return completion


class Engines:
    """One engine for all cases, opened again after it was lost. What it replied to the same
    prompt in an earlier run is not asked again where `replies` are kept."""

    def __init__(self, opener: Opener, replies: Replies | None = None) -> None:
        self._opener = opener
        self._replies = replies
        self._stack = ExitStack()
        self._lent: _Lent | None = None

    def __enter__(self) -> Engines:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def open(self) -> _Lent:
        """Raises EngineError where it cannot be opened."""
        if self._lent is None:
            self._lent = _Lent(self._stack.enter_context(self._opener()), self._replies)
        return self._lent

    @contextmanager
    def lend(self) -> Iterator[Engine]:
        yield self.open()

    @property
    def replayed(self) -> int:
        """Replies so far that were kept from earlier."""
        return self._replies.again if self._replies else 0

    def lost(self) -> bool:
        """Whether the engine was lost; it is closed then."""
        if self._lent is None or not self._lent.is_lost:
            return False
        self._lent = None
        self._stack.close()
        return True


@dataclass(frozen=True, slots=True)
class Task:
    """How a case is reviewed, and the digest of all that this follows from."""

    review: Review
    run: str


def run(
    cases: Sequence[Case], task: Task, engines: Engines, rows: Rows, watcher: Watcher
) -> tuple[Row, ...]:
    """A row for each case: the ones that are there, and the others made now. Raises EngineError
    where the engine cannot be opened, or not again."""
    known = rows.read()
    done = []
    for case in cases:
        row = known.get(case_key(task.run, case))
        if row is None:
            watcher.begins(case.id)
            row = _reviewed(case, task, engines)
            rows.add(row)
            watcher.ends()
        done.append(row)
    return tuple(done)


def left(cases: Sequence[Case], run_digest: str, known: Mapping[str, Row]) -> tuple[Case, ...]:
    """The cases that have no row yet."""
    return tuple(case for case in cases if case_key(run_digest, case) not in known)


def _reviewed(case: Case, task: Task, engines: Engines) -> Row:
    """A case that loses the engine is tried once more: a server that was restarted is no word on
    the model. One that loses it twice has failed, and the next case gets a new engine."""
    begun = time.monotonic()
    change = prepared(case.change)
    captured = time.monotonic() - begun
    facts = facts_of(case, change.change_set.files)
    replayed = engines.replayed
    for _ in range(2):
        engines.open()  # within a review an engine that is not there would be a fault of the case
        asked = time.monotonic()
        report = task.review(change, engines.lend)
        total = captured + time.monotonic() - asked
        if not engines.lost():
            break
    timings = replace(report.timings, capture=captured, total=total)
    row = row_of(case_key(task.run, case), case, facts, replace(report, timings=timings))
    return row.model_copy(update={"replayed": engines.replayed - replayed})
