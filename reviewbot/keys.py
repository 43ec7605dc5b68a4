"""The user's keys: in the environment and the memory of processes, and in no file of settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reviewbot.errors import ConfigError
from reviewbot.settings import Settings

PREFIX = "REVIEWBOT_"
# Of an engine, and of a cache that a team shares.
_OF_SETTINGS = (f"{PREFIX}API_KEY", f"{PREFIX}CACHE_KEY", f"{PREFIX}CACHE_PASSWORD")
# The tokens are of code hosts.
VARIABLES = (*_OF_SETTINGS, f"{PREFIX}GITHUB_TOKEN", f"{PREFIX}GITLAB_TOKEN")


def with_keys(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """The settings with the keys of these variables, whatever keys they had. Raises
    ConfigError."""
    api_key, cache_key, cache_password = (_key(name, environ) for name in _OF_SETTINGS)
    return replace(settings, api_key=api_key, cache_key=cache_key, cache_password=cache_password)


def without_keys(settings: Settings) -> Settings:
    """The settings as they may be sent to another machine."""
    return with_keys(settings, {})


def _key(name: str, environ: Mapping[str, str]) -> str | None:
    """A key, without the line break at the end of the file that it came from. A character that
    no header can hold would put the key into the error message."""
    key = environ.get(name, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(
            f"{name} holds a character that cannot be sent",
            "set it anew, without line ends and other signs around it",
        )
    return key or None
