"""The new text of a file with its hunks laid over it, addressed by new line numbers.

A removed line has no new number; its place is the gap before the new line that follows it. So a
span (first, last) of new lines holds the removed lines of every gap that it touches.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from reviewbot.changeset import Hunk, Line, LineKind

# First and last new line number, both included; (n + 1, n) is the gap behind line n.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive changed lines, by where they stand in the new text.

    `whole` are the new lines, a gap where lines were only removed; `span` are those without blank
    ones at the ends. `depth` is how far the least indented line is indented (of the added ones,
    where there are any), `header` is the one of its hunk.
    """

    whole: Span
    span: Span
    depth: int
    header: str


def _run(lines: Sequence[Line], place: int, header: str) -> Run:
    """`place` is the new number that the first line has or, where it is removed, that follows."""
    added = [line for line in lines if line.new_no is not None]
    filled = [line for line in added or lines if line.text.strip()]
    numbers = [line.new_no for line in (filled if added and filled else added) if line.new_no]
    return Run(
        (place, place + len(added) - 1),
        (numbers[0], numbers[-1]) if numbers else (place, place - 1),
        min((indentation(line.text) for line in filled), default=0),
        header,
    )


def _first_place(hunk: Hunk) -> int:
    """For a hunk without new lines git names the line before it."""
    return next((line.new_no for line in hunk.lines if line.new_no), hunk.new_start + 1)


def indentation(text: str) -> int:
    """In columns; a tab counts as one, as it does beside its like."""
    return len(text) - len(text.lstrip())


class Overlay:
    """Lines of one file on demand: making all of them would cost more than the change."""

    def __init__(self, new: Sequence[str], hunks: Sequence[Hunk]) -> None:
        self._new = new
        self._hunks = hunks
        self._lines = [line for hunk in hunks for line in hunk.lines]
        self._places: list[int] = []
        # From each of these new lines on, what to add for the old number.
        self._shift_from = [0]
        self._shifts = [0]
        for hunk in hunks:
            self._place(hunk)

    def _place(self, hunk: Hunk) -> None:
        place = _first_place(hunk)
        for line in hunk.lines:
            self._places.append(place)
            place += line.new_no is not None
        self._shift_from.append(place)
        self._shifts.append(self._shifts[-1] + hunk.removed - hunk.added)

    @property
    def count(self) -> int:
        """How many lines the new text has."""
        return len(self._new)

    def text(self, number: int) -> str:
        return self._new[number - 1]

    def runs(self) -> Iterator[Run]:
        for hunk in self._hunks:
            place = _first_place(hunk)
            for changed, group in groupby(hunk.lines, key=lambda line: line.changed):
                lines = tuple(group)
                if changed:
                    yield _run(lines, place, hunk.header)
                place += sum(line.new_no is not None for line in lines)

    def lines(self, span: Span) -> tuple[Line, ...]:
        """The lines of a span, removed ones in their places, also at both its ends."""
        first, last = span
        found: list[Line] = []
        at = first
        begin = bisect_left(self._places, first)
        end = bisect_right(self._places, last + 1)
        for line, place in zip(self._lines[begin:end], self._places[begin:end], strict=True):
            if place > last and line.new_no is not None:
                break
            if at < place:
                found.extend(self._context(at, place - 1))
            found.append(line)
            at = place + (line.new_no is not None)
        if at <= last:
            found.extend(self._context(at, last))
        return tuple(found)

    def _context(self, first: int, last: int) -> Iterator[Line]:
        """Lines outside of all hunks."""
        shift = self._shifts[bisect_right(self._shift_from, first) - 1]
        for number in range(first, min(last, len(self._new)) + 1):
            yield Line(LineKind.CONTEXT, self._new[number - 1], number + shift, number)
