"""What a page has room for: it stays under 10 MB, however large the change.

Lines near a finding come first, then those of files with findings, then the others in the order of
the change. What found no room is counted, and the page says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import TypeVar

from reviewbot.changeset import FileChange
from reviewbot.finding import Finding
from reviewbot.report import FileCoverage

# Bytes. With what surrounds them they stay under the page's limit of 10 MB (`test_room.py`).
CODE_BYTES = 6_800_000
FINDING_BYTES = 1_500_000
FILE_BYTES = 1_200_000
# A longer line is cut, and says so.
LINE_CHARACTERS = 2_000

_BLOCK_LINES = 40
_NEAR_LINES = 20
# Bytes of markup around a line, around a hunk, around a file's section, around a finding's card and
# its line in the list, around a file's line in the table of coverage.
_LINE, _HUNK, _SECTION, _FINDING, _FILE = 40, 60, 600, 1_300, 150
# An escaped character takes six bytes at the most: `\u202e`, `&#39;`.
_ESCAPED = 6

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the change: the number of its file, of its hunk and its own, from 0."""

    file: int
    hunk: int
    line: int


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a hunk, `end` not included, that are shown together or not at all."""

    file: int
    hunk: int
    start: int
    end: int


def code_with_room(
    files: Sequence[FileChange], flagged: Set[Place], room: int = CODE_BYTES
) -> frozenset[Block]:
    """The blocks that a page shows."""
    flagged_files = {place.file for place in flagged}
    near = {
        (place.file, place.hunk, at // _BLOCK_LINES)
        for place in flagged
        for at in (place.line - _NEAR_LINES, place.line, place.line + _NEAR_LINES)
    }

    def rank(block: Block) -> int:
        is_near = (block.file, block.hunk, block.start // _BLOCK_LINES) in near
        return 0 if is_near else 1 if block.file in flagged_files else 2

    ranked = sorted(_blocks(files), key=rank)
    return frozenset(_fitting(ranked, lambda block: _block_cost(files, block), room))


def findings_with_room(findings: Iterable[Finding], room: int = FINDING_BYTES) -> list[Finding]:
    """The first findings, which are the worst."""
    return list(_fitting(findings, _finding_cost, room))


def coverage_with_room(
    coverage: Sequence[FileCoverage], room: int = FILE_BYTES
) -> list[FileCoverage]:
    """The files, those that were not reviewed in full before the others; in their own order."""
    ranked = sorted(range(len(coverage)), key=lambda at: not coverage[at].reason)
    kept = _fitting(ranked, lambda at: _coverage_cost(coverage[at]), room)
    return [coverage[at] for at in sorted(kept)]


def _blocks(files: Sequence[FileChange]) -> Iterator[Block]:
    for number, file in enumerate(files):
        for at, hunk in enumerate(file.hunks):
            for start in range(0, len(hunk.lines), _BLOCK_LINES):
                yield Block(number, at, start, min(start + _BLOCK_LINES, len(hunk.lines)))


def _fitting(ranked: Iterable[_T], cost: Callable[[_T], int], room: int) -> Iterator[_T]:
    """The first ones, up to the one that no more fits."""
    for one in ranked:
        room -= cost(one)
        if room < 0:
            return
        yield one


def _block_cost(files: Sequence[FileChange], block: Block) -> int:
    file = files[block.file]
    hunk = file.hunks[block.hunk]
    cost = 0
    if block.start == 0:
        cost += _HUNK + _text_cost(hunk.header)
    if block.start == 0 and block.hunk == 0:  # its path stands there twice
        cost += _SECTION + 2 * _text_cost(file.path) + _text_cost(file.old_path)
    lines = hunk.lines[block.start : block.end]
    return cost + sum(_LINE + _text_cost(line.text[:LINE_CHARACTERS]) for line in lines)


def _finding_cost(finding: Finding) -> int:
    texts = (finding.title, finding.message, finding.suggestion or "", finding.quote)
    # The title and the path stand in the list, too.
    twice = _text_cost(finding.title) + _text_cost(finding.location.path)
    return _FINDING + sum(map(_text_cost, texts)) + 2 * twice


def _coverage_cost(entry: FileCoverage) -> int:
    return _FILE + sum(map(_text_cost, (entry.path, entry.old_path, entry.reason, *entry.left_out)))


def _text_cost(text: str) -> int:
    """Bytes in the page: at least as many as there are."""
    if text.isascii() and text.replace("\t", "").isprintable():
        return len(text) + sum(4 * text.count(mark) for mark in "&<>\"'")
    return _ESCAPED * len(text)
