"""Text measured as a terminal draws it: a Chinese or Japanese character takes two cells, a mark
that combines with another none.

What is measured has no control characters any more (`plain.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# Chinese and Japanese are broken between any two characters, but no line begins with what closes
# a sentence or a bracket, nor ends with what opens one. Korean is broken at blanks, as Latin is.
_WIDE = "[\u2e80-\u2fff\u3003-\u3007\u3012-\u31ff\u3400-\u9fff\uf900-\ufaff\uff10-\uff19"
_WIDE += "\uff21-\uff3a\uff41-\uff5a\U00020000-\U0003fffd]"
_OPENS = "[\u2018\u201c\u3008\u300a\u300c\u300e\u3010\u3014\uff08\uff3b(]"
_CLOSES = "[\u2019\u201d\u2026\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\u30fc\uff01\uff09"
_CLOSES += r"\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d,.:;!?)\]]"
_PIECES = re.compile(rf"\s+|{_OPENS}*{_WIDE}{_CLOSES}*|(?:(?!{_OPENS}*{_WIDE})\S)+")


def cells(text: str) -> int:
    """How many cells of a terminal a line takes."""
    if text.isascii():
        return len(text)
    # Imported late: most lines are ASCII, and start-up is part of the product.
    from rich.cells import cell_len

    return cell_len(text)


def left(text: str, width: int) -> str:
    """The text at the left of a column of `width` cells; longer text as it is."""
    return text + " " * (width - cells(text))


def right(text: str, width: int) -> str:
    """The text at the right of a column of `width` cells; longer text as it is."""
    return " " * (width - cells(text)) + text


def cut(text: str, width: int) -> str:
    """The text, of which no more than `width` cells and an ellipsis are left."""
    if cells(text) <= width:
        return text
    return f"{_head(text, width)}…"


def untabbed(text: str, tab: int) -> str:
    """The text with blanks for tabs, which stand `tab` cells apart."""
    first, *others = text.split("\t")
    for other in others:
        first += " " * (tab - cells(first) % tab) + other
    return first


def wrapped(text: str, width: int, first: str = "", then: str = "") -> Iterator[str]:
    """The lines of a text in `width` cells, the indents `first` and `then` among them. A word that
    is longer than a line is broken."""
    line, indent = "", first
    for piece in _PIECES.findall(text):
        rest = piece
        if cells(indent + line + rest.rstrip()) > width:
            if line.strip():
                yield (indent + line).rstrip()
                indent = then
            line, rest = "", rest.lstrip()
        while cells(indent + rest) > width and (head := _head(rest, width - cells(indent))):
            yield indent + head
            indent, rest = then, rest.removeprefix(head)
        line += rest
    if line.strip():
        yield (indent + line).rstrip()


def _head(text: str, width: int) -> str:
    """As much of the beginning as stands in `width` cells."""
    taken = 0
    for at, character in enumerate(text):
        taken += cells(character)
        if taken > width:
            return text[:at]
    return text
