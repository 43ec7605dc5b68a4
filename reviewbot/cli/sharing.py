"""The cache that a team shares, from settings."""

from __future__ import annotations

import stat
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from reviewbot.cache.base import Cache
from reviewbot.cache.layered import LayeredCache
from reviewbot.cache.link import Link, Server
from reviewbot.cache.shared import SharedCache
from reviewbot.cache.waiting import Waiting
from reviewbot.endpoint import REDIS
from reviewbot.errors import ConfigError, UsageError
from reviewbot.keys import PREFIX
from reviewbot.network import Door
from reviewbot.review.limits import Limits
from reviewbot.settings import Settings

_MOST_KEY = 4096
_DIGITS = 5


def shared_cache(settings: Settings, door: Door, limits: Limits, here: Cache) -> Cache:
    """The shared one behind that of this machine; nothing is opened yet. Raises UsageError where
    its host is not allowed, and where its key or its packages are missing."""
    if find_spec("redis") is None or find_spec("cryptography") is None:
        raise UsageError(
            "a shared cache needs packages that are not installed",
            "pip install 'reviewbot[shared]', or cache = \"on\" for that of this machine alone",
        )
    door.check_name(settings.cache, REDIS)
    link = Link(_server(settings), door, Waiting(limits.ends_at))
    # Who has waited in vain needs as long to ask.
    key = _key(settings)
    if settings.cache_key_file and not settings.cache_key and _is_open(settings.cache_key_file):
        link.tell(f"has a key that others can read: chmod 600 {settings.cache_key_file}")
    far = SharedCache(
        link, key, settings.cache_ttl_days, lambda: min(limits.timeout, limits.left / 2)
    )
    return LayeredCache(here, far)


def shown(cache: str) -> str:
    """A shared cache's address for people. One that would be refused may hold a password."""
    return "that is not shown, for it may hold a password" if "@" in cache else cache


def _server(settings: Settings) -> Server:
    """Raises ConfigError."""
    parts = urlsplit(settings.cache)
    said = "" if parts.scheme == "unix" else parts.path.strip("/")
    if said and not (said.isascii() and said.isdecimal() and len(said) <= _DIGITS):
        raise ConfigError(
            f"`cache`: {said!r} is no number of a database", "write rediss://HOST:PORT/0"
        )
    user, _, password = (settings.cache_password or "").partition(":")
    login = tuple(word for word in (user, password) if word)
    return Server(settings.cache, login, int(said or 0))


def _key(settings: Settings) -> bytes:
    """Raises ConfigError."""
    from reviewbot.cache.sealing import read_key

    if settings.cache_key:
        return read_key(settings.cache_key, f"{PREFIX}CACHE_KEY")
    if not settings.cache_key_file:
        raise ConfigError(
            "a shared cache needs the team's key",
            "make one with `reviewbot cache key FILE`, and set cache_key_file in your config.toml",
        )
    path = Path(settings.cache_key_file)
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_KEY).decode("ascii", "replace")
    except (OSError, ValueError) as error:  # ValueError: a path that is none
        why = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot read the key of the shared cache, {path}: {why}", "check cache_key_file"
        ) from None
    return read_key(text, str(path))


def _is_open(key_file: str) -> bool:
    """Whether everybody on this machine can read or write the team's key. A pipe has no others."""
    mode = Path(key_file).stat().st_mode
    return stat.S_ISREG(mode) and bool(mode & (stat.S_IROTH | stat.S_IWOTH))
