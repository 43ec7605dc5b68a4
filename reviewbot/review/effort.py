"""How much is asked about each chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reviewbot.settings import EffortName


@dataclass(frozen=True, slots=True)
class Effort:
    """`contrast`: the versions of an edit are compared first, which takes two calls of one token.
    From a doubt of `suspicion` on, the model is then told that something is wrong."""

    name: EffortName
    contrast: bool
    suspicion: float = 1.0


EFFORTS: Mapping[EffortName, Effort] = MappingProxyType(
    {
        "fast": Effort("fast", contrast=False),
        "balanced": Effort("balanced", contrast=True, suspicion=0.7),
    }
)
