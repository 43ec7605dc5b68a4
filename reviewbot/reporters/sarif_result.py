"""A finding as a SARIF result."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from reviewbot.finding import Finding, Location, Mute, Side
from reviewbot.plain import plain_line
from reviewbot.reporters.code import Code, replacement, utf16_units
from reviewbot.reporters.markdown_text import as_comment
from reviewbot.reporters.told import in_full


def result(
    finding: Finding, rule_index: int, code: Code, known: bool | None = None
) -> dict[str, Any]:
    """`known`: whether the baseline knows it; None where there is none."""
    location = finding.location
    text = replacement(finding)
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": str(finding.severity),
        "message": safe_message(in_full(finding, suggestion=text is None)),
        "locations": [{"physicalLocation": _place(finding, code)}],
        "partialFingerprints": {"reviewbot/v1": finding.fingerprint},
        "properties": _properties(finding),
    }
    if text is not None:
        found["fixes"] = [_fix(location, text)]
    if known is not None:
        found["baselineState"] = "unchanged" if known else "new"
    if finding.muted is not None:
        found["suppressions"] = [_suppression(finding.muted)]
    return found


def safe_message(text: str) -> dict[str, str]:
    """A message without links, which SARIF knows as `[text](address)` (§3.11.6), and without all
    else that acts where tools post it as a comment."""
    return {"text": as_comment(text)}


def artifact(path: str) -> dict[str, str]:
    """The file's own bytes as a relative reference; a colon in it begins no scheme."""
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": "%SRCROOT%"}


def _place(finding: Finding, code: Code) -> dict[str, Any]:
    location = finding.location
    region: dict[str, Any] = _lines(location)
    columns = code.columns(location, utf16_units)
    if columns is not None:
        region |= {"startColumn": columns.start, "endColumn": columns.end}
    if location.side is Side.NEW:
        region["snippet"] = {"text": finding.quote}
    return {"artifactLocation": artifact(location.path), "region": region}


def _lines(location: Location) -> dict[str, int]:
    return {"startLine": location.start_line, "endLine": location.end_line}


def _fix(location: Location, text: str) -> dict[str, Any]:
    """The lines as a whole: without columns a region ends before its last newline."""
    replacement = {"deletedRegion": _lines(location), "insertedContent": {"text": text}}
    change = {"artifactLocation": artifact(location.path), "replacements": [replacement]}
    return {"description": {"text": "Suggested code"}, "artifactChanges": [change]}


def _suppression(mute: Mute) -> dict[str, Any]:
    """A comment stands in the source; a baseline and a bound of confidence stand elsewhere."""
    reason = plain_line(mute.reason)
    return {
        "kind": "inSource" if mute.by == "inline" else "external",
        "status": "accepted",
        "justification": f"{mute.by}: {reason}" if reason else mute.by,
        "properties": {"by": mute.by, "isNew": mute.is_new},
    }


def _properties(finding: Finding) -> dict[str, Any]:
    location = finding.location
    found: dict[str, Any] = {
        "title": finding.title,
        "category": str(finding.category),
        "confidence": finding.confidence,
        "source": str(finding.source),
        "side": str(location.side),
    }
    if location.removed:
        found["quote"] = finding.quote
        found["removedLines"] = list(location.removed)
    return found
