"""Reporters without a model. What does not beat them has found nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from reviewbot.evaluation.results import Found, Row

_SEED = 7

Reporter = Callable[[Row], tuple[Found, ...]]


def everything(row: Row) -> tuple[Found, ...]:
    """Each run of changed lines."""
    return tuple(
        _finding(span.file, first, last)
        for span in row.case.changed
        for first, last in _runs(span.lines)
    )


def random_line(row: Row) -> tuple[Found, ...]:
    """One changed line, whatever it says."""
    places = [(span.file, line) for span in row.case.changed for line in span.lines]
    if not places:
        return ()
    chance = random.Random(f"{_SEED} {row.case.id}")  # noqa: S311  (a baseline, no secret)
    file, line = chance.choice(places)
    return (_finding(file, line, line),)


def shrinking(row: Row) -> tuple[Found, ...]:
    """A change that takes away more than it adds: fixes add code, so in fixes that were reversed
    this passes for skill."""
    return random_line(row) if row.case.grown < 0 else ()


BASELINES: dict[str, Reporter] = {
    "flag everything": everything,
    "a random changed line": random_line,
    "flag what shrinks": shrinking,
}


def reported(rows: Sequence[Row], reporter: Reporter) -> tuple[Row, ...]:
    """The rows as if the reporter had made them."""
    return tuple(
        row.model_copy(update={"findings": reporter(row), "faults": (), "failed_chunks": 0})
        for row in rows
    )


def _runs(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    numbers = sorted(set(lines))
    begin = 0
    for at in range(1, len(numbers) + 1):
        if at == len(numbers) or numbers[at] != numbers[at - 1] + 1:
            yield numbers[begin], numbers[at - 1]
            begin = at


def _finding(file: str, first: int, last: int) -> Found:
    return Found(
        rule="BASELINE",
        severity="warning",
        path=file,
        start_line=first,
        end_line=last,
        confidence=1.0,
    )
