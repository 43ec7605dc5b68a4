"""How long a run waits for a team's server: for one answer, for slow ones together, and when its
own time is over.

Each answer of a slow server may come in time and all of them too late: a large review asks some
hundreds of times.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

# For one exchange.
SECONDS = 1.0
# What nobody minds, and how much more than that is borne in a run.
QUICK_SECONDS = 0.1
BORNE_SECONDS = 5.0
# Of a review that is short of time it is less, and never less than one exchange.
_SHARE = 0.2
# After the deadline of the review, in which what was answered by then is kept.
AFTER_SECONDS = 0.5


class Waiting:
    def __init__(self, ends_at: float | None = None) -> None:
        """`ends_at` on the monotonic clock is the review's deadline."""
        given = math.inf if ends_at is None else ends_at - time.monotonic()
        self._ends_at = math.inf if ends_at is None else ends_at + AFTER_SECONDS
        self._most = min(BORNE_SECONDS, max(SECONDS, given * _SHARE))
        self._borne = 0.0

    @property
    def left(self) -> float:
        """Seconds that the next exchange may take; 0 where none may be made."""
        until_end = self._ends_at - time.monotonic()
        return max(0.0, min(SECONDS, self._most - self._borne, until_end))

    @property
    def is_over(self) -> bool:
        """Whether the review's time is over, which is no fault of the server's."""
        return time.monotonic() >= self._ends_at

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count what is done meanwhile. Quick answers make good for slow ones, of which a run of
        hours has some."""
        begun = time.monotonic()
        try:
            yield
        finally:
            took = time.monotonic() - begun
            self._borne = max(0.0, self._borne + took - QUICK_SECONDS)
