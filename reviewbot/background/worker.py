"""The one worker of a repository's background.

    python -m reviewbot.background.worker FOLDER LOCK

It does the jobs of its room, the newest first, at low priority, and leaves when none is left, when
no engine answers, or after some hours. FOLDER is the room's, LOCK the descriptor of its lock, which
the hook that started it took. What it cannot do it drops, or leaves to the worker that the next
hook starts; it says nothing to anybody but to the room's file of outcomes.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from reviewbot.background.outcome import Outcome
from reviewbot.background.room import Queued, Room, rooms
from reviewbot.background.start import Ended, done
from reviewbot.errors import ExitCode

# A job stops asking after this, and is stopped a minute later; the worker begins none after that.
JOB_SECONDS = 1800.0
_LATE_SECONDS = JOB_SECONDS + 60
_RUN_SECONDS = 4 * 3600.0
# A job that was begun so often, and ended by no word of its own, is not begun again.
_ATTEMPTS = 3
# Whoever took the engine is left alone with it for a moment: a hook seldom comes alone.
_PAUSE_SECONDS = 5.0
# A tenth of a processor that has other work; the kernel reckons the priority of reading and writing
# by it, too. With less, it would take long to give its engine up to who waits for it.
_NICE = 10


class Worker:
    def __init__(self, room: Room) -> None:
        self._room = room
        self._left: set[str] = set()  # jobs that are not tried again in this run
        self._ends_at = time.monotonic() + _RUN_SECONDS
        self._is_answered = True

    def work(self) -> None:
        """Do what is queued. Raises OSError."""
        for orphan in self._room.taken():
            self._room.put_back(orphan)
        while (queued := self.next()) is not None:
            self._do(queued)

    def next(self) -> Queued | None:
        """The newest job that was not left in this run."""
        if not self._is_answered or time.monotonic() > self._ends_at:
            return None
        waiting = self._room.queued()
        return next((one for one in waiting if one.path.name not in self._left), None)

    def _do(self, queued: Queued) -> None:
        if not Path(queued.job.cwd).is_dir():
            self._end(queued, Outcome.dropped(queued.job.name, "its working tree is gone"))
            return
        taken = self._room.take(queued)
        ended = done(taken, _LATE_SECONDS)
        for outcome in ended.outcomes:
            self._room.keep(outcome)
        if ended.is_late:
            self._end(taken, Outcome.dropped(taken.job.name, "it was stopped: it took too long"))
        elif ended.code == ExitCode.INTERRUPTED:  # another review wanted the engine
            self._room.put_back(Queued(taken.path, queued.job))
            time.sleep(_PAUSE_SECONDS)
        elif ended.code == ExitCode.INCOMPLETE:  # nobody answered
            self._room.put_back(Queued(taken.path, queued.job))
            self._is_answered = False
        elif ended.code == ExitCode.OK:
            self._room.drop(taken)
        else:
            self._failed(taken, ended)

    def _failed(self, taken: Queued, ended: Ended) -> None:
        """What was refused is refused again; what crashed may do better."""
        if ended.code == ExitCode.USAGE or taken.job.attempts >= _ATTEMPTS:
            self._end(taken, Outcome.dropped(taken.job.name, ended.said))
            return
        self._left.add(self._room.put_back(taken).path.name)

    def _end(self, queued: Queued, outcome: Outcome) -> None:
        self._room.keep(outcome)
        self._room.drop(queued)


def sweep() -> None:
    """Remove the rooms of repositories that are gone."""
    for room in rooms():
        common = room.common
        if common is not None and not common.exists() and (lock := room.lock()) is not None:
            room.remove()
            os.close(lock)


def main() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that is closed is no reason
    room, lock = Room(Path(sys.argv[1])), int(sys.argv[2])
    os.set_inheritable(lock, False)
    os.nice(max(0, _NICE - os.nice(0)))
    worker, _alive = Worker(room), room.live()
    with suppress(OSError):
        worker.work()
        while _frees(lock) and worker.next() is not None and _locks(lock):
            worker.work()
        sweep()


def _frees(lock: int) -> bool:
    """Give the lock up before the queue is looked at once more: a hook that found it taken had
    queued its job before."""
    fcntl.flock(lock, fcntl.LOCK_UN)
    return True


def _locks(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
