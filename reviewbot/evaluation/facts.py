"""What is known of a case once its change was captured, without any of its code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot.changeset import FileChange, Hunk, LineKind
from reviewbot.evaluation.results import Facts, Span
from reviewbot.evaluation.suite import Case


def facts_of(case: Case, files: Sequence[FileChange]) -> Facts:
    return Facts(
        id=case.id,
        track=case.track,
        kind=case.kind,
        group=case.group,
        pair=case.pair,
        language=case.language,
        category=case.category,
        difficulty=case.difficulty,
        golden=case.golden,
        changed=tuple(Span(file=file.path, lines=_places(file)) for file in files if file.hunks),
        grown=sum(_grown(file) for file in files),
    )


def _places(file: FileChange) -> tuple[int, ...]:
    """One place for each changed line: its new number; for a removed one the nearest new line,
    which is where a finding about it stands (`review/anchor.py`)."""
    return tuple(place for hunk in file.hunks for place in _hunk_places(hunk))


def _hunk_places(hunk: Hunk) -> Iterator[int]:
    numbers = [line.new_no for line in hunk.lines]
    for at, line in enumerate(hunk.lines):
        if line.kind is LineKind.ADDED and line.new_no is not None:
            yield line.new_no
        elif line.kind is LineKind.REMOVED:
            after = (number for number in numbers[at:] if number is not None)
            before = (number for number in reversed(numbers[:at]) if number is not None)
            yield next(after, next(before, 1))


def _grown(file: FileChange) -> int:
    signs = {LineKind.ADDED: 1, LineKind.REMOVED: -1}
    return sum(
        signs.get(line.kind, 0) * (len(line.text) + 1) for hunk in file.hunks for line in hunk.lines
    )
