"""A fleet as a queue: reviews ask, a policy picks a worker, a worker reads and writes.

A worker takes as many calls as it has slots; the rest waits in the order in which it came. It reads
one prompt after the other at full speed, and writes nothing meanwhile. What it writes it writes for
all at once: a step makes one token for each, and takes longer the more there are. The beginnings
of prompts that it read last it need not read again. `benchmarks/capacity.py` asks the questions.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Gpu:
    """Speeds in tokens a second; `generation` of one sequence alone. A step of writing takes
    `slowdown` of that longer for each sequence beside it. `kept` beginnings stay in its memory."""

    prompt: float
    generation: float
    slowdown: float = 0.0
    slots: int = 1
    kept: int = 64

    def step(self, together: int) -> float:
        return (1 + self.slowdown * (together - 1)) / self.generation


@dataclass(frozen=True, slots=True)
class Call:
    """Tokens of a prompt: `new` ones, and `shared` ones of a beginning that others have, too."""

    new: float
    written: float
    beginning: int = 0
    shared: float = 0.0


Chunk = tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Begins `at` a second; has at most `width` chunks under way, the calls of each in turn."""

    at: float
    chunks: tuple[Chunk, ...]
    width: int = 8


@dataclass(slots=True)
class Running:
    """A review that is under way."""

    review: Review
    begun: int = 0
    left: int = 0


@dataclass(slots=True)
class Job:
    """A chunk that is under way, and which of its calls."""

    running: Running
    chunk: Chunk
    number: int = 0

    @property
    def call(self) -> Call:
        return self.chunk[self.number]


class Worker:
    """`load` is the calls that it has, waiting ones too; `busy` the seconds in which it read, and
    in which it wrote."""

    def __init__(self, gpu: Gpu) -> None:
        self.load = 0
        self.version = 0
        self.busy = [0.0, 0.0]
        self.missed = self.met = 0
        self._gpu = gpu
        self._at = 0.0
        self._steps = 0.0
        self._waiting: deque[Job] = deque()
        self._reading: deque[tuple[Job, float]] = deque()
        self._read_until = 0.0
        self._writing: list[tuple[float, int, Job]] = []
        self._kept: OrderedDict[int, None] = OrderedDict()
        self._order = count()

    def take(self, now: float, job: Job) -> None:
        self._advance(now)
        self.load += 1
        if len(self._reading) + len(self._writing) < self._gpu.slots:
            self._admit(job)
        else:
            self._waiting.append(job)

    def next(self) -> float:
        """When something ends, if nothing comes before."""
        if self._reading:
            return self._read_until
        if self._writing:
            left = max(0.0, self._writing[0][0] - self._steps)
            return self._at + left * self._gpu.step(len(self._writing))
        return math.inf

    def end(self, now: float) -> Job | None:
        """What ends now: a call, or None if a prompt was read only."""
        self._advance(now)
        if self._reading:
            job, _ = self._reading.popleft()
            self._write(job)
            self._begin_reading()
            return None
        _, _, job = heappop(self._writing)
        self.load -= 1
        if self._waiting:
            self._admit(self._waiting.popleft())
        return job

    def _advance(self, now: float) -> None:
        spent = now - self._at
        self._at = now
        if self._reading:
            self.busy[0] += spent
        elif self._writing:
            self.busy[1] += spent
            self._steps += spent / self._gpu.step(len(self._writing))

    def _admit(self, job: Job) -> None:
        call = job.call
        tokens = call.new + (0.0 if self._knows(call.beginning) else call.shared)
        if tokens <= 0:
            self._write(job)
            return
        self._reading.append((job, tokens / self._gpu.prompt))
        if len(self._reading) == 1:
            self._begin_reading()

    def _begin_reading(self) -> None:
        if self._reading:
            self._read_until = self._at + self._reading[0][1]

    def _write(self, job: Job) -> None:
        heappush(self._writing, (self._steps + job.call.written, next(self._order), job))

    def _knows(self, beginning: int) -> bool:
        known = beginning in self._kept
        self._kept[beginning] = None
        self._kept.move_to_end(beginning)
        if len(self._kept) > self._gpu.kept:
            self._kept.popitem(last=False)
        self.met += known
        self.missed += not known
        return known


Policy = Callable[[Call, Sequence[Worker]], int]


def at_random(seed: int) -> Policy:
    pick = random.Random(seed)  # noqa: S311
    return lambda _, workers: pick.randrange(len(workers))


def round_robin(_: int) -> Policy:
    turns = count()
    return lambda _, workers: next(turns) % len(workers)


