"""Hold what was found against what is there.

A finding hits a golden when the file is equal and the lines are within three; a golden counts once,
and so a finding that says it again is no true one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import comb

from reviewbot.evaluation.results import Facts, Found, Row
from reviewbot.evaluation.suite import Golden
from reviewbot.finding import Source

NEAR = 3
# Every changed line of theirs is golden: where a finding stands tells nothing.
WITHOUT_PLACES = frozenset({"edit", "history"})


@dataclass(frozen=True, slots=True)
class Scored:
    """One case, counted. `chance` is the sum over its goldens of how likely one changed line drawn
    at random hits them; `drawn` how likely as many lines as there are findings hit one. `twin` says
    whether the twin, the fix of a defect, was flagged; None where it is not in the run."""

    row: Row
    hit: int
    true: int
    chance: float
    drawn: float
    twin: bool | None = None

    @property
    def case(self) -> Facts:
        return self.row.case

    @property
    def defect(self) -> bool:
        return self.row.case.kind == "defect"

    @property
    def placed(self) -> bool:
        """Whether localisation is scored."""
        return self.defect and self.row.case.track not in WITHOUT_PLACES

    @property
    def findings(self) -> int:
        return len(self.row.findings)

    @property
    def flagged(self) -> bool:
        return bool(self.row.findings)

    @property
    def confidence(self) -> float:
        """Of the surest finding; 0 where there is none."""
        return max((finding.confidence for finding in self.row.findings), default=0.0)


def scored(rows: Sequence[Row]) -> tuple[Scored, ...]:
    """All cases, each beside its twin."""
    alone = {row.case.id: _scored(row) for row in rows}
    return tuple(
        replace(item, twin=alone[item.case.pair].flagged)
        if item.defect and item.case.pair in alone
        else item
        for item in alone.values()
    )


def surer(rows: Iterable[Row], threshold: float) -> tuple[Row, ...]:
    """The rows without the findings below a confidence."""
    return tuple(
        row.model_copy(
            update={"findings": tuple(f for f in row.findings if f.confidence >= threshold)}
        )
        for row in rows
    )


def of_source(rows: Iterable[Row], source: Source) -> tuple[Row, ...]:
    """The rows with the findings of one source alone."""
    return tuple(
        row.model_copy(update={"findings": tuple(f for f in row.findings if f.source is source)})
        for row in rows
    )


def truths(row: Row) -> list[bool]:
    """Of each finding whether it is the first to hit a golden."""
    taken: set[int] = set()
    result = []
    for finding in row.findings:
        new = {at for at, golden in enumerate(row.case.golden) if hits(finding, golden)} - taken
        taken |= new
        result.append(bool(new))
    return result


def hits(finding: Found, golden: Golden) -> bool:
    return finding.path == golden.file and _near(finding.start_line, finding.end_line, golden)


def chance(case: Facts, golden: Sequence[Golden], draws: int = 1) -> float:
    """The probability that one of `draws` changed lines, drawn at random and none of them twice,
    hits one of the goldens."""
    places = [(span.file, line) for span in case.changed for line in span.lines]
    good = sum(
        any(file == item.file and _near(line, line, item) for item in golden)
        for file, line in places
    )
    draws = min(draws, len(places))
    if not places or not draws:
        return 0.0
    return 1.0 - comb(len(places) - good, draws) / comb(len(places), draws)


def _near(first: int, last: int, golden: Golden) -> bool:
    return first <= golden.line[1] + NEAR and last >= golden.line[0] - NEAR


def _scored(row: Row) -> Scored:
    case = row.case
    hit = sum(any(hits(finding, golden) for finding in row.findings) for golden in case.golden)
    return Scored(
        row=row,
        hit=hit,
        true=sum(truths(row)),
        chance=sum(chance(case, [golden]) for golden in case.golden),
        drawn=chance(case, case.golden, len(row.findings)),
    )
