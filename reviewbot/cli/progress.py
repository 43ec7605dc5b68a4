"""What a person sees while a review goes on: chunk n of N, tokens a second, time gone by."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reviewbot.plain import inert, plain, plain_line, unlinked
from reviewbot.report import EngineInfo
from reviewbot.review.observer import Observer

if TYPE_CHECKING:
    from rich.progress import Progress

# Seconds after which a wait is told where no progress line stands: in a CI log, in an editor.
_LONG = 5.0


@contextmanager
def watching(*, quiet: bool, thoughts: bool = False, line: bool = True) -> Iterator[Observer]:
    """A progress line on a terminal's standard error; elsewhere a word about a long wait.
    `thoughts` prints what a thinking model thought. Without a `line` there is none on a terminal
    either: something else is written there.

    pre-commit gives its hooks a terminal that nobody watches and prints all of it afterwards.
    """
    hidden = quiet or bool(os.environ.get("PRE_COMMIT"))
    if hidden or not line or not sys.stderr.isatty():
        yield _Words(waits=not hidden, thoughts=thoughts)
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield _Line(progress, thoughts=thoughts)


class _Words:
    """Says that a long wait has begun, and the thoughts where they are wanted."""

    def __init__(self, *, waits: bool, thoughts: bool) -> None:
        self._waits = waits
        self._thoughts = thoughts
        self._timer: threading.Timer | None = None

    def waits(self, what: str) -> None:
        self._stop()
        if self._waits:
            self._timer = threading.Timer(
                _LONG, self._say, [inert(f"reviewbot: {plain_line(what)}\n")]
            )
            self._timer.daemon = True
            self._timer.start()

    def loaded(self, engine: EngineInfo) -> None:  # noqa: ARG002
        self._stop()

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        pass

    def pieces(self, count: int) -> None:
        pass

    def thought(self, path: str, text: str) -> None:
        if self._thoughts:
            self._say(_thought(path, text))

    def _stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _say(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


class _Line:
    def __init__(self, progress: Progress, *, thoughts: bool) -> None:
        self._progress = progress
        self._thoughts = thoughts
        self._task = progress.add_task("looking for the engine", total=None)
        self._chunk = ""
        # Pieces and time of the first one since the last chunk was begun.
        self._since: tuple[int, float] | None = None

    def waits(self, what: str) -> None:
        self._say(plain_line(what))

    def loaded(self, engine: EngineInfo) -> None:
        self._say(f"{plain_line(engine.model)} is ready")

    def chunk_begins(self, number: int, total: int, path: str) -> None:
        self._chunk = f"chunk {number} of {total}  {plain_line(path)}"
        self._since = None
        self._say(self._chunk)

    def pieces(self, count: int) -> None:
        now = time.monotonic()
        before, begun = self._since or (count, now)
        self._since = before, begun
        if now > begun:
            self._say(f"{self._chunk}  {(count - before) / (now - begun):.0f} tokens/s")

    def thought(self, path: str, text: str) -> None:
        if self._thoughts:
            self._progress.console.out(_thought(path, text), end="", highlight=False)

    def _say(self, text: str) -> None:
        self._progress.update(self._task, description=text)


def _thought(path: str, text: str) -> str:
    words = unlinked(plain(text.strip()))
    return inert(f"--- thought about {plain_line(path)}\n{words}\n\n")
