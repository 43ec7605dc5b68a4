"""The figures that the model of a fleet reckons with: `capacity.toml`, and GPUs of other sizes."""

from __future__ import annotations

import math
import statistics
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.fleet_gpu import Gpu

FILE = Path(__file__).with_name("capacity.toml")


@dataclass(frozen=True)
class Figures:
    """The file. `model` is a size in billions of parameters."""

    demand: dict[str, Any]
    review: dict[str, Any]
    station: dict[str, Any]
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
    kinds = (found["demand"], found["review"], found["station"])
    return Figures(*kinds, tuple(found["batching"]), gpus, found["source"])
