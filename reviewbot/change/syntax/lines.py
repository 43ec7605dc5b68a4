"""A file's lines with the borders of their text, each looked up in constant time: a minified
file is one line of a megabyte with a definition every few bytes."""

from __future__ import annotations

from dataclasses import dataclass

_COMMENT = (b"#", b"//", b"/*")


@dataclass(frozen=True, slots=True)
class Lines:
    """Numbered from 1. `indents` and `ends` are the columns where a line's text begins and
    ends; both are 0 on a blank line."""

    indents: tuple[int, ...]
    ends: tuple[int, ...]
    comments: frozenset[int]

    @classmethod
    def of(cls, source: bytes) -> Lines:
        lines = source.split(b"\n")
        ends = [len(line.rstrip()) for line in lines]
        stripped = [line.lstrip() for line in lines]
        pairs = zip(lines, stripped, strict=True)
        indents = [len(line) - len(rest) if rest else 0 for line, rest in pairs]
        begun = (number for number, rest in enumerate(stripped, 1) if rest.startswith(_COMMENT))
        return cls((0, *indents), (0, *ends), frozenset(begun))

    def __len__(self) -> int:
        return len(self.ends) - 1

    def blank(self, number: int) -> bool:
        return not self.ends[number]

    def begins(self, number: int, column: int) -> bool:
        """Whether no text stands before a column."""
        return self.blank(number) or column <= self.indents[number]

    def finishes(self, number: int, column: int) -> bool:
        """Whether no text stands from a column on."""
        return self.ends[number] <= column
