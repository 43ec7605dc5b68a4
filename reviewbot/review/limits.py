"""How long and how much a review may ask."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from reviewbot.engines.base import Refusals


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_chunks` calls at the most; `ends_at` on the monotonic clock is the deadline; `timeout`
    is how many seconds without a byte end a call; `slots` is the user's word on how many prompts
    the engine answers at once, and `refusals` what it is too busy for meanwhile."""

    max_chunks: int | None = None
    ends_at: float | None = None
    timeout: float = math.inf
    slots: int | None = None
    refusals: Refusals = field(default_factory=Refusals)

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return math.inf if self.ends_at is None else max(0.0, self.ends_at - time.monotonic())


def over(limits: Limits, number: int) -> str:
    """Why call `number` is not to be made; empty where it is."""
    if limits.max_chunks is not None and number > limits.max_chunks:
        return f"over the cap of {limits.max_chunks} chunks"
    if limits.ends_at is not None and time.monotonic() >= limits.ends_at:
        return "the deadline has passed"
    return ""
