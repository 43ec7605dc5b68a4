"""One review at a time on an engine of this machine.

Hooks of several repositories, and the commits of a rebase, would else load a model beside each
other or stack their prompts in one server's queue until they time out. Each waits its turn
instead, within its deadline.

A review in the background gives its turn up as soon as another one waits: who waits holds a second
lock meanwhile, which the background looks at.

The lock is a file that the kernel unlocks when its process ends, however it ends. It is one of
this user's: a folder that all users can write to would let any of them stop the others' reviews.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import IO

from reviewbot.engines.base import Patience

_AGAIN = 0.1

OnWanted = Callable[[], None]


@contextmanager
def turn(
    engine: str, folder: Path, patience: Patience, on_wanted: OnWanted | None = None
) -> Iterator[None]:
    """Wait for the turn on an engine, and hold it. Where the folder cannot be written to, there
    are no turns. Raises EngineUnavailable past the deadline.

    `engine` is its address, or what else says which one it is. `on_wanted` is called, in a thread
    of its own, when another review waits for a turn that is held with it; those that have one
    themselves wait unseen.
    """
    # A home folder may be shared among machines, and so are the locks in it.
    name = hashlib.sha256(f"{platform.node()} {engine}".encode()).hexdigest()[:16]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(folder / f"{name}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError:
        yield
        return
    wanted = folder / f"{name}.wanted"
    with os.fdopen(file, "w") as held:
        if not _locked(held):
            with nullcontext() if on_wanted else _wanting(wanted):
                _wait(held, engine, patience)
        with _giving_way(wanted, on_wanted) if on_wanted else nullcontext():
            yield


def _wait(file: IO[str], engine: str, patience: Patience) -> None:
    patience.on_wait(f"waiting for another review to end on {engine}")
    begun = time.monotonic()
    try:
        while not _locked(file):
            time.sleep(min(_AGAIN, patience.left))
    finally:
        patience.on_turn(time.monotonic() - begun)


@contextmanager
def _wanting(path: Path) -> Iterator[None]:
    """Let whoever holds the turn know that it is waited for."""
    with ExitStack() as stack:
        with suppress(OSError):
            file = stack.enter_context(open(path, "w", opener=_private))
            fcntl.flock(file, fcntl.LOCK_SH)  # any number may wait; who looks is done at once
        yield


@contextmanager
def _giving_way(path: Path, on_wanted: OnWanted) -> Iterator[None]:
    """Look now and then whether somebody waits."""
    is_over = threading.Event()

    def look() -> None:
        with suppress(OSError), open(path, "w", opener=_private) as file:
            while not is_over.wait(_AGAIN):
                if not _locked(file):
                    on_wanted()
                    return
                fcntl.flock(file, fcntl.LOCK_UN)

    threading.Thread(target=look, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