def least_loaded(_: int) -> Policy:
    def fewest(_: Call, workers: Sequence[Worker]) -> int:
        return min(range(len(workers)), key=lambda number: workers[number].load)

    return fewest


def consistent_hash(_: int) -> Policy:
    """All calls with one beginning go to one worker."""
    rings: dict[int, list[tuple[int, int]]] = {}

    def place(call: Call, workers: Sequence[Worker]) -> int:
        ring = rings.get(len(workers)) or rings.setdefault(len(workers), _ring(len(workers)))
        at = bisect_left(ring, (crc32(b"beginning %d" % call.beginning), 0))
        return ring[at % len(ring)][1]

    return place


def _ring(workers: int, points: int = 100) -> list[tuple[int, int]]:
    names = ((number, point) for number in range(workers) for point in range(points))
    return sorted((crc32(b"worker %d %d" % name), name[0]) for name in names)


def cache_aware(seed: int) -> Policy:
    """As `consistent_hash`, but the least loaded where that worker has twice the mean and more."""
    place, fewest = consistent_hash(seed), least_loaded(seed)

    def choose(call: Call, workers: Sequence[Worker]) -> int:
        number = place(call, workers)
        mean = sum(worker.load for worker in workers) / len(workers)
        return number if workers[number].load <= 2 * mean + 1 else fewest(call, workers)

    return choose


POLICIES: dict[str, Callable[[int], Policy]] = {
    "random": at_random,
    "round_robin": round_robin,
    "least_loaded": least_loaded,
    "consistent_hash": consistent_hash,
    "cache_aware": cache_aware,
}


@dataclass(frozen=True, slots=True)
class Run:
    """The seconds of each review by when it began, and what the workers did."""

    seconds: tuple[tuple[float, float], ...]
    workers: tuple[Worker, ...]
    until: float

    def quantile(self, share: float, since: float = 0.0) -> float:
        found = sorted(spent for at, spent in self.seconds if at >= since)
        return found[min(len(found) - 1, int(share * len(found)))]

    def busy(self, what: int) -> float:
        """The share of the time in which the workers read (0), or wrote (1)."""
        total = sum(worker.busy[what] for worker in self.workers)
        return total / (self.until * len(self.workers))

    @property
    def reused(self) -> float:
        """The share of beginnings that were not read again."""
        met = sum(worker.met for worker in self.workers)
        return met / max(1, met + sum(worker.missed for worker in self.workers))


@dataclass(slots=True)
class Fleet:
    """Runs reviews, in the order in which they begin. None begins a chunk past `deadline` seconds
    of its own."""

    workers: tuple[Worker, ...]
    policy: Policy
    deadline: float = math.inf
    _events: list[tuple[float, int, int, int]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _done: list[tuple[float, float]] = field(default_factory=list)

    def run(self, reviews: Iterable[Review]) -> Run:
        now = 0.0
        for review in reviews:
            while self._events and self._events[0][0] <= review.at:
                now = self._step()
            now = review.at
            self._begin(now, Running(review))
        while self._events:
            now = max(now, self._step())
        return Run(tuple(self._done), self.workers, now)

    def _step(self) -> float:
        now, _, number, version = heappop(self._events)
        worker = self.workers[number]
        if version == worker.version:
            job = worker.end(now)
            self._schedule(number)
            if job:
                self._go_on(now, job)
        return now

    def _begin(self, now: float, running: Running) -> None:
        """Start as many chunks as there is room for, or note that the review has ended."""
        review = running.review
        while running.left < review.width and running.begun < len(review.chunks):
            if now - review.at > self.deadline:
                break
            chunk = review.chunks[running.begun]
            running.begun += 1
            running.left += 1
            self._ask(now, Job(running, chunk))
        if not running.left:
            self._done.append((review.at, now - review.at))

    def _go_on(self, now: float, job: Job) -> None:
        if job.number + 1 < len(job.chunk):
            job.number += 1
            self._ask(now, job)
        else:
            job.running.left -= 1
            self._begin(now, job.running)

    def _ask(self, now: float, job: Job) -> None:
        number = self.policy(job.call, self.workers)
        self.workers[number].take(now, job)
        self._schedule(number)

    def _schedule(self, number: int) -> None:
        worker = self.workers[number]
        worker.version += 1
        if (at := worker.next()) < math.inf:
            heappush(self._events, (at, next(self._order), number, worker.version))


def fleet(
    gpu: Gpu, workers: int, policy: str, *, deadline: float = math.inf, seed: int = 1
) -> Fleet:
    made = tuple(Worker(gpu) for _ in range(workers))
    return Fleet(made, POLICIES[policy](seed), deadline)
