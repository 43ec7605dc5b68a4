"""GitLab's Code Quality report: a list that is empty when nothing was found.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format. Two entries of one
fingerprint are shown as one; the review gives each finding its own.
"""

from __future__ import annotations

import hashlib
from typing import Any, TextIO

from reviewbot.finding import Finding, Severity
from reviewbot.report import Report
from reviewbot.reporters.told import INCOMPLETE_RULE, Shortfall, exact_path, in_full, shortfall
from reviewbot.reporters.written import json_text

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}


def write(report: Report, stream: TextIO) -> None:
    entries = [_finding(finding) for finding in report.findings]
    missing = shortfall(report)
    if missing is not None:
        entries.append(_shortfall(missing))
    stream.write(json_text(entries, indent=2) + "\n")


def _finding(finding: Finding) -> dict[str, Any]:
    location = finding.location
    return {
        "description": in_full(finding),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": exact_path(location.path),
            "lines": {"begin": location.start_line, "end": location.end_line},
        },
    }


def _shortfall(missing: Shortfall) -> dict[str, Any]:
    """The widget has no other place for it. The fingerprint is the same in each report, so that
    a target branch that was not reviewed in full either makes it old news."""
    return {
        "description": missing.text,
        "check_name": INCOMPLETE_RULE,
        "fingerprint": hashlib.sha256(INCOMPLETE_RULE.encode()).hexdigest()[:32],
        "severity": "info",
        "location": {"path": exact_path(missing.path), "lines": {"begin": 1}},
    }
