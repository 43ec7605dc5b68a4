"""What a worker says of itself."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewbot.engines.worker.caller import greeting
from reviewbot.engines.worker.place import Place
from reviewbot.engines.worker.words import Wish
from reviewbot.network import Door

_ANSWER_SECONDS = 10.0  # it may be in the middle of ending another engine


@dataclass(frozen=True, slots=True)
class Status:
    """A worker that runs. Times in seconds, `since` and `memory` those of the engine: since 1970,
    and in bytes with the worker's own; None where they are not known or there is no engine.
    `left` is when it goes, unless somebody calls; None while its engine is lent."""

    version: str
    pid: int
    socket: Path
    wish: Wish | None
    loading: bool
    engine_pid: int | None
    since: float | None
    leases: int
    idle: float
    left: float | None
    memory: int | None


def status(found: Place, door: Door) -> Status | None:
    """None where no worker runs. Raises OSError, EOFError, ValueError, KeyError where it does
    not answer as one."""
    greeted = greeting(found, door)
    if greeted is None:
        return None
    channel, hello = greeted
    with channel:
        channel.send({"ask": "status"})
        return _status(found, hello, channel.receive(_ANSWER_SECONDS))


def _status(found: Place, hello: dict[str, Any], said: dict[str, Any]) -> Status:
    pids = (hello["pid"], said["engine_pid"])
    return Status(
        version=str(hello["build"]).partition(" ")[0],
        pid=int(hello["pid"]),
        socket=found.socket,
        wish=Wish.of(said["wish"]) if said["wish"] else None,
        memory=_memory([int(pid) for pid in pids if pid]),
        **{name: said[name] for name in ("loading", "engine_pid", "since", "leases")},
        **{name: said[name] for name in ("idle", "left")},
    )


def _memory(pids: list[int]) -> int | None:
    """What processes hold in memory, the pages of the weights' file among it, as Linux tells."""
    try:
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids]
    except (OSError, ValueError, IndexError):
        return None
    return sum(pages) * os.sysconf("SC_PAGESIZE")
