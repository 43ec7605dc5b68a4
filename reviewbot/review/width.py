"""How many prompts to ask about at once.

An engine that tells its slots is asked as many, and one whose user tells them, too; more than a
few from the first calls that are answered on. Of the others (Ollama does not tell its
OLLAMA_NUM_PARALLEL, vLLM has no such number) it is measured. Too many at once cost nothing but the
wait of some, as long as it stays far below the time-out.

Whatever was told or measured, a server may be full, or be asked by others as well. Where prompts
are refused or lost, or wait for longer than a call takes, half as many are asked at once; and one
more each time that as many were answered in peace. Nobody who shares a server in this way keeps a
queue much longer than the server is wide: a hook's one prompt waits behind few of a large merge
request. Of two large ones the later one has more, since it never saw the server idle; the other
goes on all the same.
"""

from __future__ import annotations

from reviewbot.engines.base import Refusals
from reviewbot.review.latency import Latency, Span
from reviewbot.review.measured import Measured

# Of the slots that are told, those that are asked before anything was answered.
_FIRST = 8


class Width:
    """How many calls may be under way now. `timeout` is in seconds without a byte; `refusals` are
    known before the calls that met them end."""

    def __init__(self, slots: int | None, timeout: float, refusals: Refusals | None = None) -> None:
        self._now = min(slots, _FIRST) if slots else 1
        self._refusals = refusals or Refusals()
        self._most = slots or Measured.most
        self._measured = None if slots else Measured(timeout)
        self._latency = Latency()
        self._shrunk_at: float | None = None
        self._in_peace = 0  # calls that ended since the width was changed

    @property
    def now(self) -> int:
        refused = self._refusals.latest
        if refused is not None and self._is_new(refused.asked):
            self._shrink(refused.at)
        return self._now

    def saw(self, span: Span) -> None:
        """Take a call that was answered into account."""
        if not self._is_new(span.asked):
            return
        self._latency.saw(span)
        if span.retries or self._latency.has_risen:
            self._shrink(span.last)
        elif self._shrunk_at is None and self._measured:
            self._now = self._measured.after(span, self._now)
        else:
            self._grow()

    def _is_new(self, asked: float) -> bool:
        """Whether what was asked then tells of the width as it is now."""
        return self._shrunk_at is None or asked > self._shrunk_at

    def _shrink(self, at: float) -> None:
        self._now = max(1, self._now // 2)
        self._shrunk_at = at
        self._in_peace = 0
        self._latency.forget()

    def _grow(self) -> None:
        """By one for each call until the first trouble, then by one for as many calls as are
        under way."""
        self._in_peace += 1
        if self._shrunk_at is None or self._in_peace >= self._now:
            self._now = min(self._now + 1, self._most)
            self._in_peace = 0
