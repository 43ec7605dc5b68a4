"""What the background is at, for whoever asks: `background_status()`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reviewbot.background.outcome import Outcome
from reviewbot.background.room import Room, rooms


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """The background of one repository, which `repository` is git's own folder of. `worker` is the
    id of the process that is at it and `reviewing` names its job, where there is one; `waiting`
    names what is queued and `outcomes` what became of the rest, the newest first. Paths and reasons
    may hold anything: print them by `plain.py`."""

    repository: Path
    worker: int | None
    reviewing: str
    waiting: tuple[str, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class BackgroundStatus:
    rooms: tuple[RoomStatus, ...]


def background_status() -> BackgroundStatus:
    """Of all repositories of this user; nothing is disturbed, and nothing raised."""
    found = (_status(room) for room in rooms())
    return BackgroundStatus(tuple(status for status in found if status is not None))


def _status(room: Room) -> RoomStatus | None:
    common = room.common
    if common is None:
        return None
    worker = room.worker
    taken, queued = room.taken(), room.queued()
    at = taken[0].job.name if taken and worker is not None else ""
    # What a worker that was killed was at, the next one does.
    waiting = queued if at else [*taken, *queued]
    return RoomStatus(common, worker, at, tuple(one.job.name for one in waiting), room.outcomes())
