"""Where a finding stands in the diff that the host shows, which may be of another state than the
one that was reviewed: a line is believed where both are the same, else its text must be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewbot.change.hunks import read_hunks
from reviewbot.changeset import Hunk, Line, LineKind
from reviewbot.errors import PatchError
from reviewbot.finding import Side
from reviewbot.plain import plain, plain_path

if TYPE_CHECKING:
    from reviewbot.reporters.finding_entry import FindingEntry


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file as the host shows its change. Without hunks: a rename, a binary, or a diff that the
    host finds too large to show."""

    path: str
    old_path: str
    hunks: tuple[Hunk, ...]


@dataclass(frozen=True, slots=True)
class HostDiff:
    """The change that comments can stand on; `same_head` and `same_base` say whether its two
    ends are those of the review."""

    files: Mapping[str, FileDiff]
    same_head: bool
    same_base: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of one hunk; none: the comment stands on the whole file. No file: it stands on the
    change as a whole."""

    file: FileDiff | None
    lines: tuple[Line, ...] = ()


def file_diff(path: str, old_path: str, diff: str) -> FileDiff:
    """A host's file, whose diff begins at the first `@@` or some lines before."""
    at = 0 if diff.startswith("@@") else diff.find("\n@@") + 1
    text = diff[at:] if diff[at:].startswith("@@") else ""
    try:
        hunks = read_hunks(text, plain_path(path))
    except PatchError:  # cut in the middle: the file is there, its lines are not known
        hunks = ()
    return FileDiff(path, old_path or path, hunks)


def by_path(files: Iterator[FileDiff]) -> dict[str, FileDiff]:
    """The files by the names that a report gives them."""
    return {plain_path(file.path): file for file in files}


def place_of(finding: FindingEntry, diff: HostDiff) -> Place:
    file = diff.files.get(finding.path)
    if file is None:
        return Place(None)
    old = finding.side is Side.OLD
    first, last = finding.start_line, finding.end_line
    if old and finding.removed_lines:
        first, last = finding.removed_lines
    elif old:
        return Place(file, _by_text(file, finding, old=True))
    trusted = diff.same_head and (diff.same_base or not old)
    lines = _numbered(file, first, last, old=old)
    if lines and (trusted or _stripped(lines[0].text) == _first_quoted(finding)):
        return Place(file, lines)
    return Place(file, () if trusted else _by_text(file, finding, old=old))


def _numbered(file: FileDiff, first: int, last: int, *, old: bool) -> tuple[Line, ...]:
    """The lines of these numbers in the hunk that holds the first of them."""
    for hunk in file.hunks:
        numbers = [line.old_no if old else line.new_no for line in hunk.lines]
        if first in numbers:
            pairs = zip(numbers, hunk.lines, strict=True)
            return tuple(line for number, line in pairs if number and first <= number <= last)
    return ()


def _by_text(file: FileDiff, finding: FindingEntry, *, old: bool) -> tuple[Line, ...]:
    """The one changed line that reads as the first quoted one."""
    kind = LineKind.REMOVED if old else LineKind.ADDED
    wanted = _first_quoted(finding)
    found = [
        line
        for hunk in file.hunks
        for line in hunk.lines
        if line.kind is kind and wanted and _stripped(line.text) == wanted
    ]
    return (found[0],) if len(found) == 1 else ()


def _first_quoted(finding: FindingEntry) -> str:
    return _stripped(finding.quote.split("\n")[0])


def _stripped(text: str) -> str:
    return plain(text).strip()
