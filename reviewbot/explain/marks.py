"""Marks: names of the places in a change that a model may cite, and nothing else.

A model that is left to write `path:line` makes some of them up. Here it sees a number before each
run of changed lines, and may name those alone. A small one names the first of them for everything
(Qwen2.5-Coder-1.5B: run), so what it names is held against the names that its words speak of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

from reviewbot.changeset import Line
from reviewbot.finding import Location, Side
from reviewbot.prompting.budget import estimate_tokens
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import numbered, shown_path
from reviewbot.prompting.special import displayed

# Runs with at most so many unchanged lines between them are one place.
_NEAR = 3

# A cited place that shows less than this share of what the best one shows is not what is meant.
_SHARE = 0.5
_NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Marks:
    """What each mark stands for: its place, and the names on its changed lines."""

    places: Mapping[str, Location]
    names: Mapping[str, frozenset[str]]

    def settled(self, text: str, cited: Iterable[str]) -> tuple[str, ...]:
        """The marks that a statement stands on: those of the cited ones whose lines show what it
        speaks of; or else the one that shows most of it. A name counts by how few marks have it.
        Empty where nothing cited is a mark."""
        known = tuple(mark for mark in dict.fromkeys(cited) if mark in self.places)
        if not known:
            return ()
        scores = dict.fromkeys(self.places, 0.0)
        for name in set(_NAME.findall(text)):
            having = [mark for mark, names in self.names.items() if name in names]
            for mark in having:
                scores[mark] += 1 / len(having)
        best = max(scores, key=lambda mark: scores[mark])
        kept = tuple(mark for mark in known if scores[mark] >= _SHARE * scores[best])
        return kept or (best,)


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk as a model sees it, with a mark before each run of changed lines."""

    chunk: Chunk
    text: str
    places: Mapping[str, Location]
    names: Mapping[str, frozenset[str]]

    @property
    def path(self) -> str:
        return shown_path(self.chunk.path)

    @property
    def header(self) -> str:
        return displayed(self.chunk.header)

    @property
    def tokens(self) -> int:
        """What it takes in a prompt (estimated)."""
        return estimate_tokens(f"File: {self.path}\nIn: {self.header}\n{self.text}\n\n")


def pieces(chunks: Iterable[Chunk]) -> Iterator[Piece]:
    """The chunks with marks that count through all of them."""
    numbers = count(1)
    for chunk in chunks:
        runs = {str(next(numbers)): run for run in _runs(chunk)}
        names = {begin: name for name, (begin, _) in runs.items()}
        places = {name: _place(chunk, *run) for name, run in runs.items()}
        spoken = {name: _spoken(chunk, *run) for name, run in runs.items()}
        yield Piece(chunk, _text(chunk.lines, names), places, spoken)


def marks_of(shown: Iterable[Piece]) -> Marks:
    """The marks of some pieces together."""
    found = tuple(shown)
    return Marks(
        {mark: place for piece in found for mark, place in piece.places.items()},
        {mark: names for piece in found for mark, names in piece.names.items()},
    )


def _spoken(chunk: Chunk, begin: int, end: int) -> frozenset[str]:
    changed = (line.text for line in chunk.lines[begin:end] if line.changed)
    return frozenset(name for text in changed for name in _NAME.findall(text))


def _runs(chunk: Chunk) -> Iterator[tuple[int, int]]:
    """Beginnings and ends (not included) of the runs of lines that the chunk answers for."""
    own = [at for at, line in enumerate(chunk.lines) if at >= chunk.start and line.changed]
    begin = 0
    for at in range(1, len(own) + 1):
        if at == len(own) or own[at] - own[at - 1] > _NEAR + 1:
            yield own[begin], own[at - 1] + 1
            begin = at


def _text(lines: Sequence[Line], names: Mapping[int, str]) -> str:
    """The lines, with `[name]` before those at the given places."""
    borders = sorted({0, *names, len(lines)})
    rows = []
    for begin, end in pairwise(borders):
        if begin in names:
            rows.append(f"[{names[begin]}]")
        rows.append(numbered(lines[begin:end]))
    return "\n".join(rows)


def _place(chunk: Chunk, begin: int, end: int) -> Location:
    run = [line for line in chunk.lines[begin:end] if line.changed]
    added = [line.new_no for line in run if line.new_no is not None]
    if added:
        return Location(chunk.path, Side.NEW, added[0], added[-1])
    removed = [line.old_no for line in run if line.old_no is not None]
    after = [line.new_no for line in chunk.lines[end:] if line.new_no is not None]
    before = [line.new_no for line in chunk.lines[:begin] if line.new_no is not None]
    near = (after[:1] or before[-1:] or [1])[0]
    return Location(chunk.path, Side.OLD, near, near, (removed[0], removed[-1]))


def packed(found: Iterable[Piece], room: int) -> Iterator[tuple[Piece, ...]]:
    """The pieces in as few prompts as hold them, each of at most `room` tokens (a piece that is
    longer has a prompt of its own)."""
    pack: list[Piece] = []
    taken = 0
    for piece in found:
        if pack and taken + piece.tokens > room:
            yield tuple(pack)
            pack, taken = [], 0
        pack.append(piece)
        taken += piece.tokens
    if pack:
        yield tuple(pack)
