"""A sweep's journal as one document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from reviewbot.change.git import Git
from reviewbot.finding import Severity
from reviewbot.plain import plain_line
from reviewbot.reporters.json_report import PrivacyEntry, TimingsEntry, UsageEntry
from reviewbot.reporters.told import plural
from reviewbot.sweep.document import (
    CountsEntry,
    HotFile,
    LinesEntry,
    SweepDocument,
    SweepEntry,
    SweptFinding,
    UnitEntry,
)
from reviewbot.sweep.merge import Merged, iso, merged
from reviewbot.sweep.periods import periods
from reviewbot.sweep.plan import Plan, Unit
from reviewbot.sweep.row import Row
from reviewbot.sweep.standing import Standing, standing

_STATES = ("stands", "muted", "past")
_WEIGHT = {Severity.ERROR: 9, Severity.WARNING: 3, Severity.NOTE: 1}


def document(
    git: Git, plan: Plan, rows: Iterable[tuple[Unit, Row | None]], stop: str
) -> SweepDocument:
    """`rows` are those of the plan's units in their order; `stop` is why the sweep ended before the
    last. Raises GitError."""
    every = merged(rows)
    seen = list(every.seen.values())
    if plan.kind == "history":
        found = list(standing(git, plan, seen))
    else:
        found = [Standing(one, one.entry, "stands") for one in seen]
    findings = sorted(map(_finding, found), key=_rank)
    problems = list(_problems(plan, every, stop))
    return SweepDocument(
        sweep=SweepEntry(kind=plan.kind, label=plain_line(plan.label), head=plan.head),
        status="incomplete" if problems else "complete",
        problems=problems,
        counts=_counts(plan, every),
        lines=_lines(every.units),
        engines=every.engines,
        findings=findings,
        files=sorted(_hot(findings), key=_heat),
        # All of a tree is of one moment.
        periods=list(periods(every.units, findings)) if plan.kind == "history" else [],
        units=every.units,
        privacy=PrivacyEntry(connections=list(every.connections)),
        usage=UsageEntry.model_validate(every.usage),
        timings=TimingsEntry.model_validate(every.seconds),
    )


def _finding(found: Standing) -> SweptFinding:
    return SweptFinding(
        **found.entry.model_dump(),
        state=found.state,
        since=iso(found.seen.since),
        seen_in=[unit.told for unit in found.seen.units],
    )


def _rank(found: SweptFinding) -> tuple[object, ...]:
    severity = -found.severity.rank
    return _STATES.index(found.state), severity, found.path, found.start_line, found.fingerprint


def _problems(plan: Plan, every: Merged, stop: str) -> Iterator[str]:
    if stop:
        yield plain_line(stop)
    counts = Counter(unit.status for unit in every.units)
    units = plural(len(every.units), plan.noun)
    for status in ("not reached", "failed", "incomplete"):
        if counts[status]:
            yield f"{counts[status]} of {units} {status}"
    reasons = Counter(unit.reason for unit in every.units if unit.reason)
    yield from (reason for reason, _ in reasons.most_common(20))


def _counts(plan: Plan, every: Merged) -> CountsEntry:
    counts = Counter(unit.status for unit in every.units)
    return CountsEntry(
        found=len(plan.units),
        complete=counts["complete"],
        incomplete=counts["incomplete"],
        failed=counts["failed"],
        not_reached=counts["not reached"],
        merges=plan.merges,
        muted=every.muted,
    )


def _lines(units: Iterable[UnitEntry]) -> LinesEntry:
    sums: Counter[str] = Counter()
    for unit in units:
        sums.update(reviewed=unit.reviewed, skipped=unit.skipped, failed=unit.failed)
    return LinesEntry(reviewed=sums["reviewed"], skipped=sums["skipped"], failed=sums["failed"])


def _hot(findings: Iterable[SweptFinding]) -> Iterator[HotFile]:
    files: dict[str, Counter[str]] = {}
    for found in findings:
        if found.state != "muted":
            kind = f"{found.severity}s" if found.state == "stands" else "past"
            files.setdefault(found.path, Counter())[kind] += 1
    for path, counts in files.items():
        numbers = {name: counts[name] for name in ("errors", "warnings", "notes", "past")}
        yield HotFile(path=path, **numbers)


def _heat(file: HotFile) -> tuple[object, ...]:
    heat = sum(weight * getattr(file, f"{severity}s") for severity, weight in _WEIGHT.items())
    return -heat, -file.past, file.path
