"""Estimates with intervals over groups, and a paired test, from the standard library alone.

Cases of one group (a bug and its fix) are alike, so whole groups are drawn: a cluster bootstrap,
with percentiles. The seed is fixed, so the same rows give the same figures.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TypeVar

RESAMPLES = 2000
_FLIPS = 4000
# Up to so many groups that differ, all ways to flip them are gone through.
_EXACT = 12
_SEED = 20_241_021
_TAIL = 0.025
_EPSILON = 1e-12

T = TypeVar("T")
# A numerator and a denominator of each group.
Part = tuple[float, float]
Parts = Sequence[Part]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; None where there is nothing to divide by. `groups` are those
    that say something."""

    value: float | None
    low: float | None = None
    high: float | None = None
    groups: int = 0


@dataclass(frozen=True, slots=True)
class Term:
    """A ratio of sums over groups, to be added or subtracted. The groups of the terms that make
    one figure are the same, in the same order."""

    parts: Parts
    sign: int = 1


def estimate(terms: Sequence[Term]) -> Estimate:
    """A sum of ratios with its interval."""
    count = len(terms[0].parts)
    informative = sum(any(term.parts[at][1] for term in terms) for at in range(count))
    value = _value(terms, range(count))
    if value is None:
        return Estimate(None)
    resamples = (_value(terms, drawn) for drawn in _draws(count))
    return _interval(value, resamples, informative)


def over_groups(
    groups: Sequence[Sequence[T]], statistic: Callable[[Sequence[T]], float | None]
) -> Estimate:
    """Any statistic of the members of groups, with its interval."""
    value = statistic([item for group in groups for item in group])
    if value is None:
        return Estimate(None)
    resamples = (
        statistic([item for at in drawn for item in groups[at]]) for drawn in _draws(len(groups))
    )
    return _interval(value, resamples, len(groups))


def auc(scores: Sequence[tuple[float, bool]]) -> float | None:
    """How often a positive has the higher score than a negative; a tie counts half."""
    positives = sum(positive for _, positive in scores)
    negatives = len(scores) - positives
    if not positives or not negatives:
        return None
    counts: dict[float, list[int]] = {}
    for score, positive in scores:
        counts.setdefault(score, [0, 0])[positive] += 1
    below, wins = 0, 0.0
    for score in sorted(counts):
        clean, defects = counts[score]
        wins += defects * (below + clean / 2)
        below += clean
    return wins / (positives * negatives)


def permutation(ours: Sequence[Term], theirs: Sequence[Term]) -> float | None:
    """The probability of a difference at least as large if in each group it were chance which of
    the two did what (two-sided). None where there is no difference to speak of."""
    observed = _difference(ours, theirs, ())
    if observed is None:
        return None
    differing = [
        at
        for at in range(len(ours[0].parts))
        if any(a.parts[at] != b.parts[at] for a, b in zip(ours, theirs, strict=True))
    ]
    least = abs(observed) - _EPSILON
    exact = len(differing) <= _EXACT
    found = [
        abs(value) >= least
        for flipped in (_all_flips(differing) if exact else _some_flips(differing))
        if (value := _difference(ours, theirs, flipped)) is not None
    ]
    return sum(found) / len(found) if exact else (1 + sum(found)) / (1 + len(found))


def _value(terms: Sequence[Term], drawn: Sequence[int]) -> float | None:
    total = 0.0
    for term in terms:
        parts = [term.parts[at] for at in drawn]
        below = sum(part[1] for part in parts)
        if not below:
            return None
        total += term.sign * sum(part[0] for part in parts) / below
    return total


def _interval(value: float, resamples: Iterator[float | None], groups: int) -> Estimate:
    values = sorted(item for item in resamples if item is not None)
    low = values[math.floor(_TAIL * (len(values) - 1))]
    high = values[math.ceil((1 - _TAIL) * (len(values) - 1))]
    # The percentiles of very few groups can leave out the estimate itself.
    return Estimate(value, min(low, value), max(high, value), groups)


@lru_cache(maxsize=16)
def _draws(count: int) -> tuple[tuple[int, ...], ...]:
    chance = random.Random(_SEED)  # noqa: S311  (statistics, no secret)
    return tuple(tuple(chance.choices(range(count), k=count)) for _ in range(RESAMPLES))


def _difference(
    ours: Sequence[Term], theirs: Sequence[Term], flipped: Sequence[int]
) -> float | None:
    """The second less the first, with the groups in `flipped` exchanged."""
    total = 0.0
    for one, other in zip(ours, theirs, strict=True):
        first, second = _sums(one.parts), _sums(other.parts)
        for at in flipped:
            for place in (0, 1):
                moved = other.parts[at][place] - one.parts[at][place]
                first[place] += moved
                second[place] -= moved
        if abs(first[1]) < _EPSILON or abs(second[1]) < _EPSILON:
            return None
        total += one.sign * (second[0] / second[1] - first[0] / first[1])
    return total


def _sums(parts: Parts) -> list[float]:
    return [sum(part[0] for part in parts), sum(part[1] for part in parts)]


def _all_flips(differing: Sequence[int]) -> Iterator[list[int]]:
    for choice in product((False, True), repeat=len(differing)):
        yield [at for at, flip in zip(differing, choice, strict=True) if flip]


def _some_flips(differing: Sequence[int]) -> Iterator[list[int]]:
    chance = random.Random(_SEED)  # noqa: S311
    for _ in range(_FLIPS):
        bits = chance.getrandbits(len(differing))
        yield [at for place, at in enumerate(differing) if bits >> place & 1]
