"""How a router picks the worker of a call: the policies of vllm-router, as far as they do not read
prompts, and one that knows each worker's load at all times."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import count
from typing import Protocol
from zlib import crc32

from benchmarks.fleet_gpu import Call


class Loaded(Protocol):
    """What a policy sees of a worker: the calls that it has."""

    @property
    def load(self) -> int: ...


Policy = Callable[[Call, Sequence[Loaded]], int]


def at_random(seed: int) -> Policy:
    pick = random.Random(seed)  # noqa: S311
    return lambda _, workers: pick.randrange(len(workers))


def round_robin(_: int) -> Policy:
    turns = count()
    return lambda _, workers: next(turns) % len(workers)


def power_of_two(seed: int) -> Policy:
    """The less loaded of two that are drawn."""
    pick = random.Random(seed)  # noqa: S311

    def less(_: Call, workers: Sequence[Loaded]) -> int:
        drawn = pick.sample(range(len(workers)), min(2, len(workers)))
        return min(drawn, key=lambda number: workers[number].load)

    return less


def least_loaded(_: int) -> Policy:
    def fewest(_: Call, workers: Sequence[Loaded]) -> int:
        return min(range(len(workers)), key=lambda number: workers[number].load)

    return fewest


def by_beginning(_: int) -> Policy:
    """All calls with one beginning go to one worker, by a consistent hash."""
    rings: dict[int, list[tuple[int, int]]] = {}

    def place(call: Call, workers: Sequence[Loaded]) -> int:
        ring = rings.get(len(workers)) or rings.setdefault(len(workers), _ring(len(workers)))
        at = bisect_left(ring, (crc32(b"beginning %d" % call.beginning), 0))
        return ring[at % len(ring)][1]

    return place


def _ring(workers: int, points: int = 100) -> list[tuple[int, int]]:
    names = ((number, point) for number in range(workers) for point in range(points))
    return sorted((crc32(b"worker %d %d" % name), name[0]) for name in names)


POLICIES: dict[str, Callable[[int], Policy]] = {
    "random": at_random,
    "round_robin": round_robin,
    "power_of_two": power_of_two,
    "least_loaded": least_loaded,
    "by_beginning": by_beginning,
}
