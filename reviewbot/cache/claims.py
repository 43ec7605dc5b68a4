"""Who of a team asks: a row beside the answer's that lasts as long as its owner renews it.

The owner of a claim that dies is noticed when the row is gone by itself. One that lives on is
waited for, within what the review may still take: the same call here would take as long.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reviewbot.cache.link import Link

if TYPE_CHECKING:
    from reviewbot.cache.wire import Reply

LEASE_SECONDS = 10.0
_RENEWED = LEASE_SECONDS / 3
_SOON, _LATE, _SLOWER = 0.02, 0.25, 1.5

_IF_MINE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call({}) end return 0"
_RENEW = _IF_MINE.format("'pexpire', KEYS[1], ARGV[2]")
_END = _IF_MINE.format("'del', KEYS[1]")


class Claims:
    """The claims of this process. Any number of threads may use it at once."""

    def __init__(self, link: Link, patience: Callable[[], float]) -> None:
        """`patience` says how many seconds a review can still wait."""
        self._link = link
        self._patience = patience
        self._token = secrets.token_hex(16).encode()
        self._held: set[bytes] = set()
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._waits = True
        self._is_ended = False

    def until_found(self, name: bytes, read: Callable[[Reply], str | None]) -> str | None:
        """What `read` makes of the row, as soon as there is one; or None with the claim, or where
        there is no use in waiting."""
        ends_at = time.monotonic() + self._patience()
        pause = _SOON
        while self._waits:
            taken, row = self._tried(name)
            if taken == b"OK":
                self._hold(name)
            found = read(row)
            if found is not None:
                self.release(name)
                return found
            if taken == b"OK":
                return None
            # What is left beside None is an error: the server is full, or only to be read.
            self._waits = taken is None and time.monotonic() < ends_at
            if self._waits:
                time.sleep(pause)
                pause = min(pause * _SLOWER, _LATE)
        return None

    def release(self, name: bytes) -> None:
        with self._changed:
            if name not in self._held:
                return
            self._held.discard(name)
        self._link.ask(("EVAL", _END, 1, _row(name), self._token))

    def end(self) -> None:
        """Release all of them."""
        with self._changed:
            self._waits, self._is_ended = False, True
            held, self._held = self._held, set()
            self._changed.notify_all()
        if held:
            self._link.ask(*(("EVAL", _END, 1, _row(name), self._token) for name in held))

    def _tried(self, name: bytes) -> Sequence[Reply]:
        """Try for the claim, and look at the answer: in this order, because who ends a claim has
        kept the answer before."""
        lease = int(LEASE_SECONDS * 1000)
        claim = ("SET", _row(name), self._token, "NX", "PX", lease)
        return self._link.ask(claim, ("GET", name)) or (0, None)

    def _hold(self, name: bytes) -> None:
        with self._changed:
            self._held.add(name)
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._renew, daemon=True)
                self._keeper.start()

    def _renew(self) -> None:
        lease = int(LEASE_SECONDS * 1000)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_ended, _RENEWED)
                if self._is_ended:
                    return
                held = tuple(self._held)
            if held and not self._link.ask(
                *(("EVAL", _RENEW, 1, _row(name), self._token, lease) for name in held)
            ):
                return


def _row(name: bytes) -> bytes:
    return name + b":asked"
