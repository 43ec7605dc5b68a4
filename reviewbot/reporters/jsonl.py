"""The report as JSON lines: each finding on a line of its own as in the JSON report, and a last
line with the counts, so that whoever reads it can tell a whole report from one that was cut."""

from __future__ import annotations

from typing import Any, TextIO

from reviewbot.plain import plain_line
from reviewbot.report import Report, total
from reviewbot.reporters.finding_entry import finding_entry
from reviewbot.reporters.written import json_text

SCHEMA_VERSION = 1


def write(report: Report, stream: TextIO) -> None:
    for finding in report.findings:
        entry = finding_entry(finding, report).model_dump(mode="json")
        stream.write(json_text({"type": "finding", **entry}) + "\n")
    stream.write(json_text({"type": "summary", **_summary(report)}) + "\n")


def _summary(report: Report) -> dict[str, Any]:
    counts = total(report.coverage)
    return {
        "schema_version": SCHEMA_VERSION,
        "status": report.status,
        "findings": len(report.findings),
        "muted": len(report.muted),
        "files": len(report.coverage),
        "changed": counts.changed,
        "reviewed": counts.reviewed,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "problems": [plain_line(problem) for problem in report.problems],
    }
