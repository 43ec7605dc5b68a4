import threading

from job_queue import Job, JobQueue


class Intruder:
    """A lock before which another worker always comes first."""

    def __init__(self, jobs: JobQueue) -> None:
        self._jobs, self._lock = jobs, threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()
        self._jobs._jobs.clear()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


jobs = JobQueue()
jobs.add(Job(1, 4))
assert jobs.take() == Job(1, 4)
assert jobs.take() is None
assert jobs.report() == "0 waiting, 1 taken, 0 pages printed"
jobs.add(Job(2, 1))
jobs._lock = Intruder(jobs)
assert jobs.take() is None
