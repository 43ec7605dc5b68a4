r"""The files of the change's new side, as text and as an outline."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.change.syntax import Outline, outline
from reviewbot.change.syntax.parser import Parser


@dataclass(frozen=True, slots=True)
class Source:
    r"""One file. `lines` end where git ends them, at "\n" alone. `outline` is None where the
    language is not known or its parser not installed."""

    path: str
    lines: tuple[str, ...]
    outline: Outline | None


@dataclass(frozen=True, slots=True)
class Reference:
    """Lines from outside of an excerpt that help to read it: a short definition of a name that
    it uses, or the imports of its file (which have no name). Numbers count from 1."""

    path: str
    name: str
    lines: tuple[tuple[int, str], ...]

    @property
    def label(self) -> str:
        what = f"definition of {self.name}" if self.name else "imports"
        return f"{what} ({self.path}:{self.lines[0][0]})"


def read_source(path: str, text: str, parser: Parser | None = None) -> Source:
    """Without a `parser` the text is parsed in this process, however long it takes."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return Source(path, tuple(lines), (parser.outline if parser else outline)(path, text))
