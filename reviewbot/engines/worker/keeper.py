"""The one engine that a worker has: who it is lent to, and how long nobody has had it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from reviewbot.engines.worker.held import Held
from reviewbot.engines.worker.words import Wish

# Seconds that a worker without an engine waits for a caller.
_EMPTY_SECONDS = 20.0


class Keeper:
    """Threads may use it at once. `folder` is the worker's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._held: Held | None = None
        self._leases = 0
        self._is_over = False
        self._idle_since = time.monotonic()
        self._idle_seconds = 0.0

    def lease(self, wish: Wish, idle_seconds: float) -> Held | None:
        """The engine for a wish, which may still load; None where another one is lent, or the
        files are others here. It is to be given back, and is kept for that long when nobody has
        it. Raises EOFError where the worker is leaving."""
        with self._lock:
            if self._is_over:
                raise EOFError
            if self._held is None or not self._held.serves(wish):
                if self._leases or not wish.is_seen_here:
                    return None
                self._drop()
                self._held = Held(wish, self._folder)
            self._leases += 1
            self._idle_seconds = idle_seconds
            return self._held

    def give_back(self) -> None:
        with self._lock:
            self._leases -= 1
            self._idle_since = time.monotonic()

    def is_over(self) -> bool:
        """Whether nobody has wanted the engine for long enough; then it is lent no more."""
        with self._lock:
            if self._leases:
                return False
            if self._held and self._held.is_dead:
                self._drop()
            self._is_over = self._is_over or self._left <= 0
            return self._is_over

    def retire(self, *, forced: bool) -> bool:
        """Lend no more, and say whether that is so: what is lent stays lent unless `forced`."""
        with self._lock:
            self._is_over = self._is_over or forced or not self._leases
            return self._is_over

    def end(self) -> None:
        with self._lock:
            self._drop()

    def facts(self) -> dict[str, Any]:
        """What is said of it, in bytes, seconds and seconds since 1970."""
        with self._lock:
            held = self._held
            return {
                "wish": held.wish.row() if held else None,
                "loading": bool(held and held.is_loading),
                "engine_pid": held.pid if held else None,
                "since": held.since if held else None,
                "leases": self._leases,
                "idle": 0.0 if self._leases else time.monotonic() - self._idle_since,
                "left": None if self._leases else max(0.0, self._left),
            }

    @property
    def _left(self) -> float:
        limit = self._idle_seconds if self._held else _EMPTY_SECONDS
        return self._idle_since + limit - time.monotonic()

    def _drop(self) -> None:
        if self._held:
            self._held.end()
        self._held = None
