"""One review at a time on an engine of this machine.

Hooks of several repositories, and the commits of a rebase, would else load a model beside each
other or stack their prompts in one server's queue until they time out. Each waits its turn
instead, within its deadline.

The lock is a file that the kernel unlocks when its process ends, however it ends. It is one of
this user's: a folder that all users can write to would let any of them stop the others' reviews.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from reviewbot.engines.base import Patience

_AGAIN = 0.1


@contextmanager
def turn(engine: str, folder: Path, patience: Patience) -> Iterator[None]:
    """Wait for the turn on an engine, and hold it. Where the folder cannot be written to, there
    are no turns. Raises EngineUnavailable past the deadline.

    `engine` is its address, or what else says which one it is.
    """
    # A home folder may be shared among machines, and so are the locks in it.
    name = hashlib.sha256(f"{platform.node()} {engine}".encode()).hexdigest()[:16]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(folder / f"{name}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    with os.fdopen(file, "w") as held:
        _lock(held, engine, patience)
        yield


def _lock(file: IO[str], engine: str, patience: Patience) -> None:
    if _locked(file):
        return
    patience.on_wait(f"waiting for another review to end on {engine}")
    begun = time.monotonic()
    try:
        while not _locked(file):
            time.sleep(min(_AGAIN, patience.left))
    finally:
        patience.on_turn(time.monotonic() - begun)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
