from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.finding import Finding, Mute, fingerprint
from reviewbot.report import Baseline
from reviewbot.review.mute.baseline import muted_by_baseline
from tests.review.mute.reports import file_of, finding, report_of


def _baseline(*findings: Finding) -> Baseline:
    return Baseline("known.json", frozenset(one.fingerprint for one in findings))


def test_what_is_known_is_muted_and_the_rest_is_new() -> None:
    known, new = finding(1), finding(2, quote="y()")
    report = muted_by_baseline(report_of([known, new], file_of("+x()\n+y()")), _baseline(known))
    assert report.findings == (new,)
    assert report.muted == (replace(known, muted=Mute("baseline", "known from known.json")),)
    assert (report.is_known(known), report.is_known(new)) == (True, False)


def test_without_a_baseline_nothing_is_said_of_known() -> None:
    assert report_of([finding(1)]).is_known(finding(1)) is None


def test_an_empty_baseline_makes_everything_new() -> None:
    report = muted_by_baseline(report_of([finding(1)]), _baseline())
    assert (len(report.findings), report.is_known(finding(1))) == (1, False)


def test_what_is_muted_already_keeps_its_reason_and_is_known_all_the_same() -> None:
    muted = replace(finding(1), muted=Mute("inline", "why"))
    report = replace(report_of([]), muted=(muted,))
    found = muted_by_baseline(report, _baseline(muted, finding(1, quote="gone()")))
    assert found.muted == (muted,)
    assert found.baseline == _baseline(muted)


@pytest.mark.parametrize(("status", "known"), [("R", True), ("C", False), ("M", False)])
def test_a_renamed_file_is_known_by_its_old_name(status: str, known: bool) -> None:
    before = [finding(1, path="old.py"), finding(2, path="old.py", at=1)]
    after = [finding(1), finding(2, at=1), finding(3, at=2)]
    file = file_of("+x()\n+x()\n+x()", old_path="old.py", status=status)
    report = muted_by_baseline(report_of(after, file), _baseline(*before))
    assert [one.location.start_line for one in report.muted] == ([1, 2] if known else [])


def test_a_fingerprint_that_is_no_quotes_has_no_old_name() -> None:
    odd = replace(finding(1), fingerprint=fingerprint("RB-SECRET", "f.py", "several quotes"))
    file = file_of("+x()", old_path="old.py", status="R")
    report = muted_by_baseline(report_of([odd], file), _baseline(finding(1, path="old.py")))
    assert report.findings == (odd,)
