"""A definition in few lines, as a model is shown what a change uses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from reviewbot.change.syntax.definition import Definition

BRIEF_LINES = 8

_COMMENT = re.compile(r"\s*(?://|/\*|\*|#(?!\[|\s*define\b))")
_ATTRIBUTE = re.compile(r"\s*(?:@(?!interface\b)|#?\[)")
_DOCSTRING = re.compile(r"\s*[rRuU]?(\"\"\"|'''|\"|')")
_WORD = re.compile(r"\w")

NumberedLine = tuple[int, str]


def brief(
    definition: Definition,
    lines: Sequence[str],
    definitions: Sequence[Definition] = (),
    limit: int = BRIEF_LINES,
) -> tuple[NumberedLine, ...]:
    """Its signature with the first line of its doc. A class or type adds the signatures of its
    members, taken from the file's `definitions`; a type or value without any, its first lines.
    Each line comes with its number."""
    shown = list(_head(definition, lines))
    members = list(_members(definition, definitions))
    if definition.kind in {"type", "value"} and not members:
        # What an enum or a table holds is what it says.
        shown += _numbered(definition.head_last + 1, definition.last, lines)
    elif definition.kind in {"class", "type", "module"}:
        signatures = (_signature(member, lines) for member in members)
        shown += islice(chain.from_iterable(signatures), limit)
    return tuple(shown[:limit])


def _head(definition: Definition, lines: Sequence[str]) -> Iterator[NumberedLine]:
    """The first comment line that says something, the attributes, the signature, or below it
    the docstring's first line."""
    said = False
    for number, text in _numbered(definition.first, definition.head_last, lines):
        if not _COMMENT.match(text):
            yield number, text
        elif not said and _WORD.search(text):
            said = True
            yield number, text
    if not said:
        yield from _docstring(definition, lines)


def _docstring(definition: Definition, lines: Sequence[str]) -> Iterator[NumberedLine]:
    below = min(definition.head_last + 2, definition.last)
    opened = False
    for number, text in _numbered(definition.head_last + 1, below, lines):
        opened = opened or _DOCSTRING.match(text) is not None
        if opened and _WORD.search(text):
            yield number, text
            return


def _members(outer: Definition, definitions: Sequence[Definition]) -> Iterator[Definition]:
    """The definitions that stand directly in another."""
    reached = outer.head_last
    for one in definitions:
        if one.first > reached and one.last <= outer.last:
            yield one
            reached = one.last


def _signature(definition: Definition, lines: Sequence[str]) -> Iterator[NumberedLine]:
    for number, text in _numbered(definition.first, definition.head_last, lines):
        if not _COMMENT.match(text) and not _ATTRIBUTE.match(text):
            yield number, text


def _numbered(first: int, last: int, lines: Sequence[str]) -> Iterator[NumberedLine]:
    for number in range(first, min(last, len(lines)) + 1):
        yield number, lines[number - 1]
