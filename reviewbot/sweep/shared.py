"""One engine for all reviews of a sweep, which stays loaded, and is opened again after it was lost.

Reviews go on at the same time, so no more calls are let through at once than it has slots. An
engine that does not tell is lent to one review at a time, which finds out by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from reviewbot.engines.base import Engine, OnPiece, Opener
from reviewbot.engines.watched import WatchedEngine
from reviewbot.prompt import Completion, Prompt


class _Lent(WatchedEngine):
    """The engine as one review sees it."""

    def __init__(self, engine: Engine, gate: AbstractContextManager[object]) -> None:
        super().__init__(engine)
        self._gate = gate

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        with self._gate:
            return super().complete(prompt, on_piece)


class SharedEngine:
    """Any number of threads may borrow it."""

    def __init__(self, opener: Opener, slots: int | None) -> None:
        """`slots` is the user's word on how many prompts it answers at once."""
        self._opener = opener
        self._asked_slots = slots
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self._stack = ExitStack()
        self._engine: Engine | None = None
        self._gate: AbstractContextManager[object] = nullcontext()

    def __enter__(self) -> SharedEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def open(self) -> Engine:
        """Raises EngineError where it cannot be opened."""
        with self._lock:
            if self._engine is None:
                self._engine = self._stack.enter_context(self._opener())
                slots = self._asked_slots or self._engine.slots
                self._gate = threading.BoundedSemaphore(slots) if slots else nullcontext()
            return self._engine

    @property
    def slots(self) -> int:
        """Reviews that have something to ask at the same time."""
        return self._asked_slots or self.open().slots or 1

    def loan(self) -> Loan:
        return Loan(self)

    @contextmanager
    def lend(self, loan: Loan) -> Iterator[Engine]:
        """Raises EngineError where it cannot be opened."""
        engine = self.open()
        is_told = self._asked_slots or engine.slots
        with nullcontext() if is_told else self._alone:
            lent = _Lent(engine, self._gate)
            try:
                yield lent
            finally:
                loan.lost = loan.lost or lent.is_lost
                if lent.is_lost:
                    self._drop(engine)

    def _drop(self, engine: Engine) -> None:
        """Close an engine that was lost, once, however many reviews lost it."""
        with self._lock:
            if self._engine is engine:
                self._engine = None
                self._stack.close()


class Loan:
    """What one review has of the engine, and whether it was `lost` meanwhile."""

    def __init__(self, shared: SharedEngine) -> None:
        self._shared = shared
        self.lost = False

    def open(self) -> AbstractContextManager[Engine]:
        """As an opener does."""
        return self._shared.lend(self)
