"""How many prompts an engine answers at the same time, where it does not tell: seen on the
review's own calls, one more at a time, until one is seen to have waited for another to end."""

from __future__ import annotations

import math
from collections import deque

from reviewbot.review.latency import Span

# Where it ends in any case. A hook's review has a handful of chunks; who has more slots can say so.
_MOST = 16
# The wait behind another call, over the length of the call, that the time-out must have room for.
_ROOM = 3
# Calls after which one more is tried again; twice as many each time.
_HOLD = 32
# Calls that another may be seen to have waited for.
_SEEN = 64


class Measured:
    """What was seen so far. `timeout` is in seconds without a byte."""

    most = _MOST

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._alone: float | None = None  # how long the first call was read
        self._ended: deque[Span] = deque(maxlen=_SEEN)
        self._narrowed_at = -math.inf  # on the monotonic clock; what was asked before is settled
        self._rest = 0  # calls that end before it is widened again
        self._hold = _HOLD
        self._side_by_side = True  # seen since it was widened

    def after(self, span: Span, now: int) -> int:
        """The width from now on, after a call that was answered while it was `now`."""
        self._alone = span.reading if self._alone is None else self._alone
        self._ended.append(span)
        self._rest -= 1
        if now > 1 and span.asked >= self._narrowed_at and self._has_waited(span, self._alone):
            self._narrowed_at = span.last
            self._rest, self._hold = self._hold, 2 * self._hold
            self._side_by_side = now == 2  # noqa: PLR2004  (a call alone is never beside another)
            return now - 1
        others = (other for other in self._ended if other is not span)
        self._side_by_side |= any(span.first < other.last for other in others)
        if self._rest > 1 - now or not self._side_by_side or not self._has_room(span, now):
            return now
        self._rest = now + 1  # those under way were asked before
        self._side_by_side = False
        return now + 1

    def _has_room(self, span: Span, now: int) -> bool:
        return now < _MOST and _ROOM * (span.last - span.asked) < self._timeout

    def _has_waited(self, span: Span, alone: float) -> bool:
        """Whether the call was read only after another had ended, though there was time to read
        it before (`alone`: how long a call is read alone, with nothing read beforehand)."""
        before = (other for other in self._ended if other.last >= span.asked + alone)
        return any(span.first - other.last >= alone / 5 for other in before)
