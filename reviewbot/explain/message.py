"""The message of a commit against what the commit does.

The message is data: an explanation is never made from it, since a model believes what it is told.
What a message claims and the lines disprove is told without a model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from reviewbot.change.secrets.search import masked
from reviewbot.changeset import FileChange, LineKind
from reviewbot.explain.explanation import Statement
from reviewbot.finding import Location, Side
from reviewbot.plain import plain_line
from reviewbot.prompting.special import displayed
from reviewbot.review.risk import Kind, kind_of

# Lines and characters of a message that a model is shown.
_LINES, _LONGEST = 40, 200
_FORMATTING = re.compile(
    r"^(?:style|format(?:ting)?)(?:\(.*?\))?:|\b(?:white\s?space|formatting|indentation|reformat\w*)"
    r"\b.{0,12}\bonly\b|\bonly\b.{0,12}\b(?:white\s?space|formatting|indentation)\b"
    r"|^(?:run|apply) (?:black|gofmt|prettier|rustfmt|clang-format)\b",
    re.IGNORECASE,
)
_TESTS = re.compile(r"^tests?(?:\(.*?\))?:|\btests? only\b|\bonly (?:the )?tests?\b", re.IGNORECASE)
_CODE_FILE = re.compile(
    r"\.(?:py|pyi|[cm]?[jt]sx?|go|rs|java|kt|c|h|cc|cpp|hpp|cs|rb|php|swift|scala|sh)$"
)


def shown_message(message: str) -> list[str]:
    """The lines of a message as a model may see them: masked, on lines of their own, bounded."""
    lines = [line for line in message.splitlines() if line.strip()][:_LINES]
    return [displayed(plain_line(line))[:_LONGEST] for line in masked(lines)]


def disproved(message: str, files: Sequence[FileChange]) -> Iterator[Statement]:
    """What the first line of the message says of all of the change, and a changed
    line disproves."""
    subject = next((line for line in message.splitlines() if line.strip()), "")
    if _FORMATTING.search(subject):
        for place in _reworded(files):
            text = "The message says that only formatting changes, and more than that changes here."
            yield Statement(text, (place,))
            break
    if _TESTS.search(subject):
        for place in _outside_tests(files):
            text = "The message speaks of tests alone, and code outside of the tests changes here."
            yield Statement(text, (place,))
            break


def _reworded(files: Iterable[FileChange]) -> Iterator[Location]:
    """Code files whose letters and digits are others than before, at the first such hunk."""
    for file in files:
        if not _CODE_FILE.search(file.path):
            continue
        for hunk in file.hunks:
            old = "".join(line.text for line in hunk.lines if line.kind is not LineKind.ADDED)
            new = "".join(line.text for line in hunk.lines if line.kind is not LineKind.REMOVED)
            if re.sub(r"\W", "", old) != re.sub(r"\W", "", new):
                yield _first(file)
                break


def _outside_tests(files: Iterable[FileChange]) -> Iterator[Location]:
    for file in files:
        if file.hunks and _CODE_FILE.search(file.path) and kind_of(file.path) is not Kind.TEST:
            yield _first(file)


def _first(file: FileChange) -> Location:
    """The first changed line of a file, or the one beside it where it is gone."""
    hunk = file.hunks[0]
    added = [line.new_no for line in hunk.lines if line.kind is LineKind.ADDED and line.new_no]
    if added:
        return Location(file.path, Side.NEW, added[0], added[0])
    removed = [line.old_no for line in hunk.lines if line.kind is LineKind.REMOVED and line.old_no]
    near = max(1, hunk.new_start)
    return Location(file.path, Side.OLD, near, near, (removed[0], removed[-1]) if removed else None)
