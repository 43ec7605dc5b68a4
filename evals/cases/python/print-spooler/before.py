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

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)

    def take(self) -> Job:
        with self._lock:
            return self._jobs.popleft()

    def done(self, job: Job) -> None:
        with self._lock:
            self._printed += job.pages

    def report(self) -> str:
        with self._lock:
            return f"{len(self._jobs)} waiting, {self._printed} pages printed"
