"""A worker as a station of a queue: a GPU that takes calls, reads and writes.

It takes as many calls as it has slots; the rest waits in the order in which it came. It reads one
prompt after the other at full speed, and writes nothing meanwhile. What it writes it writes for all
at once: a step makes one token for each, and takes longer the more there are. The beginnings of
prompts that it read last it need not read again.
"""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Protocol


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


class Job(Protocol):
    """What is asked: a call, and where the moment is noted from which on it is answered."""

    @property
    def call(self) -> Call: ...
    def answers_from(self, now: float) -> None: ...


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

    def lost(self, now: float) -> list[Job]:
        """It is gone: what it had is to be asked of others."""
        self._advance(now)
        jobs = [job for job, _ in self._reading] + [job for _, _, job in self._writing]
        jobs += self._waiting
        self._reading.clear()
        self._writing.clear()
        self._waiting.clear()
        self.load = 0
        return jobs

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
        tokens = call.new + (0.0 if self._knows(call) else call.shared)
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
        job.answers_from(self._at)
        heappush(self._writing, (self._steps + job.call.written, next(self._order), job))

    def _knows(self, call: Call) -> bool:
        if not call.shared:
            return True
        known = call.beginning in self._kept
        self._kept[call.beginning] = None
        self._kept.move_to_end(call.beginning)
        if len(self._kept) > self._gpu.kept:
            self._kept.popitem(last=False)
        self.met += known
        self.missed += not known
        return known
