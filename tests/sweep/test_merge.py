"""Many reviews as one: what a later review says of an earlier finding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.changeset import Scope
from reviewbot.finding import Finding, Mute
from reviewbot.report import Report
from reviewbot.reporters.json_report import document
from reviewbot.sweep.merge import merged
from reviewbot.sweep.plan import Unit
from reviewbot.sweep.row import Row
from tests.review.mute.reports import finding

_FOUND = finding(1)


def _row(name: str, told: tuple[Finding, ...], muted: tuple[Finding, ...]) -> tuple[Unit, Row]:
    report = Report(Scope("commit", ""), None, told, (), muted=muted)
    return Unit("history", name, name, 1), Row(key=name, unit=name, report=document(report))


@pytest.mark.parametrize(
    ("mute", "left"),
    [(Mute("inline"), 0), (Mute("baseline"), 0), (Mute("confidence"), 1)],
    ids=["inline", "baseline", "confidence"],
)
def test_what_somebody_muted_later_is_muted_and_what_the_model_doubted_is_not(
    mute: Mute, left: int
) -> None:
    """The newest comes first."""
    later = _row("b" * 40, (), (replace(_FOUND, muted=mute),))
    found = merged([later, _row("a" * 40, (_FOUND,), ())])
    assert len(found.seen) == left
    assert (found.muted, [len(unit.findings) for unit in found.units]) == (1, [0, left])
