from __future__ import annotations

from dataclasses import replace

import pytest

from reviewbot.changeset import Scope
from reviewbot.finding import Finding, Location, Mute, Side
from reviewbot.report import Baseline, Report
from reviewbot.reporters.muted import found, muted_lines, remarks, warnings
from tests.data.regenerate import written
from tests.data.reports import FULL

(SECURITY, OTHER, *_) = FULL.findings
NEW = Mute("inline", "why", is_new=True)


def _report(*muted: Finding, kind: str = "base", baseline: Baseline | None = None) -> Report:
    scope = Scope("base" if kind == "base" else "staged", "a change")
    told = replace(FULL, scope=scope, findings=(OTHER,), notes=("a\x1b[m note",))
    return replace(told, muted=muted, baseline=baseline)


def test_muted_findings_are_counted() -> None:
    known = replace(OTHER, muted=Mute("baseline"))
    quiet = replace(OTHER, muted=Mute("confidence"))
    baseline = Baseline("b", frozenset())
    assert found(_report()) == "1 finding"
    assert found(_report(quiet, quiet)) == "1 finding (2 muted)"
    assert found(_report(baseline=baseline)) == "1 finding (1 new, 0 known)"
    told = "1 finding (1 new, 2 known, 1 muted)"
    assert found(_report(known, quiet, known, baseline=baseline)) == told
    assert f"{told};" in written(_report(known, quiet, known, baseline=baseline), "text")


@pytest.mark.parametrize("kind", ["base", "staged"])
def test_a_change_that_mutes_its_own_security_finding_is_told_loudly(kind: str) -> None:
    report = _report(replace(SECURITY, muted=NEW), kind=kind)
    (line,) = warnings(report)
    place = "shop/größe & <co>.py:12 [RB-SECURITY]"
    assert line.startswith(f"this change mutes its own security finding at {place} ")
    assert line.endswith(": why")
    assert f"warning: {line}\n" in written(report, "text")


@pytest.mark.parametrize(
    "finding",
    [replace(SECURITY, muted=Mute("inline", "why")), replace(OTHER, muted=NEW)],
)
def test_other_mutes_are_no_warning(finding: Finding) -> None:
    assert list(warnings(_report(finding))) == []


def test_a_merge_request_lists_what_it_mutes() -> None:
    muted = replace(OTHER, muted=NEW)
    listed = ["this change mutes its own finding at shop/stock.py:9 [LINT-RUFF-F821] "]
    told = [line for line in remarks(_report(muted)) if line.startswith("this change")]
    assert [line[: len(listed[0])] for line in told] == listed
    assert list(remarks(_report(muted, kind="staged"))) == ["a[m note"]
    assert list(remarks(_report(replace(SECURITY, muted=NEW)))) == ["a[m note"]


def test_each_muted_finding_has_its_reason() -> None:
    muted = (
        replace(OTHER, muted=Mute("confidence", "below 0.5")),
        replace(SECURITY, muted=Mute("inline")),
    )
    first, second = muted_lines(_report(*muted))
    assert first.startswith("muted by confidence: shop/stock.py:9 [LINT-RUFF-F821] ")
    assert first.endswith(": below 0.5")
    assert second.endswith("no reason given")


def test_what_others_wrote_is_safe_to_print() -> None:
    hostile = "a\x1b]52;c;x\x07\n::error::"
    odd = replace(
        SECURITY,
        location=Location(hostile, Side.NEW, 1, 1),
        muted=Mute("inline", hostile, is_new=True),
    )
    shown = written(_report(odd), "text")
    assert "\x1b" not in shown
    assert not [line for line in shown.splitlines() if line.startswith("::")]
