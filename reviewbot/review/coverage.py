"""Count what became of every changed line; the counts add up to `git diff --numstat`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from reviewbot.changeset import FileChange
from reviewbot.plain import plain_line
from reviewbot.report import FileCoverage
from reviewbot.review.ask import Asked
from reviewbot.review.outcomes import Outcome


@dataclass(slots=True)
class _Count:
    """One file's lines while they are counted."""

    reviewed: int = 0
    skipped: int = 0
    failed: int = 0
    reasons: dict[str, None] = field(default_factory=dict)
    left_out: dict[str, None] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        self.left_out |= dict.fromkeys(outcome.chunk.left_out)
        if outcome.fault:
            self.failed += outcome.chunk.changed
            self.reasons[outcome.fault] = None
        else:
            self.reviewed += outcome.chunk.changed

    def add_skipped(self, entry: FileCoverage) -> None:
        self.skipped += entry.skipped
        self.reasons[entry.reason] = None

    def add_oversized(self) -> None:
        self.skipped += 1
        self.reasons["a line longer than any prompt may hold"] = None


def coverage(
    files: Iterable[FileChange], skipped: Sequence[FileCoverage], asked: Asked
) -> tuple[FileCoverage, ...]:
    """Every changed line of every file, in the order of the change: reviewed, skipped or failed.

    Lines that no outcome speaks of (the engine never opened) have failed.
    """
    counts: dict[str, _Count] = {}
    for outcome in asked.outcomes:
        counts.setdefault(outcome.chunk.path, _Count()).add(outcome)
    for part in asked.oversized:
        counts.setdefault(part.path, _Count()).add_oversized()
    for entry in skipped:
        counts.setdefault(entry.path, _Count()).add_skipped(entry)
    # A series of patches may change one file several times: it is one entry.
    changed: Counter[str] = Counter()
    old_paths: dict[str, str] = {}
    for file in files:
        changed[file.path] += file.changed
        old_paths.setdefault(file.path, file.old_path if file.old_path != file.path else "")
    return tuple(
        replace(
            _file_coverage(path, lines, counts.get(path, _Count()), asked),
            old_path=old_paths[path],
        )
        for path, lines in changed.items()
    )


def _file_coverage(path: str, changed: int, count: _Count, asked: Asked) -> FileCoverage:
    missing = changed - count.reviewed - count.skipped - count.failed
    if missing:
        count.reasons[(asked.fault or "not asked").splitlines()[0]] = None
    return FileCoverage(
        path,
        count.reviewed,
        count.skipped,
        count.failed + missing,
        plain_line("; ".join(count.reasons)),
        tuple(count.left_out),
    )
