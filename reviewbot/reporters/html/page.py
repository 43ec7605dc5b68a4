"""The page as a value: the change by files, with each finding below its last line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.changeset import FileChange, Hunk, Line, LineKind
from reviewbot.plain import plain_path
from reviewbot.report import FileCoverage, Report, total
from reviewbot.reporters.html.place import Card, Places, placed
from reviewbot.reporters.html.room import (
    LINE_CHARACTERS,
    Block,
    Place,
    code_with_room,
    coverage_with_room,
    findings_with_room,
)

_MARKS = {LineKind.ADDED: "a", LineKind.REMOVED: "d", LineKind.CONTEXT: ""}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file, or a gap of `left_out` lines. `mark` is its class in the page: `a`dded,
    `d`eleted, and `f`lagged where a finding speaks of it. The cards come below it."""

    mark: str = ""
    old_no: int | None = None
    new_no: int | None = None
    text: str = ""
    left_out: int = 0
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A hunk."""

    header: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A file with what is shown of it; `loose` findings stand on no line that is shown."""

    number: int
    path: str
    old_path: str = ""
    added: int = 0
    removed: int = 0
    parts: tuple[Part, ...] = ()
    loose: tuple[Card, ...] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        rows = (row for part in self.parts for row in part.rows)
        return self.loose + tuple(card for row in rows for card in row.cards)

    @property
    def loud(self) -> int:
        """Findings that are not muted."""
        return sum(card.finding.muted is None for card in self.cards)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What found no room: lines of the change, whole files of it, findings, and lines of the table
    of coverage."""

    lines: int = 0
    files: int = 0
    findings: int = 0
    coverage: int = 0

    def __bool__(self) -> bool:
        return bool(self.lines or self.findings or self.coverage)


@dataclass(frozen=True, slots=True)
class Page:
    """`findings` are the cards of those that are told, the worst first, each with its section;
    `numbers` of sections are by path, for links."""

    report: Report
    counts: FileCoverage
    sections: tuple[Section, ...]
    findings: tuple[tuple[Card, Section], ...]
    coverage: Sequence[FileCoverage]
    left_out: LeftOut

    @property
    def flagged(self) -> list[Section]:
        return [section for section in self.sections if section.loud]

    @property
    def numbers(self) -> dict[str, int]:
        return {section.path: section.number for section in reversed(self.sections)}


def page_of(report: Report) -> Page:
    """The page of a report, within its limits."""
    findings = findings_with_room([*report.findings, *report.muted])
    places = placed(report.files, findings)
    blocks = code_with_room(report.files, places.flagged | places.cards.keys())
    sections = tuple(_sections(report.files, places, blocks))
    coverage = coverage_with_room(report.coverage)
    told = ((card, one) for one in sections for card in one.cards if not card.finding.muted)
    return Page(
        report=report,
        counts=total(report.coverage),
        sections=sections,
        findings=tuple(sorted(told, key=lambda pair: pair[0].number)),
        coverage=coverage,
        left_out=LeftOut(
            *_code_left_out(report.files, blocks),
            len(report.findings) + len(report.muted) - len(findings),
            len(report.coverage) - len(coverage),
        ),
    )


def _code_left_out(files: Sequence[FileChange], blocks: frozenset[Block]) -> tuple[int, int]:
    lines = sum(len(hunk.lines) for file in files for hunk in file.hunks)
    shown = {block.file for block in blocks}
    without = sum(bool(file.hunks) and at not in shown for at, file in enumerate(files))
    return lines - sum(block.end - block.start for block in blocks), without


def _sections(
    files: Sequence[FileChange], places: Places, blocks: frozenset[Block]
) -> Iterator[Section]:
    """The files that have something to show, then those that only findings know."""
    shown: dict[tuple[int, int], list[Block]] = {}
    for block in sorted(blocks, key=lambda block: block.start):
        shown.setdefault((block.file, block.hunk), []).append(block)
    own: dict[int, list[Card]] = {block.file: [] for block in blocks}
    for place, cards in places.cards.items():
        own.setdefault(place.file, []).extend(cards)
    for at in sorted(own.keys() | places.loose.keys()):
        parts = tuple(_parts(at, files[at], places, shown))
        in_place = {card.number for part in parts for row in part.rows for card in row.cards}
        without = (card for card in own.get(at, ()) if card.number not in in_place)
        yield _section(at, files[at], parts, (*places.loose.get(at, ()), *without))
    for number, (path, cards) in enumerate(places.homeless.items(), len(files)):
        yield Section(number, plain_path(path), loose=tuple(cards))


def _parts(
    at: int, file: FileChange, places: Places, shown: Mapping[tuple[int, int], Sequence[Block]]
) -> Iterator[Part]:
    for number, hunk in enumerate(file.hunks):
        if blocks := shown.get((at, number)):
            yield Part(hunk.header, tuple(_rows(Place(at, number, 0), hunk, places, blocks)))


def _section(
    at: int, file: FileChange, parts: tuple[Part, ...], loose: tuple[Card, ...]
) -> Section:
    return Section(
        number=at,
        path=plain_path(file.path),
        old_path=plain_path(file.old_path) if file.old_path != file.path else "",
        added=file.added,
        removed=file.removed,
        parts=parts,
        loose=loose,
    )


def _rows(first: Place, hunk: Hunk, places: Places, blocks: Sequence[Block]) -> Iterator[Row]:
    """The lines of these blocks, and a gap where some are missing."""
    end = 0
    for block in blocks:
        if block.start > end:
            yield Row(left_out=block.start - end)
        for number in range(block.start, block.end):
            place = Place(first.file, first.hunk, number)
            cards = tuple(places.cards.get(place, ()))
            yield _row(hunk.lines[number], place in places.flagged, cards)
        end = block.end
    if end < len(hunk.lines):
        yield Row(left_out=len(hunk.lines) - end)


def _row(line: Line, flagged: bool, cards: tuple[Card, ...]) -> Row:
    mark = " ".join(filter(None, (_MARKS[line.kind], "f" if flagged else "")))
    return Row(mark, line.old_no, line.new_no, _shown(line.text), cards=cards)


def _shown(text: str) -> str:
    """A line of code: what cannot be seen in it is escaped, not dropped, because it may be what
    the change is about."""
    cut = len(text) - LINE_CHARACTERS
    if cut > 0:
        text = f"{text[:LINE_CHARACTERS]} … {cut:,} characters more"
    return "\t".join(
        part if part.isascii() and part.isprintable() else plain_path(part)
        for part in text.split("\t")
    )
