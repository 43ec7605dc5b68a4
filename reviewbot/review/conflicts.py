"""Conflict markers that were staged: git's own, at the start of a line, seven signs long.

`=======` alone is a headline in many a text, so it counts between two others only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewbot.change.changeset import Line

_MARKER = re.compile(r"(<{7}|\|{7}|>{7})(?: .*)?\r?")


def conflicts(added: Sequence[Line]) -> Iterator[tuple[Line, ...]]:
    """The markers of each conflict among the added lines of a file: from `<<<<<<<` to `>>>>>>>`,
    or what is left of them."""
    open_ones: list[Line] = []
    for line in added:
        match = _MARKER.fullmatch(line.text)
        if match is None:
            continue
        if match[1][0] == "<" and open_ones:
            yield tuple(open_ones)
            open_ones = []
        open_ones.append(line)
        if match[1][0] == ">":
            yield tuple(open_ones)
            open_ones = []
    if open_ones:
        yield tuple(open_ones)
