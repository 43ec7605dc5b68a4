"""GitHub's workflow commands: annotations beside the lines of a pull request, from a job's log.

https://docs.github.com/actions/reference/workflow-commands-for-github-actions. GitHub shows ten of
each kind a step and drops the others without a word, so only ten are written as commands; what is
beyond them follows as plain lines, under one that says so.
"""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from reviewbot.finding import Finding, Severity
from reviewbot.plain import inert, plain_path
from reviewbot.report import Report
from reviewbot.reporters.told import in_full, plural, shortfall, summary

MOST_OF_A_KIND = 10
_KINDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def write(report: Report, stream: TextIO) -> None:
    shown: Counter[str] = Counter()
    missing = shortfall(report)
    if missing is not None:
        shown["warning"] += 1
        stream.write(_command("warning", {"title": "reviewbot"}, missing.text))
    left: list[Finding] = []
    for finding in sorted(report.findings, key=lambda found: -found.severity.rank):
        kind = _KINDS[finding.severity]
        if shown[kind] < MOST_OF_A_KIND:
            shown[kind] += 1
            stream.write(_finding(kind, finding))
        else:
            left.append(finding)
    if left:
        count = plural(len(left), "finding")
        stream.write(f"{count} more; GitHub shows {MOST_OF_A_KIND} annotations of each kind:\n")
        stream.writelines(map(_line, left))
    stream.write(inert(summary(report)) + "\n")


def _finding(kind: str, finding: Finding) -> str:
    location = finding.location
    properties = {
        "file": plain_path(location.path),
        "line": str(location.start_line),
        "endLine": str(location.end_line),
        "title": f"{finding.title} [{finding.rule}]",
    }
    return _command(kind, properties, in_full(finding))


def _command(kind: str, properties: dict[str, str], message: str) -> str:
    """The runner writes the message to the log, where other commands would be looked for."""
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {said}::{_data(inert(message))}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(inert(text)).replace(":", "%3A").replace(",", "%2C")


def _line(finding: Finding) -> str:
    location = finding.location
    place = f"{plain_path(location.path)}:{location.start_line}"
    return inert(f"{place}: {finding.severity}: {finding.title} [{finding.rule}]") + "\n"
