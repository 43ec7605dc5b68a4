"""Mask secrets before anything else sees the text, and say which of them the change adds.

What comes out has the same files, lines and numbers. This stands before context, prompts, reports
and whatever is kept of them, so that none of those has to think of secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, groupby

from reviewbot.change.secrets.search import Secret, distinct, find_secrets, mask
from reviewbot.changeset import FileChange, Hunk, Line, LineKind

# git cuts a header at 80 bytes, blanks at its end go, and a character cut in two ends in halves.
_CUT_BYTES = 77
_LONGEST_HEADER = 120
_HALVES = "".join(map(chr, range(0xDC80, 0xDD00)))
# The last line of a key in base64.
_KEY_END = re.compile(r"(?=.*[0-9+/=])[A-Za-z0-9+/]{6,}={0,2}")


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that the change adds: on which new line, by which rule it was known, and the line
    without it."""

    path: str
    line: int
    rule: str
    masked: str


@dataclass(frozen=True, slots=True)
class Redacted:
    """One file without secrets: its hunks, and its new text where that is known."""

    file: FileChange
    text: str | None
    leaks: tuple[Leak, ...] = ()


def redact(file: FileChange, text: str | None) -> Redacted:
    """Secrets are looked for in the whole new text where it is known: the first line of a key
    may stand far above the hunk that shows its last."""
    old = _Side.of_hunks(file, LineKind.REMOVED)
    new = _Side.of_hunks(file, LineKind.ADDED) if text is None else _Side.of_text(file.path, text)
    hunks = tuple(
        _redacted(hunk, old.masked.get(-at, hunk.header), old, new)
        for at, hunk in enumerate(file.hunks, 1)
    )
    if not old.masked and not new.masked and hunks == file.hunks:
        return Redacted(file, text)
    return Redacted(
        replace(file, hunks=hunks),
        None if text is None else new.joined(text),
        tuple(_leaks(file, new)),
    )


class _Side:
    """The lines of one side by number, with the secrets in them."""

    def __init__(self, path: str, lines: Mapping[int, str]) -> None:
        self._lines = lines
        self._numbers = list(lines)
        self._secrets = find_secrets(list(lines.values()), path)
        self.masked = {
            self._numbers[at]: mask(lines[self._numbers[at]], secrets)
            for at, secrets in groupby(self._secrets, key=lambda secret: secret.line)
        }

    @classmethod
    def of_text(cls, path: str, text: str) -> _Side:
        return cls(path, dict(enumerate(text.split("\n"), 1)))

    @classmethod
    def of_hunks(cls, file: FileChange, kind: LineKind) -> _Side:
        """The old side holds removed lines and context, the new one added lines and context. With
        the old one go the headers, numbered downwards from -1: each search has a price."""
        lines = (line for hunk in file.hunks for line in hunk.lines)
        if kind is LineKind.REMOVED:
            headers = {-at: hunk.header for at, hunk in enumerate(file.hunks, 1)}
            removed = {line.old_no: line.text for line in lines if line.old_no}
            return cls(file.old_path, removed | headers)
        return cls(file.path, {line.new_no: line.text for line in lines if line.new_no})

    def joined(self, text: str) -> str:
        if not self.masked:
            return text
        return "\n".join(self.masked.get(number, line) for number, line in self._lines.items())

    def originals(self) -> Iterator[tuple[str, str]]:
        """The lines that hold secrets, with their masked forms."""
        return ((self._lines[number], text) for number, text in self.masked.items())

    def distinct(self) -> Iterator[tuple[int, Secret]]:
        """Each secret once, with the number of its (first) line."""
        return ((self._numbers[secret.line], secret) for secret in distinct(self._secrets))


def _redacted(hunk: Hunk, masked_header: str, old: _Side, new: _Side) -> Hunk:
    def shown(line: Line) -> Line:
        side, number = (old, line.old_no) if line.new_no is None else (new, line.new_no)
        text = side.masked.get(number or 0)
        return line if text is None else replace(line, text=text)

    originals = chain(new.originals(), old.originals())
    header = _redacted_header(hunk.header, masked_header, originals)
    if not old.masked and not new.masked:
        return hunk if header == hunk.header else replace(hunk, header=header)
    return replace(hunk, lines=tuple(map(shown, hunk.lines)), header=header)


def _redacted_header(
    header: str, masked_header: str, secret_lines: Iterable[tuple[str, str]]
) -> str:
    """What git prints behind a hunk's numbers is a line from above, cut at 80 bytes: a secret in
    it may be too short to be known for one. So the masked form of the whole line is taken where
    that is known; otherwise a cut one loses its last word, and one that may end a key is gone."""
    begun = header.rstrip().rstrip(_HALVES)
    for original, masked_line in secret_lines:
        if begun and original.startswith(begun):
            return masked_line[:_LONGEST_HEADER]
    header = masked_header
    if len(header.encode("utf-8", "surrogateescape")) >= _CUT_BYTES:
        header = header[:_LONGEST_HEADER].rpartition(" ")[0]
    return "" if _KEY_END.fullmatch(header) else header


def _leaks(file: FileChange, new: _Side) -> Iterator[Leak]:
    lines = (line for hunk in file.hunks for line in hunk.lines)
    added = {line.new_no for line in lines if line.kind is LineKind.ADDED}
    for number, secret in new.distinct():
        if number in added:
            yield Leak(file.path, number, secret.rule, new.masked[number])
