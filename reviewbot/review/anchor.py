"""Tie a claim to changed lines by the code it quotes; a claim whose quote is not there is dropped.

The quote is looked for among the lines that the chunk answers for, first as it stands, then with
white space folded, then as the one place that holds it as a part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.change.changeset import Line, LineKind
from reviewbot.change.secrets import masked
from reviewbot.finding import Candidate, Finding, Location, Side, fingerprint
from reviewbot.plain import plain, plain_line
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import numbered

# A part of a line this short stands in too many lines to mean one of them.
_SHORTEST_PART = 8
_LONGEST_TITLE = 90
# What a model's finding is worth before anything but its quote was checked. On real changes the
# best tools reach a precision of about one half (withmartian offline bench, 12 products).
UNVERIFIED = 0.5
# What the prompt puts before each line, which small models copy into the quote.
_PREFIX = re.compile(r"^[ +-]? *\d* *\|")


@dataclass(frozen=True, slots=True)
class _Place:
    first: int
    last: int


def anchor(candidate: Candidate, chunk: Chunk) -> Finding | None:
    """The finding with its place, or None where the quote is not on a changed line."""
    place = _place(candidate.quote, chunk)
    if place is None:
        return None
    changed = [line for line in chunk.lines[place.first : place.last + 1] if line.changed]
    quote = "\n".join(plain(text).rstrip() for text in _masked(chunk, place))
    rule = candidate.category.rule
    return Finding(
        rule=rule,
        category=candidate.category,
        severity=candidate.severity,
        confidence=UNVERIFIED,
        location=_location(chunk, place, changed),
        quote=quote,
        title=_title(candidate.message),
        message=candidate.message,
        fingerprint=fingerprint(rule, chunk.path, quote),
        suggestion=candidate.suggestion,
    )


def _place(quote: str, chunk: Chunk) -> _Place | None:
    """The quote as it is, or else without the prompt's marks: a line of code may look as if it
    began with one (`| some | table |`)."""
    lines, quoted = _displayed(chunk), quote.split("\n")
    unmarked = [_PREFIX.sub("", line, count=1) for line in quoted]
    return _find(_filled(quoted), lines, chunk) or _find(_filled(unmarked), lines, chunk)


def _masked(chunk: Chunk, place: _Place) -> list[str]:
    """The changed lines of a place as the model saw them: a report holds no secret either."""
    texts = list(masked(line.text for line in chunk.lines))
    return [texts[at] for at in range(place.first, place.last + 1) if chunk.lines[at].changed]


def _find(quoted: Sequence[str], lines: Sequence[str], chunk: Chunk) -> _Place | None:
    """The best place: an added line before a removed one, and the first of equals."""
    if not quoted:
        return None
    for match in (_equal, _equal_folded):
        places = [
            _Place(at, at + len(quoted) - 1)
            for at in range(chunk.start, len(lines) - len(quoted) + 1)
            if all(match(q, lines[at + n]) for n, q in enumerate(quoted))
        ]
        places = [place for place in places if _changed(chunk, place)]
        if places:
            return min(places, key=lambda place: not _adds(chunk, place))
    return _only_part(quoted, lines, chunk)


def _only_part(quoted: Sequence[str], lines: Sequence[str], chunk: Chunk) -> _Place | None:
    """The one changed line that the quote is a part of, or that is a part of it."""
    part = _folded(" ".join(quoted))
    if len(part) < _SHORTEST_PART:
        return None
    places = []
    for at in range(chunk.start, len(lines)):
        line = _folded(lines[at])
        held = part in line or (len(line) >= _SHORTEST_PART and line in part)
        if held and chunk.lines[at].changed:
            places.append(_Place(at, at))
    return places[0] if len(places) == 1 else None


def _filled(quoted: Sequence[str]) -> list[str]:
    """The lines without empty ones at the ends."""
    lines = list(quoted)
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def _displayed(chunk: Chunk) -> list[str]:
    """The lines as the model saw them (secrets masked), without the prompt's prefix."""
    shown = numbered(chunk.lines).split("\n")
    return [plain(line.partition("|")[2]) for line in shown]


def _equal(quoted: str, line: str) -> bool:
    return quoted == line


def _equal_folded(quoted: str, line: str) -> bool:
    return _folded(quoted) == _folded(line)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _changed(chunk: Chunk, place: _Place) -> bool:
    return any(line.changed for line in chunk.lines[place.first : place.last + 1])


def _adds(chunk: Chunk, place: _Place) -> bool:
    return any(line.kind is LineKind.ADDED for line in chunk.lines[place.first : place.last + 1])


def _location(chunk: Chunk, place: _Place, changed: Sequence[Line]) -> Location:
    added = [line.new_no for line in changed if line.new_no is not None]
    if added:
        return Location(chunk.path, Side.NEW, added[0], added[-1])
    near = _nearest_new(chunk.lines, place)
    return Location(chunk.path, Side.OLD, near, near)


def _nearest_new(lines: Sequence[Line], place: _Place) -> int:
    """The new line that stands closest to removed ones; the one after them of two."""
    after = [line.new_no for line in lines[place.last + 1 :] if line.new_no is not None]
    before = [line.new_no for line in lines[: place.first] if line.new_no is not None]
    return (after[:1] or before[-1:] or [1])[0]


def _title(message: str) -> str:
    """The first sentence, or as many of its words as fit."""
    sentence = re.split(r"(?<=[.!?。！？])\s", plain_line(message), maxsplit=1)[0].rstrip(".。")
    if len(sentence) <= _LONGEST_TITLE:
        return sentence
    return sentence[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
