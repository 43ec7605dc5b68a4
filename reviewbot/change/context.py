"""What surrounds a change: each run of changed lines in its enclosing definition.

The text comes from the same side of the change as the hunks (index blobs for a staged review).
Python definitions are found with `ast`, other languages' blocks by their indentation; where
neither tells, some lines around the run stand in.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.change.changeset import FileChange, Hunk, Line, LineKind

# Lines shown on each side where no definition is in reach.
MARGIN = 4
# Lines that a definition may reach beyond the changed ones to be shown whole. More context made
# models worse, not better (SWE-PRBench: all 8 models fell from the diff to the file).
LONGEST_REACH = 30

# First and last index, both included: of lines in a list, or of line numbers.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive new lines of one file with the removed ones in their places. `header` is
    git's name for the definition, where the excerpt does not begin with it."""

    path: str
    header: str
    lines: tuple[Line, ...]


def excerpts(file: FileChange, new_text: str | None) -> tuple[Excerpt, ...]:
    """The file's changed lines in their surroundings, cut so that no changed line is in two.

    Without the new text (a patch from outside) the hunks are all there is to show.
    """
    if new_text is None:
        return tuple(Excerpt(file.path, hunk.header, hunk.lines) for hunk in file.hunks)
    lines = _overlaid(new_text, file.hunks)
    is_python = file.path.endswith((".py", ".pyi"))
    definitions = _in_indices(_definitions(new_text), lines) if is_python else None
    spans = [_surroundings(lines, run, definitions) for run in _runs(lines)]
    headers = {line: hunk.header for hunk in file.hunks for line in hunk.lines if line.changed}
    return tuple(
        _excerpt(file.path, headers, lines[first : last + 1]) for first, last in _disjoint(spans)
    )


def _excerpt(path: str, headers: Mapping[Line, str], lines: Sequence[Line]) -> Excerpt:
    """git names the definition where the lines begin inside of one."""
    inside = _depth(lines[0]) > 0
    first = next(line for line in lines if line.changed)
    return Excerpt(path, headers[first] if inside else "", tuple(lines))


def _overlaid(text: str, hunks: Iterable[Hunk]) -> list[Line]:
    """All new lines of the file with the hunks laid over them."""
    new = text.removesuffix("\n").split("\n") if text else []
    lines: list[Line] = []
    at, shift = 1, 0
    for hunk in hunks:
        start = next((line.new_no for line in hunk.lines if line.new_no), hunk.new_start + 1)
        lines.extend(_context(new, at, start - 1, shift))
        lines.extend(hunk.lines)
        at = start + sum(line.new_no is not None for line in hunk.lines)
        shift += hunk.removed - hunk.added
    lines.extend(_context(new, at, len(new), shift))
    return lines


def _context(new: Sequence[str], first: int, last: int, shift: int) -> Iterable[Line]:
    for number in range(first, min(last, len(new)) + 1):
        yield Line(LineKind.CONTEXT, new[number - 1], number + shift, number)


def _runs(lines: Sequence[Line]) -> list[Span]:
    """The runs of changed lines, as spans of indices."""
    runs: list[Span] = []
    for index, line in enumerate(lines):
        if line.changed and runs and runs[-1][1] == index - 1:
            runs[-1] = (runs[-1][0], index)
        elif line.changed:
            runs.append((index, index))
    return runs


def _disjoint(spans: Sequence[Span]) -> list[Span]:
    """The spans with those that overlap made one."""
    merged: list[Span] = []
    for first, last in spans:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _surroundings(lines: Sequence[Line], run: Span, definitions: list[Span] | None) -> Span:
    """What to show around a run: the outermost definition within reach, else a margin."""
    core = _core(lines, run)
    around = _blocks(lines, core) if definitions is None else _enclosing(core, definitions)
    for first, last in around:
        if core[0] - first <= LONGEST_REACH and last - core[1] <= LONGEST_REACH:
            return min(first, run[0]), max(last, run[1])
    return max(0, run[0] - MARGIN), min(len(lines) - 1, run[1] + MARGIN)


def _core(lines: Sequence[Line], run: Span) -> Span:
    """The run without blank lines at its ends and, where it adds any, without removed lines
    there: those may stand before the definition whose first line they were."""
    filled = [index for index in range(run[0], run[1] + 1) if _filled(lines, index)]
    added = [index for index in filled if lines[index].new_no is not None]
    kept = added or filled or [run[0], run[1]]
    return kept[0], kept[-1]


def _enclosing(run: Span, definitions: Sequence[Span]) -> list[Span]:
    """The Python definitions that hold the run, the outermost first."""
    return [span for span in definitions if span[0] <= run[0] and run[1] <= span[1]]


def _in_indices(definitions: Iterable[Span], lines: Sequence[Line]) -> list[Span]:
    """Spans of line numbers as spans of indices."""
    index_of = {line.new_no: index for index, line in enumerate(lines) if line.new_no}
    return [(index_of[first], index_of[last]) for first, last in definitions]


def _blocks(lines: Sequence[Line], run: Span) -> list[Span]:
    """The blocks that hold the run by their indentation, the outermost first: each begins at a
    line that is indented less than all below it, and ends with the next such line."""
    filled = (line for line in lines[run[0] : run[1] + 1] if line.text.strip())
    depth = min((_depth(line) for line in filled), default=0)
    blocks = []
    first, last = run
    while depth > 0 and run[0] - first <= LONGEST_REACH:
        first = _edge(lines, first, depth, step=-1)
        last = _edge(lines, last, depth, step=1)
        depth = min(_depth(lines[first]), depth - 1)
        blocks.append((first, last))
    if not blocks and last + 1 < len(lines) and _depth(lines[last + 1]) > 0:
        # The run holds the line that opens a definition, and its body goes on below.
        blocks.append((first, _edge(lines, last, 1, step=1)))
    return blocks[::-1]


def _edge(lines: Sequence[Line], index: int, depth: int, *, step: int) -> int:
    """The next line in a direction that is indented less than `depth`; without one, the end or a
    line out of reach."""
    for _ in range(LONGEST_REACH + 1):
        if not 0 <= index + step < len(lines):
            break
        index += step
        if _filled(lines, index) and _depth(lines[index]) < depth:
            break
    return index


def _filled(lines: Sequence[Line], index: int) -> bool:
    return bool(lines[index].text.strip())


def _depth(line: Line) -> int:
    """How far a line is indented, in columns; a tab counts as one, as it does beside its like."""
    return len(line.text) - len(line.text.lstrip())


def _definitions(text: str) -> list[Span]:
    """First and last line number of every Python function and class, the outer ones first."""
    if "\r" in text.replace("\r\n", ""):
        return []  # Python ends a line at a lone CR, git does not: their numbers differ
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
