"""Jobs that wait for a printer; each worker thread takes the next one."""

import threading
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    number: int
    pages: int
    colour: bool = False


class JobQueue:
    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._lock = threading.Lock()
        self._printed = 0
        self._taken = 0

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)

    def take(self) -> Job | None:
        """The oldest job; None when nothing waits, and the worker goes to sleep."""
        with self._lock:
            if not self._jobs:
                return None
            self._taken += 1
            return self._jobs.popleft()

    def done(self, job: Job) -> None:
        with self._lock:
            self._printed += job.pages

    def report(self) -> str:
        with self._lock:
            waiting = len(self._jobs)
            return f"{waiting} waiting, {self._taken} taken, {self._printed} pages printed"
