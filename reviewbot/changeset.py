"""A change as a value: `ChangeSet` › `FileChange` › `Hunk` › `Line`.

    @@ -10,3 +10,3 @@ def area(r):
         r = float(r)          Line(CONTEXT, old_no=10, new_no=10)
    -    return 3 * r * r      Line(REMOVED, old_no=11, new_no=None)
    +    return pi * r * r     Line(ADDED,   old_no=None, new_no=11)

Text is decoded as UTF-8 with `surrogateescape`, so that it goes back to the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

SYMLINK_MODE = "120000"
SUBMODULE_MODE = "160000"


class LineKind(StrEnum):
    CONTEXT = " "
    ADDED = "+"
    REMOVED = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its newline; numbers count from 1. `ends_bare` marks a last line that
    has no newline."""

    kind: LineKind
    text: str
    old_no: int | None
    new_no: int | None
    ends_bare: bool = False

    @property
    def changed(self) -> bool:
        return self.kind is not LineKind.CONTEXT


@dataclass(frozen=True, slots=True)
class Hunk:
    """`header` is what git prints after the second @@: the line that opens the definition."""

    old_start: int
    new_start: int
    lines: tuple[Line, ...]
    header: str = ""

    @property
    def added(self) -> int:
        return sum(line.kind is LineKind.ADDED for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.kind is LineKind.REMOVED for line in self.lines)


@dataclass(frozen=True, slots=True)
class FileChange:
    """`status` is git's letter (A, D, M, R, C, T, U; X for a file that a patch only names).
    `added` and `removed` are numstat's counts. `old_blob` and `new_blob` are the object ids of
    the contents, or empty where there is none."""

    path: str
    old_path: str
    status: str
    hunks: tuple[Hunk, ...] = ()
    added: int = 0
    removed: int = 0
    binary: bool = False
    mode: str = ""
    new_blob: str = ""
    old_blob: str = ""

    @property
    def changed(self) -> int:
        return self.added + self.removed


@dataclass(frozen=True, slots=True)
class Scope:
    """What was asked for. `base` and `head` are commit ids, or empty where there is none
    (the index, the tree before the first commit, a patch file). `rules` is the commit whose word
    holds on how the review is done, where that is not `base`."""

    kind: Literal["staged", "commit", "range", "base", "diff"]
    label: str
    base: str = ""
    head: str = ""
    rules: str = ""

    @property
    def advised_by(self) -> str:
        """The commit or tree whose settings, ignored files and attributes hold, so that a change
        cannot say how it is reviewed itself; empty for the index."""
        return "" if self.kind in {"staged", "diff"} else self.rules or self.base


@dataclass(frozen=True, slots=True)
class ChangeSet:
    scope: Scope
    files: tuple[FileChange, ...]
