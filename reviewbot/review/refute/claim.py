"""A claim beside the lines that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.changeset import Line, LineKind
from reviewbot.finding import Finding, Side
from reviewbot.prompting.chunk import Chunk


@dataclass(frozen=True, slots=True)
class Claim:
    finding: Finding
    chunk: Chunk

    @property
    def message(self) -> str:
        return self.finding.message

    @property
    def path(self) -> str:
        return self.chunk.path

    @property
    def is_new(self) -> bool:
        """Whether it quotes lines that stand after the change."""
        return self.finding.location.side is Side.NEW

    @property
    def span(self) -> tuple[int, int]:
        return self.finding.location.start_line, self.finding.location.end_line

    @property
    def new(self) -> tuple[Line, ...]:
        return tuple(line for line in self.chunk.lines if line.new_no is not None)

    @property
    def removed(self) -> tuple[Line, ...]:
        return tuple(line for line in self.chunk.lines if line.kind is LineKind.REMOVED)

    @property
    def quoted(self) -> tuple[str, ...]:
        """The new lines that it is about."""
        first, last = self.span
        return tuple(line.text for line in self.new if first <= (line.new_no or 0) <= last)
