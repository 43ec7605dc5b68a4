"""What came of each case, as rows in a file that only grows (`rows.py`). A row holds no code: a
quote is a digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from reviewbot.evaluation.suite import Case, Golden, Kind, digest_of
from reviewbot.finding import Finding, Side, Source
from reviewbot.report import Report
from reviewbot.rows import RowsFile


class Span(BaseModel, frozen=True):
    """New-side line numbers of one file on which a finding about the change may stand."""

    file: str
    lines: tuple[int, ...]


class Facts(BaseModel, frozen=True):
    """What scores need to know of a case. `grown` is how many characters the change adds, less
    those that it removes."""

    id: str
    track: str
    kind: Kind
    group: str
    pair: str | None = None
    language: str = ""
    category: str = ""
    difficulty: str = ""
    golden: tuple[Golden, ...] = ()
    changed: tuple[Span, ...] = ()
    grown: int = 0


class Found(BaseModel, frozen=True):
    """A finding without its words."""

    rule: str
    severity: str
    path: str
    side: Side = Side.NEW
    start_line: int
    end_line: int
    confidence: Annotated[float, Field(ge=0, le=1)]
    quote: str = ""
    source: Source = Source.MODEL


class Row(BaseModel, frozen=True):
    """One case, reviewed. `key` stands for all that the answer follows from; `replayed` calls were
    answered by an earlier run, so that `seconds` are too few. `dropped` claims quote no changed
    line, `refuted` ones are disproved, by reason; `hits_dropped` are those of linters that the
    model takes for no defect."""

    schema_version: Literal[1] = 1
    key: str
    case: Facts
    digest: str
    findings: tuple[Found, ...] = ()
    dropped: int = 0
    refuted: dict[str, int] = {}
    hits_dropped: int = 0
    faults: tuple[str, ...] = ()
    calls: int = 0
    replayed: int = 0
    failed_calls: int = 0
    failed_chunks: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0


def row_of(key: str, case: Case, facts: Facts, report: Report) -> Row:
    usage = report.usage
    return Row(
        key=key,
        case=facts,
        digest=case.digest,
        findings=tuple(_found(finding) for finding in report.findings),
        dropped=report.dropped,
        refuted=dict(report.refuted),
        hits_dropped=sum(use.dropped for use in report.linters),
        faults=tuple(_faults(report)),
        calls=usage.calls,
        failed_calls=usage.failed_calls,
        failed_chunks=usage.failed_chunks,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=usage.cached_tokens,
        completion_tokens=usage.completion_tokens,
        seconds=report.timings.total,
    )


def _faults(report: Report) -> Iterator[str]:
    """Why lines were not reviewed: what failed, and what fitted into no prompt."""
    reasons = [entry.reason for entry in report.coverage if entry.failed]
    yield from dict.fromkeys([*report.problems, *reasons])


def _found(finding: Finding) -> Found:
    place = finding.location
    return Found(
        rule=finding.rule,
        severity=finding.severity.value,
        path=place.path,
        side=place.side,
        start_line=place.start_line,
        end_line=place.end_line,
        confidence=finding.confidence,
        quote=digest_of(finding.quote)[:16],
        source=finding.source,
    )


class Rows(RowsFile[Row]):
    """The file of rows."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Row, "--output")

    def read(self) -> dict[str, Row]:
        """The rows by key."""
        return {row.key: row for _, row in self.each()}
