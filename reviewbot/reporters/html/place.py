"""Find the line of the change below which each finding is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.changeset import FileChange
from reviewbot.finding import Finding, Location, Side
from reviewbot.reporters.html.room import Place


@dataclass(frozen=True, slots=True)
class Card:
    """A finding and the number by which the page links to it."""

    number: int
    finding: Finding


@dataclass(frozen=True, slots=True)
class Places:
    """The lines that findings speak of; the last of each, where its card is shown; and the cards
    that have no line, by file, or by path where the change has no such file."""

    flagged: set[Place] = field(default_factory=set)
    cards: dict[Place, list[Card]] = field(default_factory=dict)
    loose: dict[int, list[Card]] = field(default_factory=dict)
    homeless: dict[str, list[Card]] = field(default_factory=dict)


def placed(files: Sequence[FileChange], findings: Iterable[Finding]) -> Places:
    """Each finding once. A series of patches may change a file several times: the first change
    that has the finding's line shows it."""
    places = Places()
    by_path: dict[str, list[Card]] = {}
    for number, finding in enumerate(findings, 1):
        by_path.setdefault(finding.location.path, []).append(Card(number, finding))
    homes: dict[str, list[int]] = {}
    for at, file in enumerate(files):
        if file.path in by_path:
            homes.setdefault(file.path, []).append(at)
    for path, cards in by_path.items():
        if path not in homes:
            places.homeless[path] = cards
            continue
        lines = [_numbered(at, files[at]) for at in homes[path]]
        for card in cards:
            _place(places, card, lines, homes[path][0])
    return places


_Numbers = Mapping[tuple[Side, int], Place]


def _place(places: Places, card: Card, lines: Iterable[_Numbers], home: int) -> None:
    for numbers in lines:
        if found := list(_lines_of(card.finding.location, numbers)):
            if card.finding.muted is None:
                places.flagged.update(found)
            places.cards.setdefault(found[-1], []).append(card)
            return
    places.loose.setdefault(home, []).append(card)


def _lines_of(location: Location, numbers: _Numbers) -> Iterator[Place]:
    """The lines that are quoted: removed ones, or those of the new file."""
    first, last = location.removed or (location.start_line, location.end_line)
    side = Side.OLD if location.removed else Side.NEW
    for number in range(first, last + 1):
        if (side, number) in numbers:
            yield numbers[side, number]


def _numbered(at: int, file: FileChange) -> _Numbers:
    found: dict[tuple[Side, int], Place] = {}
    for number, hunk in enumerate(file.hunks):
        for position, line in enumerate(hunk.lines):
            place = Place(at, number, position)
            if line.old_no is not None:
                found[Side.OLD, line.old_no] = place
            if line.new_no is not None:
                found[Side.NEW, line.new_no] = place
    return found
