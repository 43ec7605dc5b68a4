"""What every report says in the same words: the sum of it, and what was not reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewbot.finding import Finding
from reviewbot.plain import plain_line, plain_path
from reviewbot.report import FileCoverage, LinterUse, Report, total
from reviewbot.reporters import muted

# No rule that a finding has: what a format without a place for it says of an incomplete review.
INCOMPLETE_RULE = "RB-INCOMPLETE"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """That a review is incomplete, for formats that know nothing but findings; `path` is the first
    file with lines that were not reviewed."""

    path: str
    text: str


def shortfall(report: Report) -> Shortfall | None:
    """None for a complete review."""
    if report.status == "complete":
        return None
    failed = [entry for entry in report.coverage if entry.failed]
    lines = sum(entry.failed for entry in failed)
    missing = f"{plural(lines, 'changed line')} in {plural(len(failed), 'file')} not reviewed"
    reasons = dict.fromkeys(
        plain_line(reason)
        for reason in (*report.problems, *(entry.reason for entry in failed))
        if reason
    )
    parts = [missing] if failed else []
    text = "; ".join([*parts, *reasons])
    return Shortfall(failed[0].path if failed else ".", f"The review is incomplete: {text}")


def by_file(report: Report) -> list[list[Finding]]:
    """The findings of each file in order of lines; files in the order of the change."""
    order = {entry.path: at for at, entry in enumerate(report.coverage)}
    files: dict[str, list[Finding]] = {}
    for finding in report.findings:
        files.setdefault(finding.location.path, []).append(finding)
    paths = sorted(files, key=lambda path: (order.get(path, len(order)), path))
    return [sorted(files[path], key=lambda found: found.location.start_line) for path in paths]


def summary(report: Report) -> str:
    """What was found and how much was reviewed, in one line."""
    if not report.coverage:
        nothing = f"nothing to review in {plain_line(report.scope.label)}"
        return f"reviewbot: {nothing if report.status == 'complete' else f'INCOMPLETE: {nothing}'}"
    counts = total(report.coverage)
    parts = [f"{counts.reviewed} of {plural(counts.changed, 'changed line')} reviewed"]
    if report.usage.cached_chunks:
        parts[0] += f" ({plural(report.usage.cached_chunks, 'chunk')} from cache)"
    parts += [f"{counts.skipped} skipped"] if counts.skipped else []
    parts += [f"{counts.failed} failed"] if counts.failed else []
    if report.engine is not None:
        parts.append(f"{plain_line(report.engine.model)}, {report.timings.total:.1f} s")
    state = "" if report.status == "complete" else "INCOMPLETE: "
    return f"reviewbot: {state}{muted.found(report)}; {'; '.join(parts)}"


def not_reviewed(entry: FileCoverage) -> str:
    """Why lines of a file were not reviewed, and how many."""
    counts = [
        f"{count} {word}"
        for count, word in ((entry.skipped, "skipped"), (entry.failed, "failed"))
        if count
    ]
    lines = f" ({' and '.join(counts)} of {plural(entry.changed, 'line')})" if counts else ""
    return f"{plain_line(entry.reason)}{lines}"


def not_heard(uses: Iterable[LinterUse]) -> list[str]:
    """What was not taken from linters, a line each."""
    return [_not_heard(use) for use in uses if use.fault or use.left_out]


def _not_heard(use: LinterUse) -> str:
    if use.fault:
        return f"not heard{' in full' if use.hits else ''}: {use.name}: {plain_line(use.fault)}"
    return f"not heard in full: {use.name}: {use.left_out} of {use.hits} hits are too many to tell"


def in_full(finding: Finding, *, suggestion: bool = True) -> str:
    """Title, message and suggestion as one text, nothing twice."""
    parts = [finding.title] if finding.title.rstrip(" …") not in finding.message else []
    parts.append(finding.message)
    if finding.suggestion and suggestion:
        parts.append(f"Suggestion:\n{finding.suggestion}")
    return "\n\n".join(parts)


def exact_path(path: str) -> str:
    """A path for documents that can hold any text: as it is, unless its bytes are no text."""
    is_text = not any("\ud800" <= character <= "\udfff" for character in path)
    return path if is_text else plain_path(path)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
