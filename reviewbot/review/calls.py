"""Calls to an engine that are under way, each in a thread of its own.

The threads are daemons, because one that waits for a server's next byte must not keep the process
after Ctrl-C.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Protocol

from reviewbot.engines.base import OnPiece
from reviewbot.errors import EngineError
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.review.latency import Span
from reviewbot.review.said import Said
from reviewbot.review.width import Width


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of call `number`: what was said, or an error."""

    number: int
    said: Said | None = None
    error: Exception | None = None
    span: Span | None = None


Ask = Callable[[OnPiece], Said]


class Asks(Protocol):
    """Who asks about a chunk; see `Asker`."""

    def fitted(self, chunk: Chunk) -> Iterable[Chunk | Oversized]: ...
    def recall(self, chunk: Chunk, /) -> Said | None: ...
    def ask(self, chunk: Chunk, on_piece: OnPiece) -> Said: ...


def _is_open() -> None:
    pass


class Calls:
    """The calls that are under way, as many at once as the width allows; `begun` counts all that
    were, and `gone` says why no more is to be asked: in full in `fault`, where the engine could
    not be opened."""

    def __init__(
        self,
        asker: Asks,
        width: Width,
        on_pieces: Callable[[int], None],
        opens: Callable[[], None] = _is_open,
    ) -> None:
        """`opens` opens the engine where it is not, and may raise EngineError."""
        self.asker = asker
        self._opens = opens
        self._width = width
        self._on_pieces = on_pieces
        self._answers: SimpleQueue[Answer] = SimpleQueue()
        self._pieces = 0
        self._lock = threading.Lock()
        self.under_way = 0
        self.begun = 0
        self.gone = ""
        self.fault = ""

    @property
    def has_room(self) -> bool:
        return self.under_way < self._width.now

    def opened(self) -> str:
        """Open the engine before it is asked; why it cannot be, else nothing."""
        try:
            self._opens()
        except EngineError as error:
            self.fault = error.told
            self.gone = error.message
        return self.gone

    def start(self, number: int, chunk: Chunk) -> None:
        self.begin(number, partial(self.asker.ask, chunk))

    def begin(self, number: int, ask: Ask) -> None:
        self.under_way += 1
        self.begun += 1
        threading.Thread(target=self._call, args=(number, ask), daemon=True).start()

    def next(self) -> Answer:
        """The next answer that comes in."""
        answer = self._answers.get()
        self.under_way -= 1
        if answer.span:
            self._width.saw(answer.span)
        return answer

    def _call(self, number: int, ask: Ask) -> None:
        asked = time.monotonic()
        first: list[float] = []

        def on_piece(_: str) -> None:
            first[:] = first or [time.monotonic()]
            with self._lock:
                self._pieces += 1
                self._on_pieces(self._pieces)

        try:
            said = ask(on_piece)
        except Exception as error:  # noqa: BLE001  (told or raised again by the thread that waits)
            retries = error.retries if isinstance(error, EngineError) else 0
            span = _span(asked, first, 0, retries) if retries else None
            self._answers.put(Answer(number, error=error, span=span))
        else:
            span = _span(asked, first, said.read, said.retries)
            self._answers.put(Answer(number, said, span=span))


def _span(asked: float, first: Sequence[float], read: int, retries: int) -> Span:
    now = time.monotonic()
    return Span(asked, first[0] if first else now, now, read, retries)
