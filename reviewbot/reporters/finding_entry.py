"""A finding as an entry of JSON documents: the shape that the reports `json` and `jsonl` share."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from reviewbot.finding import Category, Finding, Location, Mute, Severity, Side, Source
from reviewbot.plain import plain_line, plain_path
from reviewbot.report import Report


class MuteEntry(BaseModel):
    by: Literal["confidence", "inline", "baseline"]
    reason: str
    is_new: bool = Field(description="The comment came with the change that it mutes.")


class FindingEntry(BaseModel):
    rule: str
    category: Category
    severity: Severity
    confidence: float = Field(ge=0, le=1)
    path: str
    side: Side = Field(description="`old`: the quote is removed code, the lines the nearest new.")
    start_line: int = Field(ge=1)
    end_line: int = Field(ge=1)
    removed_lines: tuple[int, int] | None = Field(
        default=None, description="Of side `old`: the first and last quoted line of the old file."
    )
    quote: str
    title: str
    message: str
    suggestion: str | None = None
    fingerprint: str
    source: Source = Field(description="Who says so. A linter's rules begin with `LINT-`.")
    muted: MuteEntry | None = Field(default=None, description="Why it is not among `findings`.")
    known: bool | None = Field(
        default=None, description="Whether the baseline knows it; null where there is none."
    )


def finding_entry(finding: Finding, report: Report) -> FindingEntry:
    """`report` is the one that holds it."""
    return FindingEntry(
        rule=finding.rule,
        category=finding.category,
        severity=finding.severity,
        confidence=finding.confidence,
        path=plain_path(finding.location.path),
        side=finding.location.side,
        start_line=finding.location.start_line,
        end_line=finding.location.end_line,
        removed_lines=finding.location.removed,
        quote=finding.quote,
        title=finding.title,
        message=finding.message,
        suggestion=finding.suggestion,
        fingerprint=finding.fingerprint,
        source=finding.source,
        muted=finding.muted and _mute(finding.muted),
        known=report.is_known(finding),
    )


def _mute(mute: Mute) -> MuteEntry:
    return MuteEntry(by=mute.by, reason=plain_line(mute.reason), is_new=mute.is_new)


def finding_of(entry: FindingEntry) -> Finding:
    """The finding that an entry is of, as far as it holds it: `path` is the one that is shown."""
    mute = entry.muted
    return Finding(
        rule=entry.rule,
        category=entry.category,
        severity=entry.severity,
        confidence=entry.confidence,
        location=Location(
            entry.path, entry.side, entry.start_line, entry.end_line, entry.removed_lines
        ),
        quote=entry.quote,
        title=entry.title,
        message=entry.message,
        fingerprint=entry.fingerprint,
        suggestion=entry.suggestion,
        source=entry.source,
        muted=None if mute is None else Mute(mute.by, mute.reason, mute.is_new),
    )
