"""Reports with findings on the lines of one changed file."""

from __future__ import annotations

from itertools import count

from reviewbot.changeset import FileChange, Hunk, Line, LineKind, Scope
from reviewbot.finding import Category, Finding, Location, Severity, Side, fingerprint
from reviewbot.report import FileCoverage, Report


def file_of(text: str, path: str = "f.py", old_path: str = "", status: str = "M") -> FileChange:
    """A file of one hunk, from text with the marks of a patch; both sides begin at line 1."""
    old, new = count(1), count(1)
    lines = []
    for row in text.split("\n"):
        kind = LineKind(row[0])
        lines.append(
            Line(
                kind,
                row[1:],
                next(old) if kind is not LineKind.ADDED else None,
                next(new) if kind is not LineKind.REMOVED else None,
            )
        )
    return FileChange(path, old_path or path, status, (Hunk(1, 1, tuple(lines)),))


def finding(
    start: int,
    end: int = 0,
    *,
    category: Category = Category.CORRECTNESS,
    path: str = "f.py",
    quote: str = "x()",
    at: int = 0,
    rule: str = "",
    side: Side = Side.NEW,
    also: tuple[int, ...] = (),
) -> Finding:
    rule = rule or category.rule
    return Finding(
        rule,
        category,
        Severity.ERROR,
        0.9,
        Location(path, side, start, end or start),
        quote,
        "It is wrong",
        "It is wrong.",
        fingerprint(rule, path, quote, at),
        also=also,
    )


def report_of(findings: list[Finding], *files: FileChange, kind: str = "staged") -> Report:
    scope = Scope("range" if kind == "range" else "staged", "a change")
    coverage = (FileCoverage("f.py", reviewed=1),)
    return Report(scope, None, tuple(findings), coverage, files=files)
