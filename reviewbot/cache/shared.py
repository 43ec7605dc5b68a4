"""The cache that a team shares: a Redis that holds rows which it cannot read.

Whatever the server does, the worst is a question that is asked again: a row that is not the team's
is none, and one that cannot be had in a second is not waited for.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from reviewbot.cache.base import Cache
from reviewbot.cache.claims import Claims
from reviewbot.cache.link import Link
from reviewbot.database import Trouble

if TYPE_CHECKING:
    from reviewbot.cache.sealing import Seal
    from reviewbot.cache.wire import Reply

_DAY_MS = 86_400_000
_MOST_BYTES = 1_000_000
# A row that tells one team's key from another's: under other keys all names are others, and
# nothing else would say that what is looked for stands there for somebody else.
_TEAM, _PROOF = "reviewbot:{}:team", "a team's cache"
_UNUSED = "holds a row that is not used"
_SHOWN = 200


class SharedCache(Cache):
    def __init__(self, link: Link, key: bytes, days: int, patience: Callable[[], float]) -> None:
        """Nothing is opened before it is used. Rows last `days`; `patience` says how many seconds
        a review can still wait for what another one asks."""
        self._link = link
        self._key = key
        self._lasts = days * _DAY_MS
        self._claims = Claims(link, patience)
        self._seal: Seal | None = None
        self._beginning = threading.Lock()
        self._writes = True

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return self._link.troubles

    def find(self, key: str) -> str | None:
        seal = self._begun()
        name = seal.name(key)
        replies = self._link.ask(("GET", name))
        return self._read(name, replies[0]) if replies else None

    def keep(self, key: str, text: str) -> None:
        seal = self._begun()
        name = seal.name(key)
        if self._writes and len(row := seal.closed(name, text)) <= _MOST_BYTES:
            replies = self._link.ask(("SET", name, row, "PX", self._lasts))
            if replies and replies[0] != b"OK":
                self._writes = False
                self._link.tell("keeps nothing more", f"{replies[0]!s:.{_SHOWN}}")

    def claim(self, key: str) -> str | None:
        seal = self._begun()
        name = seal.name(key)
        return self._claims.until_found(seal, name, lambda row: self._read(name, row))

    def release(self, key: str) -> None:
        self._claims.release(self._begun().name(key))

    def close(self) -> None:
        self._claims.end()
        self._link.close()

    def _begun(self) -> Seal:
        with self._beginning:
            if self._seal is None:
                from reviewbot.cache.sealing import Seal

                self._seal = Seal(self._key)
                self._check_team(self._seal)
        return self._seal

    def _check_team(self, seal: Seal) -> None:
        """A server is one team's: with another key nothing would ever be found, in silence."""
        from reviewbot.cache.sealing import FORM, ForeignRowError

        team = _TEAM.format(FORM).encode()
        proof = seal.closed(team, _PROOF)
        replies = self._link.ask(("SET", team, proof, "NX", "PX", self._lasts), ("GET", team))
        held = replies[1] if replies else None
        if not isinstance(held, bytes):  # no server, or one that takes nothing
            self._refused(held)
            return
        try:
            seal.opened(team, held)
        except ForeignRowError:
            self._link.leave("its rows are of another key than the one that is set here")

    def _read(self, name: bytes, row: Reply) -> str | None:
        """A row that does not open is written anew by who asks."""
        from reviewbot.cache.sealing import ForeignRowError

        if self._seal is None:
            return None
        if not isinstance(row, bytes):
            self._refused(row)
            return None
        try:
            return self._seal.opened(name, row)
        except ForeignRowError:
            self._link.tell(_UNUSED, "it is damaged or was not written with this key")
            return None

    def _refused(self, reply: Reply) -> None:
        """What a server says in the place of a row. Of another type of row it would say so; what
        else it says (it is a part of a cluster, starts up, is busy) it would say to all."""
        if reply is None:
            return
        if str(reply).startswith("WRONGTYPE"):
            self._link.tell(_UNUSED, "it is no text")
        else:
            self._link.leave(f"{reply!s:.{_SHOWN}}")
