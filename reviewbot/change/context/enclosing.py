"""What encloses a run of changed lines: definitions, or else blocks by their indentation."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from reviewbot.change.context.overlay import Overlay, Run, Span, indentation
from reviewbot.change.syntax import Definition

# Lines that a definition may reach beyond the changed ones to be shown whole. More context made
# models worse, not better (SWE-PRBench: all 8 models fell from the diff to the file).
LONGEST_REACH = 30


class Scopes:
    """The definitions of one file, asked for those around some lines without looking at all."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        """`definitions` stand in the order of their first lines, the outer before the inner."""
        self._definitions = definitions
        self._firsts = [definition.first for definition in definitions]
        self._outer = list(_outer(definitions))

    def around(self, run: Run, overlay: Overlay) -> list[Definition]:
        """The definitions that hold the run, the outermost first."""
        found = []
        at = bisect_right(self._firsts, min(run.span)) - 1
        while at >= 0:
            definition = self._definitions[at]
            if _holds(definition, run, overlay):
                found.append(definition)
            at = self._outer[at]
        return found[::-1]


def _holds(definition: Definition, run: Run, overlay: Overlay) -> bool:
    first, last = run.span
    if first <= last:
        return definition.first <= first and last <= definition.last
    # Lines removed behind the last one of a definition were its own if they stood deeper.
    behind = last == definition.last and run.depth > indentation(overlay.text(definition.first))
    return definition.first <= last and (first <= definition.last or behind)


def _outer(definitions: Sequence[Definition]) -> Iterator[int]:
    """For each definition the index of the one around it, -1 where there is none."""
    open_ones: list[int] = []
    for at, definition in enumerate(definitions):
        while open_ones and definitions[open_ones[-1]].last < definition.first:
            open_ones.pop()
        yield open_ones[-1] if open_ones else -1
        open_ones.append(at)


def blocks(run: Run, overlay: Overlay) -> list[Span]:
    """The blocks that hold the run by their indentation, the outermost first: each begins at a
    line that is indented less than all below it, and ends with the next such line."""
    first, last = begin, _ = run.span
    depth = run.depth
    found = []
    while depth > 0 and begin - first <= LONGEST_REACH:
        first = _edge(overlay, first, depth, step=-1)
        last = _edge(overlay, last, depth, step=1)
        depth = min(indentation(overlay.text(first)) if first <= overlay.count else 0, depth - 1)
        found.append((first, last))
    if not found and last < overlay.count and indentation(overlay.text(last + 1)) > 0:
        # The run holds the line that opens a definition, and its body goes on below.
        found.append((first, _edge(overlay, last, 1, step=1)))
    return found[::-1]


def _edge(overlay: Overlay, number: int, depth: int, *, step: int) -> int:
    """The next line in a direction that is indented less than `depth`; without one, the end or a
    line out of reach."""
    for _ in range(LONGEST_REACH + 1):
        if not 1 <= number + step <= overlay.count:
            break
        number += step
        text = overlay.text(number)
        if text.strip() and indentation(text) < depth:
            break
    return number
