"""Where a worker is found: a folder that this user alone can enter."""

from __future__ import annotations

import hashlib
import os
import platform
import stat
from dataclasses import dataclass
from pathlib import Path

from reviewbot.private_socket import LONGEST_PATH

# The folder of an engine that the worker makes in its own, and the engine's socket in that.
_BELOW = len("/e12345678/engine.sock")


@dataclass(frozen=True, slots=True)
class Place:
    """The files of the worker. Who holds the lock on `lock` is the worker, or starts it."""

    folder: Path

    @property
    def socket(self) -> Path:
        return self.folder / "worker.sock"

    @property
    def lock(self) -> Path:
        return self.folder / "worker.lock"

    @property
    def log(self) -> Path:
        """What the worker had to say of an end that was none of its own."""
        return self.folder / "worker.log"


def place(cache: Path) -> Place | None:
    """The place on this machine, made where it is missing; None where there is none to have: no
    folder is ours alone, or its path is too long for a socket.

    `cache` is the user's cache folder, which stands in where the system gives no folder for
    sockets. Several machines may share it, so each has a folder of its own there.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    machine = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
    folders = [Path(runtime) / "reviewbot"] if _is_private(Path(runtime or ".")) else []
    for folder in (*folders, cache.absolute() / f"worker-{machine}"):
        if len(os.fsencode(folder)) + _BELOW <= LONGEST_PATH and _is_made(folder):
            return Place(folder)
    return None


def _is_made(folder: Path) -> bool:
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError:
        return False
    return _is_private(folder)


def _is_private(folder: Path) -> bool:
    """A folder, and no link to one, that only this user can enter."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    mine = folder.is_absolute() and found.st_uid == os.geteuid()
    return mine and stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == stat.S_IRWXU
