"""reviewdog's Diagnostic, of which `rdjson` holds a list and `rdjsonl` one a line.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf. Columns count bytes and the end is
exclusive; a range without columns is whole lines, both ends included. reviewdog posts messages as
comments, so nothing in them acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reviewbot.finding import Finding, Location, Severity
from reviewbot.report import Report
from reviewbot.reporters.code import Code, replacement, utf8_units
from reviewbot.reporters.markdown_text import as_comment
from reviewbot.reporters.told import INCOMPLETE_RULE, Shortfall, exact_path, in_full, shortfall

SOURCE = {"name": "reviewbot"}
_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def diagnostics(report: Report) -> Iterator[dict[str, Any]]:
    """The findings, and last whether the review is incomplete."""
    code = Code(report.files)
    for finding in report.findings:
        yield _diagnostic(finding, code)
    missing = shortfall(report)
    if missing is not None:
        yield _shortfall(missing)


def _diagnostic(finding: Finding, code: Code) -> dict[str, Any]:
    location = finding.location
    text = replacement(finding)
    found: dict[str, Any] = {
        "message": as_comment(in_full(finding, suggestion=text is None)),
        "location": {"path": exact_path(location.path), "range": _range(location, code)},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
    }
    if text is not None:
        found["suggestions"] = [{"range": _lines(location), "text": text}]
    return found


def _range(location: Location, code: Code) -> dict[str, dict[str, int]]:
    found = _lines(location)
    columns = code.columns(location, utf8_units)
    if columns is not None:
        found["start"]["column"] = columns.start
        found["end"]["column"] = columns.end
    return found


def _lines(location: Location) -> dict[str, dict[str, int]]:
    return {"start": {"line": location.start_line}, "end": {"line": location.end_line}}


def _shortfall(missing: Shortfall) -> dict[str, Any]:
    return {
        "message": as_comment(missing.text),
        "location": {"path": exact_path(missing.path)},
        "severity": "WARNING",
        "code": {"value": INCOMPLETE_RULE},
    }
