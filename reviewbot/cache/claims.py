"""Who of a team asks: a row beside the answer's that lasts as long as its owner renews it.

Such a row is sealed, as answers are, and another one each time that it is renewed. So a server can
make nobody wait by rows of its own, nor by one that it should have dropped when its owner died:
who does not see it change asks. An owner that lives on is waited for, within what the review may
still take: the same call here would take as long.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reviewbot.cache.link import Link

if TYPE_CHECKING:
    from reviewbot.cache.sealing import Seal
    from reviewbot.cache.wire import Reply

LEASE_SECONDS = 10.0
_RENEWED = LEASE_SECONDS / 3
_SOON, _LATE, _SLOWER = 0.02, 0.25, 1.5
_TOKEN = 32

# What stands before the sealed part tells an owner its row, whichever of them it is by now.
_IF_MINE = (
    f"if string.sub(redis.call('get', KEYS[1]) or '', 1, {_TOKEN}) == ARGV[1]"
    " then return redis.call({}) end return 0"
)
_RENEW = _IF_MINE.format("'set', KEYS[1], ARGV[2], 'px', ARGV[3]")
_END = _IF_MINE.format("'del', KEYS[1]")


@dataclass(slots=True)
class _Watch:
    """A claim of somebody else's, and since when it has stood as it does."""

    name: bytes
    row: Reply = None
    since: float = field(default_factory=time.monotonic)

    def is_kept_up(self, row: Reply) -> bool:
        """Whether its owner has renewed it of late."""
        now = time.monotonic()
        if row != self.row:
            self.row, self.since = row, now
        return now - self.since < LEASE_SECONDS + _RENEWED


class Claims:
    """The claims of this process. Any number of threads may use it at once."""

    def __init__(self, link: Link, patience: Callable[[], float]) -> None:
        """`patience` says how many seconds a review can still wait."""
        self._link = link
        self._patience = patience
        self._token = secrets.token_hex(_TOKEN // 2).encode()
        self._held: dict[bytes, Seal] = {}
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._waits = True
        self._is_ended = False

    def until_found(
        self, seal: Seal, name: bytes, read: Callable[[Reply], str | None]
    ) -> str | None:
        """What `read` makes of the row, as soon as there is one; or None with the claim, or where
        there is no use in waiting."""
        ends_at = time.monotonic() + self._patience()
        pause, watch = _SOON, _Watch(_row(name))
        while self._waits:
            taken, claim, row = self._tried(seal, name)
            if taken == b"OK":
                self._hold(name, seal)
            found = read(row)
            if found is not None:
                self.release(name)
                return found
            if taken == b"OK":
                return None
            # What is left beside None is an error: the server is full, or only to be read.
            waits = taken is None and self._is_worth_it(seal, watch, claim)
            self._waits = waits and time.monotonic() < ends_at
            if self._waits:
                time.sleep(pause)
                pause = min(pause * _SLOWER, _LATE)
        replies = self._link.ask(("GET", name))
        return read(replies[0]) if replies else None

    def release(self, name: bytes) -> None:
        with self._changed:
            if self._held.pop(name, None) is None:
                return
        self._link.ask(("EVAL", _END, 1, _row(name), self._token))

    def end(self) -> None:
        """Release all of them."""
        with self._changed:
            self._waits, self._is_ended = False, True
            held = tuple(self._held)
            self._held = {}
            self._changed.notify_all()
        if held:
            self._link.ask(*(("EVAL", _END, 1, _row(name), self._token) for name in held))

    def _tried(self, seal: Seal, name: bytes) -> Sequence[Reply]:
        """Try for the claim, and look at the answer: in this order, because who ends a claim has
        kept the answer before. A claim that stands as it was sent is had whatever is said of it:
        where a connection is lost after the server took it, it is sent once more."""
        lease, place = int(LEASE_SECONDS * 1000), _row(name)
        sent = self._sealed(seal, place)
        tried = ("SET", place, sent, "NX", "PX", lease)
        replies = self._link.ask(tried, ("GET", place), ("GET", name))
        taken, claim, row = replies or (0, None, None)
        return (b"OK" if claim == sent else taken), claim, row

    def _is_worth_it(self, seal: Seal, watch: _Watch, claim: Reply) -> bool:
        """Whether a claim is waited for. One that has gone meanwhile is tried for."""
        from reviewbot.cache.sealing import ForeignRowError

        if claim is None:
            return True
        try:
            seal.opened(watch.name, claim[_TOKEN:] if isinstance(claim, bytes) else b"")
        except ForeignRowError:
            self._link.tell("holds a claim that is none of the team's, and is not waited for")
            return False
        return watch.is_kept_up(claim)

    def _hold(self, name: bytes, seal: Seal) -> None:
        with self._changed:
            self._held[name] = seal
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
                held = [(_row(name), seal) for name, seal in self._held.items()]
            if held and not self._link.ask(
                *(
                    ("EVAL", _RENEW, 1, place, self._token, self._sealed(seal, place), lease)
                    for place, seal in held
                )
            ):
                return

    def _sealed(self, seal: Seal, place: bytes) -> bytes:
        return self._token + seal.closed(place, "")


def _row(name: bytes) -> bytes:
    return name + b":asked"
