"""A chunk from text with the marks of a patch before its lines."""

from __future__ import annotations

from itertools import count

from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.chunk import Chunk


def chunk_of(text: str, start: int = 0, path: str = "f.py") -> Chunk:
    """Line numbers begin at 10."""
    old, new = count(10), count(10)
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
    return Chunk(path, "", tuple(lines), start)
