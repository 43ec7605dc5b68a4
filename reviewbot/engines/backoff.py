"""How long to wait before a busy server is asked again, and when to stop asking."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from reviewbot.engines.base import Patience

_FIRST = 0.1
_LONGEST = 5.0


class Backoff:
    """Pauses that double, `most` seconds together, and never past the deadline."""

    def __init__(self, patience: Patience, most: float) -> None:
        now = time.monotonic()
        self._ends_at = min(now + most, patience.ends_at or now + most)
        self._next = _FIRST

    def pause(self, asked: float | None = None) -> bool:
        """Wait, as long as the server asked for if it did. False, at once, where that would be
        too long: a wait that must end in failure is told now."""
        seconds = max(self._next, asked or 0.0)
        if time.monotonic() + seconds > self._ends_at:
            return False
        time.sleep(seconds)
        self._next = min(2 * self._next, _LONGEST)
        return True


def retry_after(header: str | None) -> float | None:
    """The seconds of a Retry-After header, which holds seconds or a date.

    >>> retry_after("3"), retry_after("soon"), retry_after(None)
    (3.0, None, None)
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
