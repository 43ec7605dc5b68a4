"""Cut one long excerpt into windows that fit a budget, at the borders of statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.change.context.overlay import indentation
from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.budget import estimate_tokens
from reviewbot.prompting.special import displayed

# Lines of the part before that a window shows again.
OVERLAP = 4
# Tokens for the mark, the digits of the line number, the bar and the newline.
_LINE_OVERHEAD = 8


@dataclass(frozen=True, slots=True)
class Window:
    """Indices of an excerpt's lines: shown from `shown`, answered for from `begin`, to before
    `end`; and what the shown ones cost in tokens."""

    shown: int
    begin: int
    end: int
    tokens: int


def line_cost(text: str) -> int:
    """Tokens that a line takes in a prompt (estimated)."""
    return estimate_tokens(displayed(text)) + _LINE_OVERHEAD


def windows(excerpt: Excerpt, budget: int) -> Iterator[Window | Line]:
    """Windows of at most `budget` tokens that hold each line once; a changed line which no
    window can hold comes back by itself."""
    costs = [line_cost(line.text) for line in excerpt.lines]
    begin = 0
    for at, cost in enumerate(costs):
        if cost > budget:
            yield from _piece(excerpt, costs, (begin, at), budget)
            if excerpt.lines[at].changed:
                yield excerpt.lines[at]
            begin = at + 1
    yield from _piece(excerpt, costs, (begin, len(costs)), budget)


def _piece(
    excerpt: Excerpt, costs: Sequence[int], bounds: tuple[int, int], budget: int
) -> Iterator[Window]:
    """The windows of the lines within bounds, each of which fits."""
    begin, last = bounds
    while begin < last:
        shown = _overlap(costs, bounds[0], begin, budget)
        end = _fits_until(costs, shown, last, budget)
        if end < last:
            end = _border(excerpt, begin, end)
        yield Window(shown, begin, end, sum(costs[shown:end]))
        begin = end


def _fits_until(costs: Sequence[int], begin: int, last: int, budget: int) -> int:
    spent = 0
    for at in range(begin, last):
        spent += costs[at]
        if spent > budget:
            return at
    return last


def _overlap(costs: Sequence[int], first: int, begin: int, budget: int) -> int:
    """Where to begin showing: some lines before `begin`, if they leave most of the budget."""
    shown, spent = begin, 0
    while shown > first and begin - shown < OVERLAP:
        spent += costs[shown - 1]
        if spent > budget // 4:
            break
        shown -= 1
    # The line at `begin` itself must still fit behind the overlap.
    return shown if sum(costs[shown : begin + 1]) <= budget else begin


def _border(excerpt: Excerpt, begin: int, end: int) -> int:
    """The best place to end a window in its last third: before the statement that is indented
    least, the last one of equals; never between removed lines and what replaces them."""
    candidates = [
        at for at in range(end, end - max(1, (end - begin) // 3), -1) if _may_end(excerpt.lines, at)
    ]
    starts = [at for at in candidates if excerpt.lines[at].new_no in excerpt.borders]
    return min(
        starts or candidates,
        key=lambda at: indentation(excerpt.lines[at].text),
        default=end,
    )


def _may_end(lines: Sequence[Line], at: int) -> bool:
    replaced = lines[at - 1].kind is LineKind.REMOVED and lines[at].kind is LineKind.ADDED
    return bool(lines[at].text.strip()) and not replaced
