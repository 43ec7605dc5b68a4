"""The baseline file: fingerprints of accepted findings, with rule and path for those who read it.

One entry a line, sorted, without times and versions: the same findings are the same file, and two
branches that add to it merge by lines. Any JSON report serves as a baseline, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from pydantic import BaseModel

from reviewbot.errors import ReportError
from reviewbot.report import Baseline
from reviewbot.reporters.finding_entry import FindingEntry
from reviewbot.reporters.json_report import ReportDocument
from reviewbot.reporters.read_json import AGAIN, checked, report_of, table_of
from reviewbot.reporters.written import json_in_log

BASELINE_VERSION = 1


class KnownEntry(BaseModel):
    """`rule` and `path` are for people: the fingerprint alone decides."""

    path: str
    rule: str
    fingerprint: str


class BaselineDocument(BaseModel):
    schema_version: Literal[1] = 1
    fingerprints: list[KnownEntry]


def read_baseline(data: bytes, name: str) -> Baseline:
    """A baseline, from a file of its own or from a report. Raises ReportError."""
    known = known_entries(table_of(data, name), name)
    return Baseline(name, frozenset(entry.fingerprint for entry in known))


def known_entries(table: dict[str, Any], name: str) -> list[KnownEntry]:
    """What a report or a baseline file knows. Raises ReportError."""
    if "fingerprints" in table:
        return checked(BaselineDocument, table, name, BASELINE_VERSION).fingerprints
    if "findings" not in table:
        raise ReportError(f"{name} is neither a report of reviewbot nor a baseline", AGAIN)
    return [_known(finding) for finding in _told(report_of(table, name))]


def baseline_text(known: Iterable[KnownEntry]) -> str:
    """The baseline file of these entries."""
    rows = sorted({(one.path, one.rule, one.fingerprint) for one in known})
    entries = (KnownEntry(path=path, rule=rule, fingerprint=key) for path, rule, key in rows)
    lines = ",\n".join(f"    {json.dumps(entry.model_dump())}" for entry in entries)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return json_in_log(
        f'{{\n  "schema_version": {BASELINE_VERSION},\n  "fingerprints": {body}\n}}\n'
    )


def _told(report: ReportDocument) -> Iterator[FindingEntry]:
    """What was told, and what an earlier baseline knew. What a comment or its confidence mutes is
    left to them: without them it is new."""
    yield from report.findings
    yield from (one for one in report.muted if one.muted and one.muted.by == "baseline")


def _known(finding: FindingEntry) -> KnownEntry:
    return KnownEntry(path=finding.path, rule=finding.rule, fingerprint=finding.fingerprint)
