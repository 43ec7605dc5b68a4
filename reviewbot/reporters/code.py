"""The code that findings are about: excerpts of the change, and columns in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reviewbot.change.secrets.search import MASK
from reviewbot.changeset import FileChange, Line, LineKind
from reviewbot.finding import Finding, Location, Side

_AROUND = 2
# A whole class may be flagged; whoever reads the report has the file.
_MOST_LINES = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of an excerpt; `after_gap` where lines before it are left out."""

    line: Line
    flagged: bool
    after_gap: bool = False

    @property
    def number(self) -> int:
        """In the new file; of a removed line in the old one."""
        return self.line.new_no or self.line.old_no or 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Flagged lines and what stands around them; `more` lines found no room."""

    lines: tuple[Shown, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the flagged code begins in its first line and ends in its last, from 1; the end is
    the column behind the last character."""

    start: int
    end: int


class Code:
    """The change of a report, by file."""

    def __init__(self, files: Iterable[FileChange]) -> None:
        self._files = {file.path: file for file in files}

    def excerpt(self, location: Location) -> Excerpt:
        """What a reader is shown of a place; no lines where the report does not hold it."""
        shown = list(self._shown(location))
        return Excerpt(tuple(shown[:_MOST_LINES]), max(0, len(shown) - _MOST_LINES))

    def columns(self, location: Location, units: Callable[[str], int]) -> Columns | None:
        """The columns of a place in the new file, counted by `units`; None where a line is not
        known as it stands in the file."""
        file = self._files.get(location.path)
        lines = {line.new_no: line for hunk in file.hunks for line in hunk.lines} if file else {}
        first, last = lines.get(location.start_line), lines.get(location.end_line)
        if first is None or last is None or MASK in first.text + last.text:
            return None
        indent = first.text[: len(first.text) - len(first.text.lstrip())]
        start, end = units(indent) + 1, units(last.text.rstrip()) + 1
        return Columns(start, end) if first is not last or end > start else None

    def _shown(self, location: Location) -> Iterator[Shown]:
        file = self._files.get(location.path)
        for hunk in file.hunks if file else ():
            yield from _of_hunk(hunk.lines, location)


def _of_hunk(lines: Sequence[Line], location: Location) -> Iterator[Shown]:
    flagged = {at for at, line in enumerate(lines) if _is_flagged(line, location)}
    near = sorted({n for at in flagged for n in range(at - _AROUND, at + _AROUND + 1)})
    last = None
    for at in near:
        if 0 <= at < len(lines):
            gap = last is None or at != last + 1
            yield Shown(lines[at], at in flagged, gap)
            last = at


def _is_flagged(line: Line, location: Location) -> bool:
    if location.side is Side.OLD and location.removed:
        first, last = location.removed
        return line.kind is LineKind.REMOVED and first <= (line.old_no or 0) <= last
    return location.start_line <= (line.new_no or 0) <= location.end_line


def replacement(finding: Finding) -> str | None:
    """What a tool may write in place of the flagged lines; None where they are gone, and where it
    would write the mark that stands for a secret."""
    suggestion = finding.suggestion
    if finding.location.side is Side.OLD or not suggestion or MASK in suggestion:
        return None
    return suggestion


def utf16_units(text: str) -> int:
    """SARIF's columns."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8_units(text: str) -> int:
    """reviewdog's columns: bytes."""
    return len(text.encode("utf-8", "surrogateescape"))
