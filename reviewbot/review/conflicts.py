"""Conflict markers that were staged: git's own, at the start of a line, seven signs long.

`=======` alone is a headline in many a text, so it counts between two others only. Mail quotes and
underlines are made of the other signs, so of those `<<<<<<< name` alone needs no other beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile

from reviewbot.changeset import Line

_MARKER = re.compile(r"(?:<{7}|\|{7}|>{7})(?: .*)?\r?|={7}\r?")
_SEPARATOR = "="


def conflicts(added: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """The markers of each conflict among the added lines of a file: from `<<<<<<<` to `>>>>>>>`,
    or what is left of them."""
    parted = False
    for group in _groups(added):
        rest = _opened(group) if _sign(group[0]) == "<" else _unopened(group, parted)
        if markers := tuple(line for line in rest if _sign(line) != _SEPARATOR):
            yield markers
        parted = parted or any(_sign(line) == _SEPARATOR for line in group)


def _groups(added: Sequence[Line]) -> Iterator[list[Line]]:
    """Markers and separators, cut before each `<<<<<<<` and after each `>>>>>>>`."""
    group: list[Line] = []
    for line in added:
        if not _MARKER.fullmatch(line.text):
            continue
        if _sign(line) == "<" and group:
            yield group
            group = []
        group.append(line)
        if _sign(line) == ">":
            yield group
            group = []
    if group:
        yield group


def _opened(group: Sequence[Line]) -> Sequence[Line]:
    """All of it, if the opening has a name or another marker follows that bears it out."""
    is_named = bool(group[0].text[7:].strip())
    return group if is_named or any(_sign(line) in "=>" for line in group[1:]) else ()


def _unopened(group: Sequence[Line], parted: bool) -> Sequence[Line]:
    """What stands below a separator, which may stand further up in the file (`parted`)."""
    return group if parted else tuple(dropwhile(lambda line: _sign(line) != _SEPARATOR, group))


def _sign(line: Line) -> str:
    return line.text[0]
