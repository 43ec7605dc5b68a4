"""Characters that make code look other than it is: Trojan Source (CVE-2021-42574), invisible
letters, text that only a machine reads, control characters.

Where such a character belongs to a writing system it is left alone: a joiner between letters of
Persian or the parts of an emoji, a direction mark in a line of Hebrew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.changeset import Line
from reviewbot.finding import Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to hide: the characters, as a regex, and what they do."""

    title: str
    does: str
    severity: Severity
    characters: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Hidden:
    """All lines of a file with characters of one kind, and the first such character."""

    kind: Kind
    lines: tuple[Line, ...]
    character: str

    @property
    def name(self) -> str:
        code = f"U+{ord(self.character):04X}"
        return f"{code} {unicodedata.name(self.character, '')}".rstrip()


_BIDI = Kind(
    "Bidirectional control character in the change",
    "what is shown is not in the order in which it is compiled",
    Severity.ERROR,
    re.compile("[\u202a-\u202e\u2066-\u2069]"),
)
_TAGS = Kind(
    "Invisible tag characters in the change",
    "people do not see them, language models read them",
    Severity.ERROR,
    # Behind a black flag they spell the flag of a region.
    re.compile("(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]"),
)
_MARKS = Kind(
    "Direction mark in the change",
    "it can change the order in which its line is shown",
    Severity.WARNING,
    re.compile("[\u200e\u200f\u061c]"),
)
_INVISIBLE = Kind(
    "Invisible character in the change",
    "names or strings that look the same may differ",
    Severity.WARNING,
    re.compile(
        "[\u00ad\u180e\u200b\u2060-\u2064\ufeff\u115f\u1160\u3164\uffa0]"
        # Joiners are at home between letters that join, not beside Latin ones.
        "|(?<=[\x21-\x7e])[\u200c\u200d]|[\u200c\u200d](?=[\x21-\x7e])"
    ),
)
_CONTROL = Kind(
    "Control character in the change",
    "a terminal or an editor may obey it instead of showing it",
    Severity.WARNING,
    # A tab, a form feed between pages and the CR of a line's end are common in source files.
    re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!$)"),
)
_KINDS = (_BIDI, _TAGS, _MARKS, _INVISIBLE, _CONTROL)
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def hidden_characters(added: Sequence[Line]) -> Iterator[Hidden]:
    suspects = [line for line in added if not _is_harmless(line.text)]
    for kind in _KINDS:
        found = [(line, character) for line in suspects if (character := _first(kind, line))]
        if found:
            yield Hidden(kind, tuple(line for line, _ in found), found[0][1])


def _is_harmless(text: str) -> bool:
    return text.isascii() and text.replace("\t", "").removesuffix("\r").isprintable()


def _first(kind: Kind, line: Line) -> str:
    text = line.text
    if line.new_no == 1:
        text = text.removeprefix("\ufeff")  # a byte order mark
    match = kind.characters.search(text)
    if match is None or (kind is _MARKS and _is_right_to_left(text)):
        return ""
    return match.group()


def _is_right_to_left(text: str) -> bool:
    return any(
        unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
        for character in text
        if not _MARKS.characters.match(character)
    )
