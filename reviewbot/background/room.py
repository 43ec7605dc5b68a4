"""The folder of one repository's background: its queue, its outcomes, and the lock of its one
worker.

It stands in the user's own state folder, never in the repository, under a digest of the folder that
all working trees of the repository share. Only its owner can read it. The queue is a file a job,
the newest first by its name, and never holds more than a few.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.background.job import Job, job_of
from reviewbot.background.outcome import MOST, Outcome, outcomes_of, written
from reviewbot.folders import made_own, user_folder

MOST_JOBS = 20
# What waited for so long was reviewed otherwise, or is nobody's concern any more.
OLDEST_SECONDS = 7 * 86_400.0
_OUTCOMES, _WHERE = "outcomes.jsonl", "where.json"
_LOCK, _ALIVE = "worker.lock", "alive.lock"


class NoRoomError(Exception):
    """Why there is no background here, a line for people."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A job and its file."""

    path: Path
    job: Job

    @property
    def index(self) -> Path:
        """The copy of the index that it is about, where it is."""
        return self.path.with_suffix(".index")


class Room:
    def __init__(self, folder: Path) -> None:
        """Nothing is made before `make`."""
        self.folder = folder
        self._queue = folder / "queue"
        # Where a job is meanwhile: what is queued after it must not take its files away.
        self._work = folder / "work"

    def make(self, common: Path) -> None:
        """Raises NoRoomError where others could write to it, OSError."""
        for folder in (self.folder.parent, self.folder, self._queue, self._work):
            if not made_own(folder):
                raise NoRoomError(f"others can write to {folder}")
        if not (self.folder / _WHERE).is_file():
            _put(self.folder / _WHERE, json.dumps({"common": str(common)}))

    @property
    def common(self) -> Path | None:
        """The repository's own folder; None where it is not known."""
        try:
            return Path(json.loads(_read(self.folder / _WHERE))["common"])
        except (ValueError, TypeError, KeyError):
            return None

    def add(self, job: Job, index: Path | None = None) -> None:
        """Queue a job, in the place of the same one, and of the oldest where there are too many.
        `index` is copied. Raises OSError."""
        path = self._queue / f"{time.time_ns():020}-{os.getpid()}.json"
        if index is not None:
            copy = path.with_suffix(".index")
            with os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as to:
                to.write(index.read_bytes())
        _put(path, job.text())
        # Looked at once it is there: of hooks at the same moment the last one sees all of them.
        waiting = self.queued()
        same = [one for one in waiting if one.job.what == job.what]
        for one in (*same[1:], *waiting[MOST_JOBS:]):
            self.drop(one)

    def queued(self) -> list[Queued]:
        """The jobs that wait, the newest first; what cannot be read or is too old is deleted."""
        return list(self._jobs(self._queue))

    def taken(self) -> list[Queued]:
        """The job that a worker is at, or was when it was killed."""
        return list(self._jobs(self._work))

    def _jobs(self, folder: Path) -> Iterator[Queued]:
        for path in sorted(folder.glob("*.json"), reverse=True):
            job = job_of(_read(path))
            if job is None or not time.time() - job.at < OLDEST_SECONDS:
                _delete(path)
            else:
                yield Queued(path, job)

    def take(self, queued: Queued) -> Queued:
        """For the worker alone: begin a job, which counts as an attempt until it is ended. Raises
        OSError."""
        job = replace(queued.job, attempts=queued.job.attempts + 1)
        return self._move(Queued(queued.path, job), self._work)

    def put_back(self, queued: Queued) -> Queued:
        """Raises OSError."""
        return self._move(queued, self._queue)

    def drop(self, queued: Queued) -> None:
        """Raises OSError."""
        _delete(queued.path)

    def _move(self, queued: Queued, folder: Path) -> Queued:
        moved = Queued(folder / queued.path.name, queued.job)
        with suppress(FileNotFoundError):
            queued.index.replace(moved.index)
        _put(moved.path, queued.job.text())
        _delete(queued.path)
        return moved

    def outcomes(self) -> tuple[Outcome, ...]:
        """The newest first."""
        return outcomes_of(_read(self.folder / _OUTCOMES))

    def keep(self, outcome: Outcome) -> None:
        """For the worker alone. Raises OSError."""
        others = [one for one in self.outcomes() if one.name != outcome.name]
        _put(self.folder / _OUTCOMES, written([outcome, *others][:MOST]))

    def lock(self) -> int | None:
        """The worker's lock, as a file descriptor that may be handed to another process; None where
        a worker has it. Raises OSError, also where the file system has no locks."""
        return _locked(self.folder / _LOCK)

    def live(self) -> int | None:
        """Held by the worker for as long as it lives, beside its lock: so to ask is not to disturb.
        Raises OSError."""
        file = _locked(self.folder / _ALIVE)
        if file is not None:
            os.ftruncate(file, 0)
            os.write(file, str(os.getpid()).encode())
        return file

    @property
    def worker(self) -> int | None:
        """The process id of the worker that lives, if one does."""
        with suppress(OSError, ValueError), (self.folder / _ALIVE).open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read())
        return None

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def rooms_folder() -> Path:
    return user_folder("state") / "background"


def room_of(common: Path) -> Room:
    """The room of a repository, by the folder that all its working trees share. A home folder may
    be shared among machines, and a job is for the machine it was left on."""
    name = os.fsencode(common) + b"\0" + os.uname().nodename.encode()
    return Room(rooms_folder() / hashlib.sha256(name).hexdigest()[:16])


def rooms() -> list[Room]:
    """All that there are."""
    try:
        return [Room(folder) for folder in sorted(rooms_folder().iterdir()) if folder.is_dir()]
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def _put(path: Path, text: str) -> None:
    """Whole or not at all, and for its owner alone."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def _delete(path: Path) -> None:
    for one in (path, path.with_suffix(".index")):
        one.unlink(missing_ok=True)


def _locked(path: Path) -> int | None:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    except OSError:
        os.close(file)
        raise
    return file
