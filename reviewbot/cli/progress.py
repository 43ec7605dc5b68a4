"""What a person sees while a review goes on: chunk n of N, tokens a second, time gone by."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reviewbot.plain import plain_line
from reviewbot.report import EngineInfo
from reviewbot.review.ask import Observer

if TYPE_CHECKING:
    from rich.progress import Progress


class Silence:
    """Watches without a word."""

    def waits(self, what: str) -> None:
        pass

    def loaded(self, engine: EngineInfo) -> None:
        pass

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        pass

    def pieces(self, count: int) -> None:
        pass


@contextmanager
def watching(*, quiet: bool) -> Iterator[Observer]:
    """A progress line on a terminal's standard error, else silence.

    pre-commit gives its hooks a terminal that nobody watches and prints all of it afterwards.
    """
    if quiet or not sys.stderr.isatty() or os.environ.get("PRE_COMMIT"):
        yield Silence()
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Line(progress)


class _Line:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("looking for the engine", total=None)
        self._chunk = ""
        self._first_piece = 0.0

    def waits(self, what: str) -> None:
        self._say(plain_line(what))

    def loaded(self, engine: EngineInfo) -> None:
        self._say(f"{plain_line(engine.model)} is ready")

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        self._chunk = f"chunk {number} of {total}  {plain_line(path)}"
        self._say(self._chunk)

    def pieces(self, count: int) -> None:
        now = time.monotonic()
        if count <= 1:
            self._first_piece = now
        elif now > self._first_piece:
            rate = (count - 1) / (now - self._first_piece)
            self._say(f"{self._chunk}  {rate:.0f} tokens/s")

    def _say(self, text: str) -> None:
        self._progress.update(self._task, description=text)
