"""Where the user's settings, cache, data and state stand: as platformdirs says.

Its import takes as long as three questions to git, so the plain case, by the XDG specification, is
answered here; a test holds it against platformdirs.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Literal

_HOMES = {
    "config": ("XDG_CONFIG_HOME", "~/.config"),
    "cache": ("XDG_CACHE_HOME", "~/.cache"),
    "data": ("XDG_DATA_HOME", "~/.local/share"),
    "state": ("XDG_STATE_HOME", "~/.local/state"),
}


def user_folder(kind: Literal["config", "cache", "data", "state"]) -> Path:
    """The folder of reviewbot's files of that kind; it need not be there."""
    variable, usual = _HOMES[kind]
    named = os.environ.get(variable, "")
    # What a relative path means, and blanks, differs by the version of platformdirs.
    is_plain = not named or (named.startswith("/") and named == named.strip())
    if sys.platform == "linux" and is_plain and not _is_android():
        return Path(named or os.path.expanduser(usual)) / "reviewbot"  # noqa: PTH111  (never raises)
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_path")("reviewbot"))


def made_own(folder: Path) -> bool:
    """Make a folder for its owner alone, where it is missing; whether nobody else can write to it,
    so that what lies there may be believed. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.stat()
    return found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _is_android() -> bool:
    return hasattr(sys, "getandroidapilevel") or os.environ.get("ANDROID_DATA") == "/data"
