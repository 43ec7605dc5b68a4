"""How much is asked about each chunk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reviewbot.models.lookup import find
from reviewbot.review.anchor import UNVERIFIED
from reviewbot.settings import EffortName

# Parameters up to which an open question is worth little: a 1.5B model flags a bug as often as
# its fix.
_SMALL = 4_000_000_000
# The doubt from which on a new version is taken for the wrong one. From 0.5 on the 1.5B flags twice
# as many ordinary commits, and few more bugs (docs/quality.md).
_SURE = 0.65
# Of a single reviewer's noise most is gone after three to five votes (docs/quality.md).
_VOTES = 3
# Of four findings of the 1.5B on new functions one was true (the twins of docs/quality.md).
_SMALLS_OWN = 0.25


@dataclass(frozen=True, slots=True)
class Effort:
    """`contrast`: the versions of an edit are compared first, which takes two calls of one token.
    From a doubt of `suspicion` on, the model is then told that something is wrong; below one of
    `assurance` nothing more is asked. `judges`: the model's word on what linters say counts; one of
    1.5B dropped the SQL injection of the demo. `unverified` is the confidence of a finding on code
    that has nothing to be compared to. Each open question is asked `votes` times; `verifies`: each
    finding is shown to the model once more, by itself, to be refuted."""

    name: EffortName
    contrast: bool
    suspicion: float = 1.0
    assurance: float = 0.0
    judges: bool = True
    unverified: float = UNVERIFIED
    votes: int = 1
    verifies: bool = False


EFFORTS: Mapping[EffortName, Effort] = MappingProxyType(
    {
        "plain": Effort("plain", contrast=False),
        "fast": Effort("fast", True, _SURE, _SURE, judges=False, unverified=_SMALLS_OWN),
        "balanced": Effort("balanced", True, _SURE),
        "thorough": Effort("thorough", True, _SURE, votes=_VOTES, verifies=True),
    }
)


def effort_for(name: EffortName, model: str) -> Effort:
    """`auto` is `fast` for a model that is known to be small, and `balanced` for any other."""
    if name != "auto":
        return EFFORTS[name]
    sizes = [card.parameters for card in find(model)]
    return EFFORTS["fast" if sizes and max(sizes) <= _SMALL else "balanced"]
