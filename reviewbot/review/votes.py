"""Several answers to the same question as votes on each finding.

What a model says once of three times is more often noise than what it says each time; what only
one answer holds is kept, with less confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewbot.finding import Finding
from reviewbot.review.calibration import calibration

# Two answers that flag lines this near mean the same.
_NEAR = 3


@dataclass(slots=True)
class _Counted:
    """A finding in the words of the first answer that holds it, and how many answers do."""

    finding: Finding
    votes: int = 1


def agreed(answers: Sequence[Sequence[Finding]]) -> Iterator[Finding]:
    """Each finding of any answer once, in the order in which they were first made, with the
    confidence that its share of the answers gives. A single answer stays as it is."""
    counted: list[_Counted] = []
    for answer in answers:
        fresh = [_Counted(finding) for finding in answer]
        for one in counted:
            same = next((other for other in fresh if _is_same(one.finding, other.finding)), None)
            if same is not None:
                one.votes += 1
                fresh = [other for other in fresh if not _is_same(one.finding, other.finding)]
        counted += fresh
    for one in counted:
        yield _voted(one.finding, one.votes / len(answers)) if len(answers) > 1 else one.finding


def _is_same(one: Finding, other: Finding) -> bool:
    if one.rule != other.rule and (one.is_of_team or other.is_of_team):
        return False  # a breach of a rule is no vote for a defect beside it
    a, b = one.location, other.location
    apart = max(a.start_line, b.start_line) - min(a.end_line, b.end_line)
    return a.path == b.path and a.side is b.side and apart <= _NEAR


def _voted(finding: Finding, share: float) -> Finding:
    return replace(finding, confidence=calibration().voted(finding.confidence, share))
