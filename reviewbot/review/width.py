"""How many prompts to ask about at once.

An engine that tells its slots is asked as many. Of the others (Ollama does not tell its
OLLAMA_NUM_PARALLEL, vLLM has no such number) it is measured, on the review's own calls: the first
is asked alone, the next ones together with one more each time, until one of them is seen to have
waited for another to end. Too many at once cost nothing but that wait, as long as it stays far
below the time-out; a server with one slot answers them one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass

# Where it is measured. A hook's review has a handful of chunks; who has more slots can say so.
_MOST = 4
# The wait behind another call, over the length of the call, that the time-out must have room for.
_ROOM = 3


@dataclass(frozen=True, slots=True)
class Span:
    """A call on the monotonic clock, in seconds: asked, first piece, last piece."""

    asked: float
    first: float
    last: float

    @property
    def reading(self) -> float:
        return self.first - self.asked


class Width:
    """How many calls may be under way now. `timeout` is in seconds without a byte."""

    def __init__(self, slots: int | None, timeout: float) -> None:
        self.now = slots or 1
        self._grows = slots is None
        self._timeout = timeout
        self._ended: list[Span] = []
        self._since = 0  # how many had ended when it was widened
        self._side_by_side = True  # seen since then

    def saw(self, span: Span) -> None:
        """Take a call that was answered into account."""
        if not self._grows:
            return
        alone = (self._ended or [span])[0]
        self._ended.append(span)
        before = [other for other in self._ended if other.last >= span.asked + alone.reading]
        if any(_waited(span, other, alone.reading) for other in before):
            self.now -= 1
            self._grows = False
            return
        self._side_by_side |= any(span.first < other.last for other in before if other is not span)
        if len(self._ended) - self._since >= self.now and self._side_by_side:
            self._widen(span)

    def _widen(self, span: Span) -> None:
        if self.now < _MOST and _ROOM * (span.last - span.asked) < self._timeout:
            self.now += 1
            self._since = len(self._ended) + self.now - 1  # those under way were asked before
            self._side_by_side = False


def _waited(span: Span, other: Span, reading: float) -> bool:
    """Whether a call was read only after another had ended, though there was time to read it
    before (`reading`: how long that takes alone, with nothing read beforehand)."""
    return span.first - other.last >= reading / 5
