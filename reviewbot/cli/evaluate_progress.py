"""How far an evaluation is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from reviewbot.cells import cut
from reviewbot.cli.progress import watching
from reviewbot.evaluation.results import Row
from reviewbot.evaluation.run import Watcher
from reviewbot.evaluation.suite import Case
from reviewbot.plain import plain_line
from reviewbot.report import EngineInfo
from reviewbot.review.observer import Observer

if TYPE_CHECKING:
    from rich.progress import Progress

# Seconds between two lines where no bar stands.
_OFTEN = 60.0
_HOUR = 3600.0


class Meter(Watcher, Observer, Protocol):
    """Watches the run, and the reviews in it."""


@contextmanager
def metering(total: int, left: int, *, quiet: bool, thoughts: bool) -> Iterator[Meter]:
    """`left` of the `total` cases are still to be reviewed."""
    # The one review's own line, without its line: it prints thoughts where they are wanted.
    with watching(quiet=True, thoughts=thoughts) as words:
        if quiet or not sys.stderr.isatty():
            yield _Lines(words, total, left, quiet=quiet)
            return
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("about"),
            TimeRemainingColumn(),
            TextColumn("left"),
        )
        # The whole run is the measure of what is left: cases differ by a factor of ten.
        with Progress(
            *columns,
            console=Console(stderr=True),
            transient=True,
            speed_estimate_period=24 * _HOUR,
        ) as progress:
            yield _Bar(words, progress, total, left)


class _Quiet:
    """Passes on what one review says, which is its thoughts."""

    def __init__(self, words: Observer) -> None:
        self._words = words

    def waits(self, what: str) -> None:
        pass

    def loaded(self, engine: EngineInfo) -> None:
        pass

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        pass

    def pieces(self, count: int) -> None:
        pass

    def thought(self, path: str, text: str) -> None:
        self._words.thought(path, text)


class _Bar(_Quiet):
    def __init__(self, words: Observer, progress: Progress, total: int, left: int) -> None:
        super().__init__(words)
        self._progress = progress
        self._task = progress.add_task("", total=total, completed=total - left)

    def case_begins(self, case: Case) -> None:
        self._progress.update(self._task, description=cut(plain_line(case.id), 40))

    def case_ends(self, case: Case, row: Row) -> None:  # noqa: ARG002
        self._progress.advance(self._task)


class _Lines(_Quiet):
    def __init__(self, words: Observer, total: int, left: int, *, quiet: bool) -> None:
        super().__init__(words)
        self._quiet = quiet
        self._total, self._left, self._done = total, left, 0
        self._begun = self._told = time.monotonic()

    def case_begins(self, case: Case) -> None:
        pass

    def case_ends(self, case: Case, row: Row) -> None:  # noqa: ARG002
        self._done += 1
        now = time.monotonic()
        if self._quiet or now - self._told < _OFTEN:
            return
        self._told = now
        left = self._left - self._done
        minutes = (now - self._begun) / self._done * left / 60
        count = self._total - left
        sys.stderr.write(
            f"reviewbot: {count} of {self._total} cases, about {minutes:.0f} min left\n"
        )
        sys.stderr.flush()
