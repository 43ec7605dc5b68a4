"""What a model's answers are worth, as numbers that were fitted on known changes."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of "the new version of an edit is the wrong one"; where its weights come
    from stands in `calibration.toml`."""

    intercept: float
    preference: float
    grown: float
    scale: float

    def doubt(self, preference: float, grown: int) -> float:
        """From 0 to 1. `preference` are the log-odds, in nats, that the new version is correct;
        `grown` is how many characters longer it is."""
        longer = math.tanh(grown / self.scale)
        sum_ = self.intercept + self.preference * preference + self.grown * longer
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, sum_))))


@cache
def calibration() -> Calibration:
    text = (resources.files("reviewbot.review") / "calibration.toml").read_text(encoding="utf-8")
    return Calibration(**tomllib.loads(text)["contrast"])
