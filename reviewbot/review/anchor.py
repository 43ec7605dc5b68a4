"""Tie a claim to changed lines by the code it quotes; a claim whose quote is not there is dropped.

The quote is looked for among the lines that the chunk answers for, first as it stands, then with
white space folded, then as the one place that holds it as a part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from reviewbot.changeset import Line, LineKind
from reviewbot.finding import TEAM_RULE, Candidate, Finding, Location, Side, fingerprint
from reviewbot.plain import plain, plain_line
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.special import broken_up, displayed

# A part of a line this short stands in too many lines to mean one of them.
_SHORTEST_PART = 8
_LONGEST_TITLE = 90
# What a model's finding is worth before anything but its quote was checked. On real changes the
# best tools reach a precision of about one half (withmartian offline bench, 12 products).
UNVERIFIED = 0.5
# What the prompt puts before each line, which small models copy into the quote.
_PREFIX = re.compile(r"^[ +-]? *\d* *\|")


# Indices of the changed lines of a chunk that a quote was found on, in order; never none.
_Place = tuple[int, ...]


def anchored(candidates: Iterable[Candidate], chunk: Chunk) -> Iterator[Finding | None]:
    """For each claim its finding, or None where the quote is not on a changed line. A quote that
    is given again means the next of equal lines, if there is one."""
    taken: set[_Place] = set()
    for candidate in candidates:
        place = _place(candidate.quote, chunk, taken)
        if place is None:
            yield None
        else:
            taken.add(place)
            yield _finding(candidate, chunk, place)


def _finding(candidate: Candidate, chunk: Chunk, place: _Place) -> Finding:
    quote = "\n".join(plain(chunk.lines[at].text).rstrip() for at in place)
    # A rule that was not shown is no rule. How bad a breach is, the team has said.
    team = next((rule for rule in chunk.rules if rule.name == candidate.rule), None)
    rule = f"{TEAM_RULE}{team.name}" if team else candidate.category.rule
    return Finding(
        rule=rule,
        category=candidate.category,
        severity=team.severity if team else candidate.severity,
        confidence=UNVERIFIED,
        location=_location(chunk, place),
        quote=quote,
        title=title_of(candidate.message),
        message=candidate.message,
        fingerprint=fingerprint(rule, chunk.path, quote),
        suggestion=candidate.suggestion,
    )


def _place(quote: str, chunk: Chunk, taken: Set[_Place]) -> _Place | None:
    """The quote as it is, or else without the prompt's marks: a line of code may look as if it
    began with one (`| some | table |`)."""
    # A model may quote `< |im_end|>`, which it was shown, as the word that it knows.
    lines, quoted = _displayed(chunk), broken_up(quote).split("\n")
    unmarked = [_PREFIX.sub("", line, count=1) for line in quoted]
    return _find(_filled(quoted), lines, chunk, taken) or _find(
        _filled(unmarked), lines, chunk, taken
    )


def _find(
    quoted: Sequence[str], lines: Sequence[str], chunk: Chunk, taken: Set[_Place]
) -> _Place | None:
    """The best place: one not yet taken, an added line before a removed one, the first of all."""
    if not quoted:
        return None
    for match in (_equal, _equal_folded):
        places = list(_places(quoted, lines, chunk, match))
        if places:
            return min(places, key=lambda place: (place in taken, not _adds(chunk, place)))
    return _only_part(quoted, lines, chunk)


def _places(
    quoted: Sequence[str], lines: Sequence[str], chunk: Chunk, match: Callable[[str, str], bool]
) -> Iterator[_Place]:
    """Where the quoted lines follow each other: as they are shown, on the new side alone, or on
    the old side alone, since a removed line stands between two that are neighbours now."""
    shown = range(chunk.start, len(lines))
    new = [at for at in shown if chunk.lines[at].new_no is not None]
    old = [at for at in shown if chunk.lines[at].old_no is not None]
    for view in (shown, new, old):
        for begin in range(len(view) - len(quoted) + 1):
            run = view[begin : begin + len(quoted)]
            if all(match(q, lines[at]) for q, at in zip(quoted, run, strict=True)):
                # A blank line that was added is no ground for a claim about its neighbours.
                place = tuple(at for at in run if chunk.lines[at].changed and lines[at].strip())
                if place:
                    yield place


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
            places.append((at,))
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
    """The lines as the model saw them, without the prompt's prefix."""
    return [plain(displayed(line.text)) for line in chunk.lines]


def _equal(quoted: str, line: str) -> bool:
    return quoted == line


def _equal_folded(quoted: str, line: str) -> bool:
    return _folded(quoted) == _folded(line)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _adds(chunk: Chunk, place: _Place) -> bool:
    return any(chunk.lines[at].kind is LineKind.ADDED for at in place)


def _location(chunk: Chunk, place: _Place) -> Location:
    numbers = [chunk.lines[at].new_no for at in place]
    added = [number for number in numbers if number is not None]
    if added:
        return Location(chunk.path, Side.NEW, added[0], added[-1])
    near = _nearest_new(chunk.lines, place)
    old = [number for at in place if (number := chunk.lines[at].old_no) is not None]
    return Location(chunk.path, Side.OLD, near, near, (old[0], old[-1]))


def _nearest_new(lines: Sequence[Line], place: _Place) -> int:
    """The new line that stands closest to removed ones; the one after them of two."""
    after = [line.new_no for line in lines[place[-1] + 1 :] if line.new_no is not None]
    before = [line.new_no for line in lines[: place[0]] if line.new_no is not None]
    return (after[:1] or before[-1:] or [1])[0]


def title_of(message: str) -> str:
    """The first sentence, or as many of its words as fit."""
    sentence = re.split(r"(?<=[.!?。！？])\s", plain_line(message), maxsplit=1)[0].rstrip(".。")
    if len(sentence) <= _LONGEST_TITLE:
        return sentence
    return sentence[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"
