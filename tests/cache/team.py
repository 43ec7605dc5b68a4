"""A team's cache as a test opens it; `conftest.py` closes it."""

from __future__ import annotations

from reviewbot.cache.link import Link, Server
from reviewbot.cache.shared import SharedCache
from reviewbot.cache.waiting import Waiting
from reviewbot.network import Door
from reviewbot.review.kept import digest

TEAM = bytes(range(32))
KEY = digest("a question")


def team_cache(
    url: str,
    key: bytes = TEAM,
    *,
    patience: float = 60.0,
    door: Door | None = None,
    waiting: Waiting | None = None,
) -> SharedCache:
    return SharedCache(Link(Server(url), door or Door(), waiting), key, 1, lambda: patience)
