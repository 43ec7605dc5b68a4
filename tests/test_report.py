from __future__ import annotations

import pytest

from reviewbot.changeset import Scope
from reviewbot.errors import ExitCode
from reviewbot.finding import Category, Finding, Gate, Location, Severity, Side
from reviewbot.report import FileCoverage, Report, total

SCOPE = Scope("staged", "the staged change")
REVIEWED = FileCoverage("a.py", reviewed=3)
SKIPPED = FileCoverage("b.lock", skipped=4, reason="lock file")
FAILED = FileCoverage("c.py", reviewed=1, failed=2, reason="timeout")


def _finding(severity: Severity) -> Finding:
    return Finding(
        "RB-TEST", Category.TEST, severity, 0.5, Location("f", Side.NEW, 1, 1), "q", "t", "m", "0"
    )


def _report(*severities: Severity, coverage: tuple[FileCoverage, ...] = (REVIEWED,)) -> Report:
    return Report(SCOPE, None, tuple(map(_finding, severities)), coverage)


@pytest.mark.parametrize(
    ("gate", "exits"),
    [("never", "000"), ("note", "111"), ("warning", "011"), ("error", "001")],
)
def test_the_gate_is_the_lowest_severity_that_fails(gate: Gate, exits: str) -> None:
    codes = [_report(severity).exit_code(gate) for severity in Severity]
    assert codes == [int(code) for code in exits]


def test_a_skipped_file_leaves_a_review_complete() -> None:
    report = _report(coverage=(REVIEWED, SKIPPED))
    assert (report.status, report.exit_code("note")) == ("complete", ExitCode.OK)


@pytest.mark.parametrize("gate", ["never", "note", "warning", "error"])
def test_a_failed_line_makes_a_review_incomplete_at_every_gate(gate: Gate) -> None:
    report = _report(coverage=(REVIEWED, FAILED))
    assert (report.status, report.exit_code(gate)) == ("incomplete", ExitCode.INCOMPLETE)


def test_a_problem_makes_a_review_incomplete() -> None:
    report = Report(SCOPE, None, (), (), problems=("no engine",))
    assert report.exit_code("never") is ExitCode.INCOMPLETE


def test_a_finding_at_the_gate_wins_over_incomplete() -> None:
    report = _report(Severity.ERROR, coverage=(FAILED,))
    assert report.exit_code("error") is ExitCode.FINDINGS
    assert report.exit_code("never") is ExitCode.INCOMPLETE


def test_a_muted_finding_does_not_count() -> None:
    report = Report(SCOPE, None, (), (REVIEWED,), muted=(_finding(Severity.ERROR),))
    assert report.exit_code("note") is ExitCode.OK


def test_the_total_adds_up() -> None:
    found = total([REVIEWED, SKIPPED, FAILED])
    assert (found.reviewed, found.skipped, found.failed, found.changed) == (4, 4, 2, 10)
    assert found.changed == sum(entry.changed for entry in (REVIEWED, SKIPPED, FAILED))
    assert total([]).changed == 0
