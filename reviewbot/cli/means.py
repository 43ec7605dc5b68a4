"""What a command that asks a model works with: engine, limits, manner, and who watches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewbot.cli.options import Verbosity
from reviewbot.cli.run import manner, wanted
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.engines.base import Opener
    from reviewbot.explain.explain import Means as OfExplaining
    from reviewbot.network import Door
    from reviewbot.review.limits import Limits
    from reviewbot.review.manner import Manner
    from reviewbot.review.observer import Observer


@dataclass(frozen=True, slots=True)
class Means:
    opener: Opener
    manner: Manner
    limits: Limits
    observer: Observer
    door: Door
    begun: float
    turns: list[float]

    @property
    def of_explaining(self) -> OfExplaining:
        from reviewbot.explain.explain import Means as OfExplaining

        return OfExplaining(self.opener, self.manner, self.limits, self.observer)

    @property
    def seconds(self) -> float:
        """Since all this was made ready."""
        return time.monotonic() - self.begun

    @property
    def waited(self) -> float:
        """Seconds in which another review had the engine."""
        return sum(self.turns)

    @property
    def connections(self) -> tuple[str, ...]:
        return self.door.connections


@contextmanager
def means(settings: Settings, verbosity: Verbosity, *, line: bool = True) -> Iterator[Means]:
    """`line`: a progress line may stand on the terminal. Raises UsageError for what cannot
    serve."""
    from reviewbot.cli.progress import watching
    from reviewbot.engines.base import Patience
    from reviewbot.engines.detect import opener
    from reviewbot.engines.learnt import cache_folder
    from reviewbot.network import Door, HostPolicy
    from reviewbot.review.limits import Limits

    begun = time.monotonic()
    way = manner(settings)
    ends_at = None if settings.deadline is None else begun + settings.deadline
    door = Door(HostPolicy(frozenset(settings.allow_hosts), settings.allow_plaintext))
    limits = Limits(settings.max_chunks, ends_at, settings.timeout, settings.slots)
    with watching(quiet=verbosity.quiet, thoughts=verbosity.thoughts, line=line) as observer:
        turns: list[float] = []
        patience = Patience(settings.timeout, ends_at, observer.waits, turns.append)
        asked = replace(wanted(settings), locks=cache_folder(settings.cache_dir) / "locks")
        yield Means(opener(asked, door, patience), way, limits, observer, door, begun, turns)
