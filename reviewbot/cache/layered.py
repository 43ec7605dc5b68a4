"""A cache of this machine before one that is further away: what the far one has is kept here."""

from __future__ import annotations

from reviewbot.cache.base import Cache
from reviewbot.database import Trouble


class LayeredCache(Cache):
    def __init__(self, near: Cache, far: Cache) -> None:
        """`near` is closed by whom it belongs to."""
        self._near = near
        self._far = far

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        return self._near.troubles + self._far.troubles

    def find(self, key: str) -> str | None:
        found = self._near.find(key)
        return found if found is not None else self._fetched(key, self._far.find(key))

    def keep(self, key: str, text: str) -> None:
        self._near.keep(key, text)
        self._far.keep(key, text)

    def claim(self, key: str) -> str | None:
        found = self._near.claim(key)
        return found if found is not None else self._fetched(key, self._far.claim(key))

    def release(self, key: str) -> None:
        self._near.release(key)
        self._far.release(key)

    def close(self) -> None:
        self._far.close()

    def _fetched(self, key: str, text: str | None) -> str | None:
        if text is not None:
            self._near.keep(key, text)
        return text
