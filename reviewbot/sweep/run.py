"""Review what is left, several at once; one thread decides and writes.

Where the engine cannot be opened again, or a limit is reached, nothing more is begun.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from reviewbot.errors import EngineError, GitError, PatchError
from reviewbot.reporters.json_report import document
from reviewbot.sweep.crew import Answer, Crew
from reviewbot.sweep.plan import Unit
from reviewbot.sweep.row import Row, key_of


class Watcher(Protocol):
    """Is told how far the sweep is."""

    def begins(self, name: str) -> None: ...
    def ends(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Bounds:
    """`jobs` reviews at once; `max_chunks` asked about and `ends_at` on the monotonic clock in the
    whole sweep. Under a cap reviews go one by one, so that each knows what is left of it."""

    jobs: int = 1
    max_chunks: int | None = None
    ends_at: float | None = None

    @property
    def width(self) -> int:
        return self.jobs if self.max_chunks is None else 1

    def over(self, asked: int) -> str:
        """Why no more is begun; empty where it is."""
        if self.max_chunks is not None and asked >= self.max_chunks:
            return f"the cap of {self.max_chunks} chunks is reached"
        if self.ends_at is not None and time.monotonic() >= self.ends_at:
            return "the deadline has passed"
        return ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What a run needs beside the work itself."""

    bounds: Bounds
    watcher: Watcher


def run(
    units: Sequence[Unit], key: str, crew: Crew, keep: Callable[[Row], None], beside: Beside
) -> str:
    """Review the units and keep a row of each; why it ended before the last, empty where it did
    not. `key` is the run's. Raises what no review is expected to raise."""
    waiting = iter(units)
    asked = under_way = 0
    stop = ""
    while True:
        while not stop and under_way < beside.bounds.width:
            stop, unit = beside.bounds.over(asked), next(waiting, None)
            if stop or unit is None:
                stop = stop if unit is not None else ""
                break
            most = beside.bounds.max_chunks
            beside.watcher.begins(unit.name)
            crew.start(unit, None if most is None else most - asked)
            under_way += 1
        if not under_way:
            return stop
        answer = crew.next()
        under_way -= 1
        if isinstance(answer.error, EngineError):
            stop = stop or answer.error.told
            continue
        asked += answer.reviewed.asked if answer.reviewed else 0
        keep(_row(key, answer))
        beside.watcher.ends()


def _row(run_key: str, answer: Answer) -> Row:
    key = key_of(run_key, answer.unit)
    if isinstance(answer.error, GitError | PatchError):
        return Row(key=key, unit=answer.unit.told, fault=answer.error.told)
    if answer.error is not None:
        raise answer.error
    assert answer.reviewed is not None  # noqa: S101
    return Row(key=key, unit=answer.unit.told, report=document(answer.reviewed.report))
