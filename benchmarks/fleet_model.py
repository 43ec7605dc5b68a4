"""A fleet as a queue: reviews ask, a policy picks a worker, a worker reads and writes.

How many chunks a review asks about at once is said by the code that says it in a real one
(`reviewbot/review/width.py`), on the model's clock. `benchmarks/capacity.py` asks the questions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from benchmarks.fleet_gpu import Call, Gpu, Worker
from benchmarks.fleet_policy import POLICIES, Policy
from reviewbot.review.latency import Span
from reviewbot.review.width import Width

TIMEOUT = 120.0

Chunk = tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Begins `at` a second; the calls of a chunk come one after the other, and as many chunks are
    under way as an engine of so many `slots` is asked. Nobody waits for one that is not `waited`
    for, and it has no deadline."""

    at: float
    chunks: tuple[Chunk, ...]
    slots: int | None = 8
    waited: bool = True


@dataclass(slots=True)
class Running:
    """A review that is under way."""

    review: Review
    width: Width
    begun: int = 0
    left: int = 0


@dataclass(slots=True)
class Asked:
    """A chunk that is under way, and which of its calls. It began to be answered at `first`."""

    running: Running
    chunk: Chunk
    asked: float
    first: float | None = None
    number: int = 0
    again: int = 0

    @property
    def call(self) -> Call:
        return self.chunk[self.number]

    def answers_from(self, now: float) -> None:
        self.first = now if self.first is None else self.first

    def span(self, now: float) -> Span:
        """As the review sees it. What the first call read of its beginning is not told apart."""
        first = now if self.first is None else self.first
        return Span(self.asked, first, now, 1 + int(self.chunk[0].new), self.again)


@dataclass(frozen=True, slots=True)
class Run:
    """The seconds of each review that was waited for, with when it began; `calls` that were
    answered; what the workers did."""

    seconds: tuple[tuple[float, float], ...]
    workers: tuple[Worker, ...]
    until: float
    calls: int = 0

    def quantile(self, share: float, since: float = 0.0, before: float = math.inf) -> float:
        found = sorted(spent for at, spent in self.seconds if since <= at < before)
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
    of its own; a call is `away` for so many seconds, on the way and in between. `loses` is when the
    last worker is lost. Without `adapts` a review keeps the width that it begins with."""

    workers: tuple[Worker, ...]
    policy: Policy
    deadline: float = math.inf
    away: float = 0.0
    loses: float = math.inf
    adapts: bool = True
    _events: list[tuple[float, int, int, int]] = field(default_factory=list)
    _sent: list[tuple[float, int, Asked]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _done: list[tuple[float, float]] = field(default_factory=list)
    _calls: int = 0

    def run(self, reviews: Iterable[Review]) -> Run:
        now, every = 0.0, self.workers
        for review in reviews:
            while self._next() <= review.at:
                now = self._step()
            now = review.at
            self._begin(now, Running(review, Width(review.slots, TIMEOUT)))
        while self._next() < math.inf:
            now = max(now, self._step())
        return Run(tuple(self._done), every, now, self._calls)

    def _next(self) -> float:
        ends = self._events[0][0] if self._events else math.inf
        comes = self._sent[0][0] if self._sent else math.inf
        return min(ends, comes, self.loses if ends < math.inf else math.inf)

    def _step(self) -> float:
        now = self._next()
        if now == self.loses:
            self._lose(now)
        elif self._sent and self._sent[0][0] == now:
            self._hand_out(now, heappop(self._sent)[2])
        else:
            self._end(now)
        return now

    def _end(self, now: float) -> None:
        _, _, number, version = heappop(self._events)
        if number >= len(self.workers) or version != self.workers[number].version:
            return
        asked = self.workers[number].end(now)
        self._schedule(number)
        if isinstance(asked, Asked):
            self._calls += 1
            self._go_on(now, asked)

    def _lose(self, now: float) -> None:
        """What it had is asked once more, of the others."""
        self.loses = math.inf
        *left, gone = self.workers
        self.workers = tuple(left)
        for asked in gone.lost(now):
            assert isinstance(asked, Asked)  # noqa: S101
            asked.again += 1
            self._send(now, asked)

    def _begin(self, now: float, running: Running) -> None:
        """Start as many chunks as there is room for, or note that the review has ended."""
        review = running.review
        while running.left < running.width.now and running.begun < len(review.chunks):
            if review.waited and now - review.at > self.deadline:
                break
            chunk = review.chunks[running.begun]
            running.begun += 1
            running.left += 1
            self._send(now, Asked(running, chunk, now))
        if not running.left and review.waited:
            self._done.append((review.at, now - review.at))

    def _go_on(self, now: float, asked: Asked) -> None:
        if asked.number + 1 < len(asked.chunk):
            asked.number += 1
            self._send(now, asked)
        else:
            asked.running.left -= 1
            if self.adapts:
                asked.running.width.saw(asked.span(now))
            self._begin(now, asked.running)

    def _send(self, now: float, asked: Asked) -> None:
        if self.away:
            heappush(self._sent, (now + self.away, next(self._order), asked))
        else:
            self._hand_out(now, asked)

    def _hand_out(self, now: float, asked: Asked) -> None:
        number = self.policy(asked.call, self.workers)
        self.workers[number].take(now, asked)
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
