"""Many reports as one: the findings of all reviews, each once, and what is summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from reviewbot.change.secrets.search import masked
from reviewbot.finding import Side
from reviewbot.reporters.finding_entry import FindingEntry
from reviewbot.reporters.json_report import EngineEntry, ReportDocument, UsageEntry
from reviewbot.sweep.document import UnitEntry, UnitStatus
from reviewbot.sweep.plan import Unit
from reviewbot.sweep.row import Row

_TIMES = ("capture", "load", "ask", "total", "wait")


# That code is wrong and that its removal is are two claims about the same lines.
_Claim = tuple[str, Side]


@dataclass(slots=True)
class Seen:
    """A finding as its newest review has it, and the units that it was found in, in the order of
    the sweep, which is from the newest on."""

    entry: FindingEntry
    units: list[Unit] = field(default_factory=list)

    @property
    def since(self) -> int:
        return min(unit.at for unit in self.units)


@dataclass(slots=True)
class Merged:
    """Memory is taken by findings and by what is told of each unit, not by whole reports."""

    seen: dict[_Claim, Seen] = field(default_factory=dict)
    units: list[UnitEntry] = field(default_factory=list)
    engines: list[EngineEntry] = field(default_factory=list)
    connections: dict[str, None] = field(default_factory=dict)
    usage: Counter[str] = field(
        default_factory=lambda: Counter(dict.fromkeys(UsageEntry.model_fields, 0))
    )
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_TIMES, 0.0))
    muted: int = 0
    _muted: set[_Claim] = field(default_factory=set)

    def add(self, unit: Unit, row: Row | None) -> None:
        report = row.report if row else None
        if report is None:
            status: UnitStatus = "failed" if row else "not reached"
            self.units.append(_unit(unit, status, row.fault if row else ""))
            return
        told = [found for found in report.findings if _claim(found) not in self._muted]
        for found in told:
            self.seen.setdefault(_claim(found), Seen(found)).units.append(unit)
        # A comment that a later commit brought mutes what earlier ones were found guilty of. That
        # the model was less sure the second time does not.
        self._muted |= {_claim(one) for one in report.muted if _is_said(one)} - self.seen.keys()
        self.muted += len(report.muted)
        self.units.append(_reported(unit, report, [found.fingerprint for found in told]))
        self._sum_up(report)

    def _sum_up(self, report: ReportDocument) -> None:
        if report.engine and report.engine not in self.engines:
            self.engines.append(report.engine)
        self.connections |= dict.fromkeys(report.privacy.connections)
        self.usage.update(report.usage.model_dump())
        for name in _TIMES:
            self.seconds[name] += getattr(report.timings, name)


def merged(rows: Iterable[tuple[Unit, Row | None]]) -> Merged:
    """Of the units in their order, each with its row, or none where it was not reached."""
    found = Merged()
    for unit, row in rows:
        found.add(unit, row)
    return found


def _claim(found: FindingEntry) -> _Claim:
    return found.fingerprint, found.side


def _is_said(found: FindingEntry) -> bool:
    """Whether somebody muted it."""
    return found.muted is not None and found.muted.by != "confidence"


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _reported(unit: Unit, report: ReportDocument, prints: list[str]) -> UnitEntry:
    entry = _unit(unit, report.status, "; ".join(dict.fromkeys(_reasons(report))))
    sums = Counter[str]()
    for file in report.coverage:
        sums.update(reviewed=file.reviewed, skipped=file.skipped, failed=file.failed)
    counts = {name: sums[name] for name in ("reviewed", "skipped", "failed")}
    return entry.model_copy(update={**counts, "findings": prints})


def _reasons(report: ReportDocument) -> Iterator[str]:
    yield from report.problems
    yield from (file.reason for file in report.coverage if file.failed and file.reason)


def _unit(unit: Unit, status: UnitStatus, reason: str) -> UnitEntry:
    return UnitEntry(
        id=unit.told,
        at=iso(unit.at),
        subject=masked([unit.subject])[0],
        status=status,
        reason=reason,
        reviewed=0,
        skipped=0,
        failed=0,
        findings=[],
    )
