"""Whether calls have begun to wait: behind each other, or behind those of somebody else.

A wait cannot be read off one call, since a longer prompt takes longer to be read. So each is held
against the quickest of those that had as much to read; and it counts only from the length of a
whole call on, because an engine that reads several prompts side by side reads each of them more
slowly, and is none the worse for it.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median

# Calls whose middle one is looked at: one that is late alone says nothing.
_SAMPLE = 4
# Seconds that nobody feels, and that a busy machine takes by itself.
_UNFELT = 0.25


@dataclass(frozen=True, slots=True)
class Span:
    """A call on the monotonic clock, in seconds: asked, first piece, last piece. `read` are the
    tokens that were read before the first piece, 0 where they are not told; `retries` says how
    often it was asked again."""

    asked: float
    first: float
    last: float
    read: int = 0
    retries: int = 0

    @property
    def reading(self) -> float:
        return self.first - self.asked


class Latency:
    """What the calls of a review tell of the time that they wait."""

    def __init__(self) -> None:
        self._quickest: list[tuple[int, float]] = []  # to read so many tokens or more
        self._lengths: deque[float] = deque(maxlen=_SAMPLE)
        self._whole = math.inf  # the shortest usual length of a call without its wait
        self._waits: deque[float] = deque(maxlen=_SAMPLE)

    def saw(self, span: Span) -> None:
        """Take a call into account. One that was asked again has waited for other reasons."""
        if not span.read or span.retries:
            return
        reading = self._reading(span)
        self._waits.append(span.reading - reading)
        self._lengths.append(reading + span.last - span.first)
        if len(self._lengths) == _SAMPLE:
            self._whole = min(self._whole, median(self._lengths))

    @property
    def has_risen(self) -> bool:
        """Whether the last calls waited for longer than a whole one takes at its best."""
        full = len(self._waits) == _SAMPLE
        return full and median(self._waits) > max(self._whole, _UNFELT)

    def forget(self) -> None:
        """The waits so far: something was done about them."""
        self._waits.clear()

    def _reading(self, span: Span) -> float:
        """The seconds that a call with as much to read takes at the best."""
        told = [seconds for read, seconds in self._quickest if read >= span.read]
        least = min((*told, span.reading))
        if least == span.reading:
            better = [(r, s) for r, s in self._quickest if r > span.read or s < span.reading]
            self._quickest = [*better, (span.read, span.reading)]
        return least
