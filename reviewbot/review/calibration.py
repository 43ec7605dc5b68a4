"""What a model's answers are worth, as numbers that were fitted on known changes."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic model of "the new version of an edit is the wrong one", and what votes and a
    second look add to a confidence, in nats; where its weights come from stands in
    `calibration.toml`."""

    intercept: float
    preference: float
    grown: float
    scale: float
    agreement: float
    unrefuted: float

    def doubt(self, preference: float, grown: int) -> float:
        """From 0 to 1. `preference` are the log-odds, in nats, that the new version is correct;
        `grown` is how many characters longer it is."""
        longer = math.tanh(grown / self.scale)
        sum_ = self.intercept + self.preference * preference + self.grown * longer
        return _chance(sum_)

    def voted(self, confidence: float, share: float) -> float:
        """The confidence of a finding that this share of several answers holds."""
        return _shifted(confidence, self.agreement * (2 * share - 1))

    def verified(self, confidence: float, odds: float) -> float:
        """The confidence of a finding that was shown once more to be refuted; `odds` are the
        log-odds, in nats, that it stands."""
        return _shifted(confidence, self.unrefuted * odds)


def _shifted(confidence: float, nats: float) -> float:
    sure = min(max(confidence, 0.001), 0.999)
    return round(_chance(math.log(sure / (1 - sure)) + nats), 3)


def _chance(nats: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, nats))))


@cache
def calibration() -> Calibration:
    text = (resources.files("reviewbot.review") / "calibration.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return Calibration(**tables["contrast"], **tables["thorough"])
