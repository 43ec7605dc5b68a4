"""How far a run of many reviews is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from reviewbot.cells import cut
from reviewbot.cli.progress import watching
from reviewbot.plain import plain_line
from reviewbot.report import EngineInfo
from reviewbot.review.observer import Observer

if TYPE_CHECKING:
    from rich.progress import Progress

# Seconds between two lines where no bar stands.
_OFTEN = 60.0
_HOUR = 3600.0


class Meter(Observer, Protocol):
    """Watches the run, and the reviews in it; they may be told from any thread."""

    def begins(self, name: str) -> None: ...
    def ends(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Extent:
    """`left` of the `total` are still to be reviewed; `noun` is what they are, in the plural."""

    total: int
    left: int
    noun: str


@contextmanager
def metering(extent: Extent, *, quiet: bool, thoughts: bool) -> Iterator[Meter]:
    # The one review's own line, without its line: it prints thoughts where they are wanted.
    with watching(quiet=True, thoughts=thoughts) as words:
        if quiet or not sys.stderr.isatty():
            yield _Lines(words, extent, quiet=quiet)
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
        # The whole run is the measure of what is left: reviews differ by a factor of ten.
        with Progress(
            *columns,
            console=Console(stderr=True),
            transient=True,
            speed_estimate_period=24 * _HOUR,
        ) as progress:
            yield _Bar(words, progress, extent)


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
    def __init__(self, words: Observer, progress: Progress, extent: Extent) -> None:
        super().__init__(words)
        self._progress = progress
        done = extent.total - extent.left
        self._task = progress.add_task("", total=extent.total, completed=done)

    def begins(self, name: str) -> None:
        self._progress.update(self._task, description=cut(plain_line(name), 40))

    def ends(self) -> None:
        self._progress.advance(self._task)


class _Lines(_Quiet):
    def __init__(self, words: Observer, extent: Extent, *, quiet: bool) -> None:
        super().__init__(words)
        self._quiet = quiet
        self._extent, self._done = extent, 0
        self._begun = self._told = time.monotonic()

    def begins(self, name: str) -> None:
        pass

    def ends(self) -> None:
        self._done += 1
        now = time.monotonic()
        if self._quiet or now - self._told < _OFTEN:
            return
        self._told = now
        total, left = self._extent.total, self._extent.left - self._done
        minutes = (now - self._begun) / self._done * left / 60
        sys.stderr.write(
            f"reviewbot: {total - left} of {total} {self._extent.noun},"
            f" about {minutes:.0f} min left\n"
        )
        sys.stderr.flush()
