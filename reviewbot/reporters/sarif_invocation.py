"""What was and was not reviewed, as a SARIF invocation with its notifications."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reviewbot.plain import plain_line
from reviewbot.report import FileCoverage, Report
from reviewbot.reporters.sarif_result import artifact, safe_message
from reviewbot.reporters.told import not_heard, not_reviewed


def invocation(report: Report) -> dict[str, Any]:
    """Of an incomplete review: `executionSuccessful` is false, and errors say why."""
    return {
        "executionSuccessful": report.status == "complete",
        "toolExecutionNotifications": list(_notifications(report)),
    }


def _notifications(report: Report) -> Iterator[dict[str, Any]]:
    for problem in report.problems:
        yield _notification("error", f"Not reviewed: {plain_line(problem)}")
    for entry in report.coverage:
        if entry.failed or entry.reason:
            yield _of_file(entry)
    for line in not_heard(report.linters):
        yield _notification("warning", f"Linter {line}")


def _of_file(entry: FileCoverage) -> dict[str, Any]:
    level = "error" if entry.failed else "note"
    place = {"physicalLocation": {"artifactLocation": artifact(entry.path)}}
    text = f"Not reviewed: {not_reviewed(entry)}"
    return {**_notification(level, text), "locations": [place]}


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": safe_message(text)}
