"""Marks: names of the places in a change that a model may cite, and nothing else.

A model that is left to write `path:line` makes some of them up. Here it sees a number before each
run of changed lines, and may name those alone.
"""

from __future__ import annotations

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

Marks = Mapping[str, Location]


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk as a model sees it, with a mark before each run of changed lines."""

    chunk: Chunk
    text: str
    marks: Marks

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
        marks = {name: _place(chunk, *run) for name, run in runs.items()}
        yield Piece(chunk, _text(chunk.lines, names), marks)


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
