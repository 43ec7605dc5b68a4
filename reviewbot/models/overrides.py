"""The user's word against the catalogue's: temperature, seed and how long a model thinks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Sampling, Think

LEVELS: tuple[Think, ...] = ("off", "low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Overrides:
    """What is None is left as the family does best."""

    temperature: float | None = None
    seed: int | None = None
    think: Think | None = None

    def on(self, family: Family) -> Family:
        """The family as the user wants it asked. A model of no known family may think: whether
        it does is known to its engine alone, so the user is believed."""
        level = family.think if self.think is None else self.think
        if not family.thinks and family.name != UNKNOWN.name:
            level = "off"
        return replace(
            family,
            sampling=self._on(family.sampling),
            thinking=family.thinking and self._on(family.thinking),
            think=max(level, least_level(family), key=LEVELS.index),
        )

    def _on(self, sampling: Sampling) -> Sampling:
        temperature = sampling.temperature if self.temperature is None else self.temperature
        seed = sampling.seed if self.seed is None else self.seed
        return replace(sampling, temperature=temperature, seed=seed)


NO_OVERRIDES = Overrides()


def least_level(family: Family) -> Think:
    """The shortest thought that a model of the family can be kept to."""
    return "low" if family.always_thinks else "off"
