"""What developers ask of a fleet on a working day: hooks that wait, and pipelines that do not."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge

from benchmarks.fleet_figures import Figures
from benchmarks.fleet_gpu import Call
from benchmarks.fleet_model import Chunk, Review

HOUR = 3600.0
EFFORTS = ("fast", "balanced")
_Made = Callable[[float, random.Random], Review]


@dataclass(frozen=True, slots=True)
class Day:
    """A working day of so many developers, whose reviews have `slots`. `balanced` is what reviewbot
    chooses for a model of more than four billion parameters. `shares`: a pipeline finds what
    hooks have asked."""

    figures: Figures
    developers: int
    effort: str = "balanced"
    shares: bool = True
    slots: int | None = 8

    def rate(self, hour: int) -> float:
        """Commits a second."""
        weights = self.figures.demand["hours"]
        commits = self.developers * self.figures.demand["commits_a_day"]
        return float(commits * weights[hour] / sum(weights) / HOUR)

    def busiest(self) -> int:
        return max(range(24), key=self.rate)

    def all(self, seed: int = 1) -> Iterator[Review]:
        """From midnight on."""
        return self._both([(hour * HOUR, HOUR, self.rate(hour)) for hour in range(24)], seed)

    def busy(self, commits: int, seed: int = 1) -> Iterator[Review]:
        """About so many commits as they come in the busiest hour, however long that takes."""
        rate = self.rate(self.busiest())
        return self._both([(0.0, commits / rate, rate)], seed)

    def sweep(self, commits: int, seed: int = 1) -> Iterator[Review]:
        """So many commits at once, as one review of all their chunks."""
        pick = random.Random(seed)  # noqa: S311
        chunks = [chunk for _ in range(commits) for chunk in self._chunks(pick)]
        yield Review(0.0, tuple(chunks), self.slots)

    def _both(self, hours: Sequence[tuple[float, float, float]], seed: int) -> Iterator[Review]:
        """A commit with nothing to review asks nothing, and is left out."""
        demand = self.figures.demand
        share = demand["pipelines_a_day"] / demand["commits_a_day"]
        pipelines = [(begin, length, rate * share) for begin, length, rate in hours]
        hooks = _poisson(hours, random.Random(seed), self._commit)  # noqa: S311
        ci = _poisson(pipelines, random.Random(-seed - 1), self._pipeline)  # noqa: S311
        every = merge(hooks, ci, key=lambda one: one.at)
        return (review for review in every if review.chunks)

    def _commit(self, at: float, pick: random.Random) -> Review:
        return Review(at, self._chunks(pick), self.slots)

    def _pipeline(self, at: float, pick: random.Random) -> Review:
        demand = self.figures.demand
        every = [c for _ in range(demand["commits_a_pipeline"]) for c in self._chunks(pick)]
        known = demand["known"] if self.shares else 0.0
        new = tuple(chunk for chunk in every if pick.random() >= known)
        return Review(at, new, self.slots, waited=False)

    def _chunks(self, pick: random.Random) -> tuple[Chunk, ...]:
        demand = self.figures.demand
        team = pick.randrange(max(1, self.developers // demand["team"]))
        count = drawn(demand["chunks"], demand["largest"], pick)
        return tuple(self._chunk(team, pick) for _ in range(count))

    def _chunk(self, team: int, pick: random.Random) -> Chunk:
        says, demand = self.figures.review, self.figures.demand
        compare = Call(says["comparison"], 1)
        question = Call(says["question"], says["written"], team, demand["rules"])
        if pick.random() >= demand["edits"]:
            return (question,)
        if self.effort == "fast" and pick.random() >= says["suspected"]:
            return (compare, compare)
        return (compare, compare, question)


def _poisson(
    hours: Sequence[tuple[float, float, float]], pick: random.Random, made: _Made
) -> Iterator[Review]:
    """`hours` are when they begin, how long they are, and how many reviews come a second."""
    for begin, length, rate in hours:
        at = begin
        while rate and (at := at + pick.expovariate(rate)) < begin + length:
            yield made(at, pick)


def drawn(quantiles: Sequence[float], largest: float, pick: random.Random) -> int:
    """A number between two neighbours of the quantiles 0, 0.05 … 0.95, 0.99; above the last it is
    the mean of all that are."""
    at = pick.random() * 20
    if at >= 19.8:
        return round(largest)
    place = min(int(at), len(quantiles) - 2)
    low, high = quantiles[place], quantiles[place + 1]
    share = (at - place) / (0.8 if place == 19 else 1.0)
    return round(low + (high - low) * share)
