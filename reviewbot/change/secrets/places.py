"""Where in a text a rule's keywords stand: the lines that its regex is tried on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reviewbot.change.secrets.rules import Rule

# Longer lines are searched in pieces: a regex that tries each start takes the square of the length.
# The overlap is longer than a token is.
PIECE = 8192
OVERLAP = 4096


# A keyword, and its part before the first blank.
Keyword = tuple[str, str]


def keyword(word: str) -> Keyword:
    return word, word.partition(" ")[0]


class Places:
    """The lines, or pieces of long ones, that hold a rule's keyword."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._lowered = _lowered(text)
        # Most keywords are in no line, and code repeats its words: each once is a text of a fourth
        # of the length, so that a file of 100,000 lines is searched in half the time.
        self._words = "\n".join(set(self._lowered.split()))
        self._known: dict[str, list[tuple[int, int]]] = {}

    def held(self, keywords: Iterable[Keyword]) -> set[str]:
        """Those of the keywords that may be in the text."""
        return {word for word, first in keywords if first in self._words}

    def of(self, rule: Rule) -> Iterator[tuple[int, int]]:
        lines: set[tuple[int, int]] = set()
        for word in rule.keywords:
            found = self._known.get(word)
            if found is None:
                is_held = word.partition(" ")[0] in self._words
                found = self._known[word] = list(self._lines(word)) if is_held else []
            lines.update(found)
        for start, end in sorted(lines):
            yield from _pieces(start, end)

    def _lines(self, word: str) -> Iterator[tuple[int, int]]:
        at = self._lowered.find(word)
        while at >= 0:
            start = self.text.rfind("\n", 0, at) + 1
            end = self.text.find("\n", at)
            end = len(self.text) if end < 0 else end
            yield start, end
            at = self._lowered.find(word, end)


def _lowered(text: str) -> str:
    """As long as the text: lower() makes two characters of some."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return re.sub(r"[^\x00-\x7f]", " ", text).lower()


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > PIECE + OVERLAP:
        yield start, start + PIECE
        start += PIECE - OVERLAP
    yield start, end
