"""What stands where in a source file: its definitions, imports and the borders of statements."""

from __future__ import annotations

from reviewbot.change.syntax.definition import Definition, Outline
from reviewbot.change.syntax.reading import outline, statement_starts
from reviewbot.change.syntax.shorten import brief

__all__ = ["Definition", "Outline", "brief", "outline", "statement_starts"]
