"""Who does the reviews of a sweep: threads here, or other machines (`cli/sweep_ray.py`)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Protocol

from reviewbot.report import Report
from reviewbot.sweep.plan import Unit


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A report, and how many chunks somebody was asked about for it. `lost`: the engine went away
    meanwhile."""

    report: Report
    asked: int = 0
    lost: bool = False


# Reviews a unit and asks about so many chunks at the most (None: any number).
Review = Callable[[Unit, int | None], Reviewed]


@dataclass(frozen=True, slots=True)
class Answer:
    unit: Unit
    reviewed: Reviewed | None = None
    error: Exception | None = None


class Crew(Protocol):
    """For one thread alone."""

    def start(self, unit: Unit, most: int | None) -> None: ...

    def next(self) -> Answer:
        """The next answer that comes in, of a unit that was started."""


class Threads:
    """A thread for each review that is under way."""

    def __init__(self, review: Review) -> None:
        self._review = review
        self._answers: SimpleQueue[Answer] = SimpleQueue()

    def start(self, unit: Unit, most: int | None) -> None:
        # A daemon: one that waits for a server must not keep the process after Ctrl-C.
        threading.Thread(target=self._work, args=(unit, most), daemon=True).start()

    def next(self) -> Answer:
        return self._answers.get()

    def _work(self, unit: Unit, most: int | None) -> None:
        try:
            self._answers.put(Answer(unit, twice(unit, self._review, most)))
        except Exception as error:  # noqa: BLE001  (told or raised again by the thread that waits)
            self._answers.put(Answer(unit, error=error))


def twice(unit: Unit, review: Review, most: int | None) -> Reviewed:
    """A review that loses the engine is tried once more: a server that was restarted is no word on
    the change."""
    first = review(unit, most)
    if not first.lost:
        return first
    again = review(unit, None if most is None else max(0, most - first.asked))
    return Reviewed(again.report, first.asked + again.asked, again.lost)
