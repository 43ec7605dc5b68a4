"""Cut excerpts into chunks: what one prompt shows, and which changed lines it answers for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviewbot.change.changeset import Line
from reviewbot.change.context import Excerpt
from reviewbot.prompting.budget import estimate_tokens

# Lines of the part before that a chunk shows again when an excerpt is cut.
OVERLAP = 4
# Tokens for the mark, the digits of the line number, the bar and the newline.
_LINE_OVERHEAD = 8


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one prompt reviews. It shows `lines` and answers for the changed ones from `start`
    on; what stands before is context, even where it is changed (another chunk answers for it)."""

    path: str
    header: str
    lines: tuple[Line, ...]
    start: int = 0

    @property
    def own(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines[self.start :] if line.changed)

    @property
    def changed(self) -> int:
        return len(self.own)


@dataclass(frozen=True, slots=True)
class Oversized:
    """A changed line that fits into no prompt."""

    path: str
    line: Line


def cut(excerpts: Iterable[Excerpt], budget: int) -> Iterator[Chunk | Oversized]:
    """Chunks of at most `budget` tokens (estimated). Every changed line is in the
    responsibility of exactly one chunk, or comes back as `Oversized`."""
    for excerpt in excerpts:
        for part in _fitting(excerpt, budget):
            if isinstance(part, Oversized):
                yield part
            else:
                yield from _windows(part, budget)


def _fitting(excerpt: Excerpt, budget: int) -> Iterator[Excerpt | Oversized]:
    """The excerpt without the lines that no prompt can hold, in pieces between them."""
    piece: list[Line] = []
    for line in excerpt.lines:
        if _cost(line) <= budget:
            piece.append(line)
            continue
        yield Excerpt(excerpt.path, excerpt.header, tuple(piece))
        piece = []
        if line.changed:
            yield Oversized(excerpt.path, line)
    yield Excerpt(excerpt.path, excerpt.header, tuple(piece))


def _windows(excerpt: Excerpt, budget: int) -> Iterator[Chunk]:
    lines = excerpt.lines
    begin = 0
    while begin < len(lines):
        shown = _overlap(lines, begin, budget)
        end = _end(lines, shown, budget)
        end = max(end, begin + 1)
        chunk = Chunk(excerpt.path, excerpt.header, lines[shown:end], begin - shown)
        if chunk.changed:
            yield chunk
        begin = end


def _end(lines: tuple[Line, ...], begin: int, budget: int) -> int:
    spent = 0
    for index in range(begin, len(lines)):
        spent += _cost(lines[index])
        if spent > budget:
            return index
    return len(lines)


def _overlap(lines: tuple[Line, ...], begin: int, budget: int) -> int:
    """Where to begin showing: some lines before `begin`, if they leave most of the budget."""
    shown, spent = begin, 0
    while shown > 0 and begin - shown < OVERLAP:
        spent += _cost(lines[shown - 1])
        if spent > budget // 4:
            break
        shown -= 1
    # The line at `begin` itself must still fit behind the overlap.
    return shown if _end(lines, shown, budget) > begin else begin


def _cost(line: Line) -> int:
    return estimate_tokens(line.text) + _LINE_OVERHEAD
