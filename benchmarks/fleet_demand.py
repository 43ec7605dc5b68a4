"""What developers ask of a fleet on a working day, and how fast its GPUs are: `capacity.toml`."""

from __future__ import annotations

import math
import random
import statistics
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fleet_model import Call, Chunk, Gpu, Review

FILE = Path(__file__).with_suffix("").with_name("capacity.toml")
HOUR = 3600.0
EFFORTS = ("fast", "balanced")


@dataclass(frozen=True)
class Figures:
    """The file. `model` is a size in billions of parameters."""

    demand: dict[str, Any]
    review: dict[str, Any]
    batching: tuple[dict[str, Any], ...]
    gpus: dict[str, dict[str, Any]]
    sources: dict[str, dict[str, Any]]

    def speed(self, gpu: str, model: float) -> Gpu | None:
        """None for a size that was not measured on it, and is not between two that were."""
        points = self.gpus[gpu]["speeds"]
        prompt, generation = (between(points, what, model) for what in ("prompt", "generation"))
        if not prompt or not generation:
            return None
        slowdown = statistics.median(one["slowdown"] for one in self.batching)
        return Gpu(prompt, generation, slowdown, self.review["slots"], self.review["kept"])


def between(points: Sequence[dict[str, float]], what: str, model: float) -> float | None:
    """On a straight line in logarithms. A point serves for 15 % around it."""
    one, *more = points
    if abs(model / one["billions"] - 1) < 0.15:
        return one[what] * one["billions"] / model
    if not more or not one["billions"] < model < more[0]["billions"]:
        return None
    slope = math.log(more[0][what] / one[what]) / math.log(more[0]["billions"] / one["billions"])
    return float(one[what] * (model / one["billions"]) ** slope)


def read(file: Path = FILE) -> Figures:
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    gpus = {one["name"]: one for one in found["gpu"]}
    batching = tuple(found["batching"])
    return Figures(found["demand"], found["review"], batching, gpus, found["source"])


@dataclass(frozen=True, slots=True)
class Day:
    """A working day of so many developers, at an effort."""

    figures: Figures
    developers: int
    effort: str = "fast"

    def rate(self, hour: int) -> float:
        """Commits a second."""
        weights = self.figures.demand["hours"]
        commits = self.developers * self.figures.demand["commits_a_day"]
        return float(commits * weights[hour] / sum(weights) / HOUR)

    def busiest(self) -> int:
        return max(range(24), key=self.rate)

    def all(self, seed: int = 1) -> Iterator[Review]:
        """From midnight on. A commit with nothing to review asks nothing, and is left out."""
        pick = random.Random(seed)  # noqa: S311
        for hour in filter(self.rate, range(24)):
            at = hour * HOUR
            while (at := at + pick.expovariate(self.rate(hour))) < (hour + 1) * HOUR:
                yield from self._review(at, pick)

    def busy(self, commits: int, seed: int = 1) -> Iterator[Review]:
        """So many commits as they come in the busiest hour, however long that takes."""
        pick, at = random.Random(seed), 0.0  # noqa: S311
        for _ in range(commits):
            at += pick.expovariate(self.rate(self.busiest()))
            yield from self._review(at, pick)

    def _review(self, at: float, pick: random.Random) -> Iterator[Review]:
        if chunks := self._chunks(pick):
            yield Review(at, chunks, self.figures.review["width"])

    def _chunks(self, pick: random.Random) -> tuple[Chunk, ...]:
        team = pick.randrange(max(1, self.developers // self.figures.demand["team"]))
        count = drawn(self.figures.demand["chunks"], pick)
        return tuple(self._chunk(team, pick) for _ in range(count))

    def _chunk(self, team: int, pick: random.Random) -> Chunk:
        says = self.figures.review
        compare = Call(says["new"], 1, 2 * team, says["shared"])
        question = Call(says["new"], says["written"], 2 * team + 1, says["shared"])
        if pick.random() >= self.figures.demand["edits"]:
            return (question,)
        if self.effort == "fast" and pick.random() >= says["suspected"]:
            return (compare, compare)
        return (compare, compare, question)


def drawn(quantiles: Sequence[float], pick: random.Random) -> int:
    """A number between two neighbours of the quantiles 0, 0.05 … 0.95, 0.99; none is above the
    last."""
    at = pick.random() * 20
    place = min(int(at), len(quantiles) - 2)
    low, high = quantiles[place], quantiles[place + 1]
    return round(low + (high - low) * min(1.0, at - place))
