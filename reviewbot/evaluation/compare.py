"""Two runs over the same cases: what differs, and could it be chance?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.errors import UsageError
from reviewbot.evaluation.metrics import METRICS, Metric, grouped, measured, terms
from reviewbot.evaluation.results import Row
from reviewbot.evaluation.score import Scored, scored
from reviewbot.evaluation.statistics import Estimate, Term, estimate, permutation


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both runs, the second less the first with its interval, and the probability
    of a difference at least as large by chance."""

    metric: Metric
    first: float | None
    second: float | None
    difference: Estimate
    p: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`alone` counts the cases that only one run has, or that say something else in each."""

    cases: int
    alone: int
    differences: tuple[Difference, ...]


def compared(first: Sequence[Row], second: Sequence[Row]) -> Comparison:
    """Raises UsageError where the runs have no case in common."""
    ours = {(row.case.id, row.digest): row for row in first}
    theirs = {(row.case.id, row.digest): row for row in second}
    shared = [key for key in ours if key in theirs]
    if not shared:
        raise UsageError(
            "the two results have no case in common", "compare two runs over one suite"
        )
    pair = (scored([ours[key] for key in shared]), scored([theirs[key] for key in shared]))
    return Comparison(
        cases=len(shared),
        alone=len(ours) + len(theirs) - 2 * len(shared),
        differences=tuple(_difference(metric, *pair) for metric in METRICS),
    )


def _difference(metric: Metric, ours: Sequence[Scored], theirs: Sequence[Scored]) -> Difference:
    one, other = terms(metric, grouped(ours)), terms(metric, grouped(theirs))
    return Difference(
        metric=metric,
        first=measured(ours, [metric.name])[metric.name].value,
        second=measured(theirs, [metric.name])[metric.name].value,
        difference=estimate([*other, *_negative(one)]),
        p=permutation(one, other),
    )


def _negative(terms: Sequence[Term]) -> list[Term]:
    return [replace(term, sign=-term.sign) for term in terms]
