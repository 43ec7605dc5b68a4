from __future__ import annotations

from dataclasses import replace

from reviewbot.report import FileCoverage
from reviewbot.reporters.told import by_file, in_full, not_reviewed, shortfall, summary
from tests.data.reports import EMPTY, FULL


def test_a_complete_review_lacks_nothing() -> None:
    assert shortfall(EMPTY) is None
    assert shortfall(replace(FULL, coverage=FULL.coverage[:1], problems=())) is None


def test_each_reason_is_told_once() -> None:
    failed = (FileCoverage("a", failed=1, reason="r"), FileCoverage("b", failed=2, reason="r"))
    missing = shortfall(replace(EMPTY, coverage=failed, problems=("r", "no engine")))
    assert missing is not None
    assert missing.path == "a"
    assert missing.text == (
        "The review is incomplete: 3 changed lines in 2 files not reviewed; r; no engine"
    )


def test_a_review_of_nothing_that_failed_is_not_called_clean() -> None:
    assert "INCOMPLETE" in summary(replace(EMPTY, problems=("no engine",)))
    assert "INCOMPLETE" not in summary(EMPTY)


def test_muted_findings_are_counted() -> None:
    assert "6 findings (6 new, 1 known, 3 muted)" in summary(FULL)


def test_findings_come_by_file_in_the_order_of_the_change() -> None:
    found = [[f.location.start_line for f in findings] for findings in by_file(FULL)]
    assert found == [[12], [3, 9, 32, 56], [1]]


def test_a_title_that_begins_the_message_is_not_told_twice() -> None:
    removed, _, secret, *_ = FULL.findings
    assert in_full(removed) == removed.message
    assert in_full(secret) == f"{secret.title}\n\n{secret.message}"


def test_a_file_s_lines_are_counted() -> None:
    assert not_reviewed(FileCoverage("a", failed=1, reason="r")) == "r (1 failed of 1 line)"
    assert not_reviewed(FileCoverage("a", reason="binary")) == "binary"
