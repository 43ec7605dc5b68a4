"""Whether a prompt that a server did not answer is asked again, and after which pause.

A busy server (429, 503) is asked again for a minute, or longer while it answers other prompts of
ours: it is full then, not stuck. One that nobody listens at has a moment to come back. A
connection that breaks in the middle of an answer, and a gateway that lost its server (502, 504),
are what is seen of a fleet that loses a worker: the prompt is asked once more, and another worker
has it. A second time may be the prompt's own doing.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from reviewbot.engines.backoff import Backoff
from reviewbot.engines.base import Patience, Refusal
from reviewbot.engines.openai_server import BUSY, ServerDown
from reviewbot.engines.wire import BrokenOffError, StatusError
from reviewbot.errors import EngineError

BUSY_SECONDS = 60.0
RESTART_SECONDS = 1.6  # with one more try, less than the 2 s in which a dead server is told
LOST = (502, 504)


class Again:
    """The tries of one prompt; `retries` counts those after the first. `answers` tells how many
    prompts the server has answered by now."""

    def __init__(self, patience: Patience, answers: Callable[[], int]) -> None:
        self._patience = patience
        self._answers = answers
        self._down = Backoff(patience, RESTART_SECONDS)
        self._broken: EngineError | None = None
        self._asked = time.monotonic()
        self._renew()
        self.retries = 0

    def after(self, error: EngineError) -> bool:
        """Whether to ask again, now that the pause is over."""
        may = self._may(error)
        self.retries += may
        return may

    def told(self, error: EngineError) -> EngineError:
        """The error that says why there is no answer, with the number of tries: a server that
        is gone after it broke off has failed this prompt, and may be back for the next."""
        told = self._broken if self._broken and isinstance(error, ServerDown) else error
        told.retries = self.retries
        return told

    def _may(self, error: EngineError) -> bool:
        if isinstance(error, ServerDown):
            return self._down.pause()
        if isinstance(error, StatusError) and error.status in BUSY:
            self._patience.refusals.add(Refusal(self._asked, time.monotonic()))
            return self._is_free_soon(error.retry_after)
        if isinstance(error, BrokenOffError) or (
            isinstance(error, StatusError) and error.status in LOST
        ):
            first, self._broken = self._broken is None, self._broken or error
            return first
        return False

    def _is_free_soon(self, asked: float | None) -> bool:
        if self._busy.pause(asked):
            return True
        if self._answers() == self._answered:
            return False
        self._renew()
        return self._busy.pause(asked)

    def _renew(self) -> None:
        self._busy = Backoff(self._patience, BUSY_SECONDS)
        self._answered = self._answers()
