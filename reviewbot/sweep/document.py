"""The report of a sweep: its own JSON document, of which the other formats are made.

`docs/sweep.schema.json` is generated from it. A field may be added within a `schema_version`; one
that goes or changes its meaning raises it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from reviewbot.reporters.finding_entry import FindingEntry
from reviewbot.reporters.json_report import (
    EngineEntry,
    PrivacyEntry,
    TimingsEntry,
    ToolEntry,
    UsageEntry,
)
from reviewbot.sweep.plan import Kind

SCHEMA_VERSION = 1
UnitStatus = Literal["complete", "incomplete", "failed", "not reached"]
State = Literal["stands", "past", "muted"]


class SweepEntry(BaseModel):
    kind: Kind
    label: str
    head: str = Field(description="Commit that findings are held against.")


class CountsEntry(BaseModel):
    """Commits of a history, files of a tree."""

    found: int
    complete: int
    incomplete: int
    failed: int = Field(description="Could not be read.")
    not_reached: int = Field(description="Not begun: stopped by a limit, or the engine was gone.")
    merges: int = Field(description="Merge commits, which are left out.")
    muted: int = Field(description="Muted findings of the single reviews, one each.")


class LinesEntry(BaseModel):
    """Changed lines of all that was begun."""

    reviewed: int
    skipped: int
    failed: int


class SweptFinding(FindingEntry):
    """A finding once, however many commits it was found in. Its lines are those of the sweep's
    head where it stands there, else of the newest commit that it was found in."""

    state: State = Field(
        description="`stands` in the head; `past`: its code is gone from there; `muted` there by a"
        " comment. A secret never goes: it stays in the history."
    )
    since: str = Field(description="When the oldest commit that it was found in was made (UTC).")
    seen_in: list[str] = Field(description="Commits, the newest first, or the file of a tree.")


class UnitEntry(BaseModel):
    id: str = Field(description="Commit id, or path in the tree.")
    at: str = Field(description="When it was committed (UTC).")
    subject: str
    status: UnitStatus
    reason: str = Field(description="Why it is not complete.")
    reviewed: int
    skipped: int
    failed: int
    findings: list[str] = Field(description="Fingerprints.")


class HotFile(BaseModel):
    path: str
    errors: int
    warnings: int
    notes: int
    past: int


class Period(BaseModel):
    name: str = Field(description="A month; a day in a short history, a year in a long one.")
    units: int
    lines: int
    found: int = Field(description="Findings that came in then, whatever became of them.")
    stand: int = Field(description="Those of them that stand.")


class SweepDocument(BaseModel):
    schema_version: Literal[1] = 1
    tool: ToolEntry = ToolEntry()
    sweep: SweepEntry
    status: Literal["complete", "incomplete"]
    problems: list[str] = Field(description="Why it is incomplete.")
    counts: CountsEntry
    lines: LinesEntry
    engines: list[EngineEntry] = Field(description="Who answered.")
    findings: list[SweptFinding] = Field(description="Those that stand first, the worst first.")
    files: list[HotFile] = Field(description="Files with findings, the hottest first.")
    periods: list[Period] = Field(description="The oldest first.")
    units: list[UnitEntry]
    privacy: PrivacyEntry
    usage: UsageEntry
    timings: TimingsEntry = Field(description="Sums over the reviews, which overlap.")
