"""What surrounds a change: each run of changed lines in its enclosing definition.

The text comes from the same side of the change as the hunks (index blobs for a staged review).
Definitions come from the file's outline; where there is no parser for its language, blocks are
told by indentation; where neither tells, some lines around the run stand in.

The enclosing function helps a reviewer, and short definitions of what it uses help again: recall
of key bugs 24 % with the diff alone, 32 % with the function, 39 % with the signatures of callees
(arXiv 2505.17928, table 3). Whole files make it worse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewbot.change.context.enclosing import LONGEST_REACH, Scopes, blocks
from reviewbot.change.context.names import changed_words
from reviewbot.change.context.overlay import Overlay, Run, Span, indentation
from reviewbot.change.context.source import Reference, Source
from reviewbot.change.rules.rule import Rule
from reviewbot.change.syntax import Definition, statement_starts
from reviewbot.change.syntax.parser import Parser
from reviewbot.changeset import FileChange, Line, LineKind

# Lines shown on each side where no definition is in reach.
MARGIN = 4
# An excerpt longer than this does not fit into a prompt's budget (at some 20 tokens a line), and
# wants to know where statements begin.
_LONG = 60
# In characters. git cuts what it prints behind a hunk's numbers at 80.
_LONGEST_HEADER = 120


@dataclass(frozen=True, slots=True)
class Edited:
    """A definition that the change edits: all its lines, of before and of after."""

    name: str
    lines: tuple[Line, ...]

    @property
    def old(self) -> str:
        return "\n".join(line.text for line in self.lines if line.old_no is not None)

    @property
    def new(self) -> str:
        return "\n".join(line.text for line in self.lines if line.new_no is not None)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive new lines of one file with the removed ones in their places.

    `header` names the definition that the excerpt begins inside of. `borders` are the new line
    numbers where statements begin, for an excerpt that must be cut. `names` are the words on its
    changed lines, in the order of their first use. `references` are what else helps
    to read it, the nearest first; `left_out` names what there was too much of. `rules` are those
    that the file is held against, the most severe first.
    """

    path: str
    header: str
    lines: tuple[Line, ...]
    edited: tuple[Edited, ...] = ()
    borders: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    left_out: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


def excerpts(
    file: FileChange, source: Source | None, parser: Parser | None = None
) -> tuple[Excerpt, ...]:
    """The file's changed lines in their surroundings, cut so that no changed line is in two.

    Without the new text (a patch from outside) the hunks are all there is to show.
    """
    if source is None:
        return tuple(
            Excerpt(file.path, hunk.header, hunk.lines, names=changed_words(hunk.lines))
            for hunk in file.hunks
        )
    return tuple(_Page(file, source, parser).excerpts())


@dataclass(frozen=True, slots=True)
class _Place:
    """A run of changed lines and the definitions that hold it, the outermost first."""

    run: Run
    around: tuple[Definition, ...]


class _Page:
    """One file while its excerpts are cut."""

    def __init__(self, file: FileChange, source: Source, parser: Parser | None) -> None:
        self._path = file.path
        self._source = source
        self._statement_starts = parser.statement_starts if parser else statement_starts
        self._overlay = Overlay(source.lines, file.hunks)
        self._whole: dict[Definition, Edited] = {}
        outline = source.outline
        self._scopes = None if outline is None else Scopes(outline.definitions)

    def excerpts(self) -> Iterator[Excerpt]:
        places = [_Place(run, self._around(run)) for run in self._overlay.runs()]
        for span, held in _merged((self._surroundings(place), place) for place in places):
            lines = self._overlay.lines(span)
            edited = dict.fromkeys(place.around[-1] for place in held if place.around)
            yield Excerpt(
                self._path,
                self._header(lines, held[0]),
                lines,
                tuple(self._edited(definition, span, lines) for definition in edited),
                self._borders if len(lines) > _LONG else frozenset(),
                changed_words(lines),
            )

    def _around(self, run: Run) -> tuple[Definition, ...]:
        return tuple(self._scopes.around(run, self._overlay)) if self._scopes else ()

    def _surroundings(self, place: _Place) -> Span:
        """What to show around a run: the outermost definition within reach, else a margin."""
        first, last = place.run.span
        begin, end = place.run.whole
        around = [(item.first, item.last) for item in place.around]
        if self._scopes is None:
            around = blocks(place.run, self._overlay)
        for outer_first, outer_last in around:
            if first - outer_first <= LONGEST_REACH and outer_last - last <= LONGEST_REACH:
                return min(outer_first, begin), max(outer_last, end)
        return max(1, begin - MARGIN), min(self._overlay.count, end + MARGIN)

    def _header(self, lines: Sequence[Line], place: _Place) -> str:
        """The heads of the definitions that the lines begin inside of."""
        first = next((line.new_no for line in lines if line.new_no is not None), 1)
        heads = [self._head(item) for item in place.around if item.first < first]
        if heads:
            return " ".join(heads)[:_LONGEST_HEADER]
        return place.run.header if indentation(lines[0].text) > 0 else ""

    def _head(self, definition: Definition) -> str:
        shown = range(definition.first, definition.head_last + 1)
        texts = (self._overlay.text(number).strip() for number in shown)
        return next((text for text in texts if definition.name in text), "")

    def _edited(self, definition: Definition, span: Span, lines: tuple[Line, ...]) -> Edited:
        """Mostly the excerpt shows it whole: then its lines are at hand. A long one with changes
        all over is in many excerpts and held once."""
        if definition not in self._whole:
            own = (definition.first, definition.last)
            shown = lines if own == span else self._overlay.lines(own)
            self._whole[definition] = Edited(definition.name, _own(shown))
        return self._whole[definition]

    @cached_property
    def _borders(self) -> frozenset[int]:
        return self._statement_starts(self._path, "\n".join(self._source.lines))


def _own(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines of a definition without those that were removed above or below it: beside a line
    that stays, they were something else; beside one that is new, they are what it replaces."""
    numbered = [at for at, line in enumerate(lines) if line.new_no is not None]
    first, last = numbered[0], numbered[-1]
    begin = 0 if lines[first].kind is LineKind.ADDED else first
    deeper = indentation(lines[-1].text) > indentation(lines[first].text)
    end = len(lines) if lines[last].kind is LineKind.ADDED or deeper else last + 1
    return lines[begin:end]


def _merged(spans: Iterable[tuple[Span, _Place]]) -> Iterator[tuple[Span, list[_Place]]]:
    """The spans with those that touch made one: lines removed between two would be in both.

    A span may reach back over several before it: a definition that is in reach of the run in its
    middle holds runs at its ends from where it is not.
    """
    merged: list[tuple[Span, list[_Place]]] = []
    for span, place in spans:
        joined, held = span, [place]
        while merged and joined[0] <= merged[-1][0][1] + 1:
            (first, last), earlier = merged.pop()
            earlier.extend(held)
            joined, held = (min(first, joined[0]), max(last, joined[1])), earlier
        merged.append((joined, held))
    return iter(merged)
