"""What surrounds a change: each group of hunks in its enclosing definition.

The text comes from the same side of the change as the hunks (index blobs for a staged review).
Python definitions are found with `ast`; elsewhere, and where the file does not parse, some lines
around the hunk stand in, and git's own hunk header names the definition.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable
from dataclasses import dataclass

from reviewbot.change.changeset import FileChange, Hunk, Line, LineKind

# Lines shown around a hunk outside of Python, and at the most inside a long definition. More
# context made small models worse, not better (SWE-PRBench: all 8 models fell from diff to file).
MARGIN = 8
LONGEST_REACH = 30


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive new lines of one file with the removed ones in their places. `header` names
    the definition where its first line is not among them."""

    path: str
    header: str
    lines: tuple[Line, ...]


def excerpts(file: FileChange, new_text: str | None) -> tuple[Excerpt, ...]:
    """The file's hunks in their surroundings; hunks whose surroundings meet share an excerpt.

    Without the new text (a patch from outside) the hunks are all there is to show.
    """
    if new_text is None:
        return tuple(Excerpt(file.path, hunk.header, hunk.lines) for hunk in file.hunks)
    text = new_text.removesuffix("\n").split("\n")
    definitions = _definitions(new_text) if file.path.endswith((".py", ".pyi")) else []
    spans = [_span(hunk, definitions, len(text)) for hunk in file.hunks]
    groups: list[tuple[int, int, list[Hunk]]] = []
    for hunk, (first, last) in zip(file.hunks, spans, strict=True):
        if groups and first <= groups[-1][1] + 1:
            begun, ended, hunks = groups[-1]
            groups[-1] = (min(begun, first), max(ended, last), [*hunks, hunk])
        else:
            groups.append((first, last, [hunk]))
    return tuple(
        Excerpt(file.path, hunks[0].header, _merged(text, first, last, hunks))
        for first, last, hunks in groups
    )


def _span(hunk: Hunk, definitions: list[tuple[int, int]], length: int) -> tuple[int, int]:
    """First and last new line to show for a hunk: its definition, within reach."""
    numbers = [line.new_no for line in hunk.lines if line.new_no is not None]
    if not numbers:
        return hunk.new_start, hunk.new_start
    first, last = numbers[0], numbers[-1]
    touched = _touched(hunk) or (first, last)
    around = [span for span in definitions if span[0] <= touched[0] and touched[1] <= span[1]]
    # The outermost one within reach: a method with its siblings' state is worth more than alone.
    for begin, end in around:
        if first - begin <= LONGEST_REACH and end - last <= LONGEST_REACH:
            return min(first, begin), max(last, end)
    return max(1, first - MARGIN), min(length, last + MARGIN)


def _touched(hunk: Hunk) -> tuple[int, int] | None:
    """The new lines that the changed lines cover or stand between."""
    numbers = []
    at = hunk.new_start
    for line in hunk.lines:
        at = line.new_no if line.new_no is not None else at
        if line.changed:
            numbers.append(at)
    return (numbers[0], numbers[-1]) if numbers else None


def _merged(text: list[str], first: int, last: int, hunks: Iterable[Hunk]) -> tuple[Line, ...]:
    """New lines `first` to `last` with the hunks laid over them."""
    lines: list[Line] = []
    at, shift = first, 0
    for hunk in hunks:
        start = next((line.new_no for line in hunk.lines if line.new_no), hunk.new_start)
        shift = hunk.old_start - hunk.new_start
        lines.extend(_context(text, at, start - 1, shift))
        lines.extend(hunk.lines)
        shift += hunk.removed - hunk.added
        at = start + sum(line.new_no is not None for line in hunk.lines)
    lines.extend(_context(text, at, last, shift))
    return tuple(lines)


def _context(text: list[str], first: int, last: int, shift: int) -> Iterable[Line]:
    for number in range(first, min(last, len(text)) + 1):
        yield Line(LineKind.CONTEXT, text[number - 1], number + shift, number)


def _definitions(text: str) -> list[tuple[int, int]]:
    """First and last line of every function and class, the outer ones first."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # the reviewed code's, not ours
            tree = ast.parse(text.encode("utf-8", "surrogateescape"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    spans = [
        (min([node.lineno, *(item.lineno for item in node.decorator_list)]), node.end_lineno or 0)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    return sorted(spans, key=lambda span: (span[0], -span[1]))
