"""Read the comments that mute: `reviewbot: ignore[RB-SECURITY, LINT-RUFF] the reason`.

The words stand right behind what opens a comment in some language, or at the beginning of a line
(inside of a longer comment), so that a string which holds them mutes nothing. The line is the
author's: each search in it has a bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from reviewbot.plain import plain_line

# Comments of one line, rules of one comment, and characters of a list and of a reason.
_MOST = 8
_MOST_RULES = 50
_LONGEST_LIST = 1000
_LONGEST_REASON = 200
# Characters before the words in which an opening is looked for.
_REACH = 40

_MARK = re.compile(
    r"reviewbot:[ \t]{0,3}ignore(?!\w)[ \t]{0,3}"
    rf"(?:\[(?P<rules>[^\]]{{0,{_LONGEST_LIST}}})\])?"
)
# One sign that is also a quote or an operator opens a comment only where it stands free.
_OPENING = re.compile(
    r"""(?:(?:^|(?<=\s))(?P<free>["'!*]|\.\.|REM|rem|dnl)\s+
    |(?P<sign>\{?/\*+!?|@\*|<!--+|<%--|<%\#|\{\#|<\#|\{-|\(\*+|\"{3}|'{3}|//+!?|\#+|--+|;+|%+)\s*)$""",
    re.VERBOSE,
)
_CLOSINGS = {
    "/*": ("*/",),
    "<!": ("-->",),
    "<%": ("--%>", "%>"),
    "@*": ("*@",),
    "{#": ("#}",),
    "<#": ("#>",),
    "{-": ("-}",),
    "(*": ("*)",),
    '""': ('"""',),
    "''": ("'''",),
    "{/": ("*/}",),
}
# What may close a comment that was opened on an earlier line.
_ANY_CLOSING = ("*/", "-->", '"""', "'''", "*)", "-}")
# What a line may be drawn of before or between comments.
_RULER = " \t#/*-;%="
_LINE = ("//", "#", "--", ";", "%")


@dataclass(frozen=True, slots=True)
class Comment:
    """`rules` as they were named, in capitals; none where the list is missing or empty. `alone`:
    nothing else is on the line, so that it speaks of the next one, too."""

    rules: tuple[str, ...]
    reason: str
    alone: bool


def comments(line: str) -> Iterator[Comment]:
    """The muting comments of a line, which may be of any length."""
    if "reviewbot:" not in line:
        return
    marks = list(islice(_MARK.finditer(line), _MOST))
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(line)
        found = _comment(line, mark, end)
        if found is not None:
            yield found


def _comment(line: str, mark: re.Match[str], end: int) -> Comment | None:
    before = line[: mark.start()]
    opening = _OPENING.search(before[-_REACH:])
    if opening is None and before.strip():
        return None
    sign = opening["sign"] or opening["free"] if opening else ""
    outside = before[: -len(opening[0])] if opening else ""
    first = not outside.strip(_RULER)
    said, after = _parted(line[mark.end() : min(end, mark.end() + _LONGEST_LIST)], sign)
    alone = first and not after.strip(" \t\r}") and end == len(line)
    return Comment(_rules(mark["rules"] or ""), _reason(said), alone)


def _parted(rest: str, sign: str) -> tuple[str, str]:
    """What the comment still says, and what stands behind its end."""
    closings = _ANY_CLOSING if sign in ("", "*") else _CLOSINGS.get(sign[:2], ())
    ends = [(at, closing) for closing in closings if (at := rest.find(closing)) >= 0]
    if not ends:
        return rest, ""
    at, closing = min(ends)
    return rest[:at], rest[at + len(closing) :]


def _rules(listed: str) -> tuple[str, ...]:
    names = (plain_line(name).upper() for name in listed.split(","))
    return tuple(dict.fromkeys(filter(None, islice(names, _MOST_RULES))))


def _reason(said: str) -> str:
    """Without the sign that parts it from the list, or that opens a second comment."""
    text = plain_line(said).lstrip("-–—: ")
    for sign in _LINE:
        text = text.removesuffix(sign).rstrip()
    return text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + " …"
