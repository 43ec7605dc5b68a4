"""One review of a sweep: as `reviewbot review` does it, with an engine that all of them share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewbot.change.git import Git
from reviewbot.cli.change import captured
from reviewbot.cli.lasting import forgetful, lasting_opener
from reviewbot.cli.muting import Muting
from reviewbot.settings import Settings
from reviewbot.sweep.crew import Reviewed
from reviewbot.sweep.shared import SharedEngine

if TYPE_CHECKING:
    from reviewbot.network import Door
    from reviewbot.report import EngineInfo
    from reviewbot.review.manner import Manner
    from reviewbot.review.observer import Observer
    from reviewbot.sweep.plan import Unit


@dataclass(frozen=True, slots=True)
class Reviewing:
    """All that the reviews have in common."""

    git: Git
    settings: Settings
    engine: SharedEngine
    door: Door
    manner: Manner
    ends_at: float | None

    def reviewed(self, unit: Unit, most: int | None, observer: Observer) -> Reviewed:
        """Raises GitError, PatchError for what cannot be read, EngineError where the engine cannot
        be opened."""
        from reviewbot.review.limits import Limits
        from reviewbot.review.pipeline import review

        change = captured(self.git, unit.scope(self.git), unit.paths)
        muting = Muting.of(change, self.settings)
        begun = time.monotonic()
        self.engine.open()  # within a review an engine that is not there is a fault of the change
        counting, loan = _Counting(observer), self.engine.loan()
        limits = Limits(most, self.ends_at, self.settings.timeout, self.settings.slots)
        report = review(change.prepared, loan.open, limits, counting, self.manner)
        total = change.seconds + time.monotonic() - begun
        timings = replace(report.timings, capture=change.seconds, total=total)
        connections = self.door.connections
        told = muting(replace(report, timings=timings, connections=connections))
        return Reviewed(told, counting.asked, loan.lost)


@contextmanager
def reviewing(
    settings: Settings, git: Git, ends_at: float | None, *, verbose: bool
) -> Iterator[Reviewing]:
    """Raises UsageError for what cannot serve; no engine is opened yet."""
    from reviewbot.cli.caching import caching
    from reviewbot.network import Door
    from reviewbot.review.limits import Limits

    way, to_hosts = forgetful(settings), Door.of(settings)
    opener = lasting_opener(settings, to_hosts)
    limits = Limits(None, ends_at, settings.timeout, settings.slots)
    with (
        caching(settings, to_hosts, limits, verbose=verbose) as keeping,
        SharedEngine(opener, settings.slots) as engine,
    ):
        asking = replace(way, keeping=keeping)
        yield Reviewing(git, settings, engine, to_hosts, asking, ends_at)


class _Counting:
    """Counts the chunks that somebody is asked about; what else is told goes on to the meter."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.asked = 0

    def waits(self, what: str) -> None:
        self._observer.waits(what)

    def loaded(self, engine: EngineInfo) -> None:
        self._observer.loaded(engine)

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        self.asked += 1
        self._observer.chunk_begins(number, total, path)

    def pieces(self, count: int) -> None:
        self._observer.pieces(count)

    def thought(self, path: str, text: str) -> None:
        self._observer.thought(path, text)
