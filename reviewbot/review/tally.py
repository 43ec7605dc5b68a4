"""Count what an engine is asked, whatever is made of its answers."""

from __future__ import annotations

import threading
from collections import Counter

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineError
from reviewbot.models.catalog import Family
from reviewbot.prompt import Completion, Prompt
from reviewbot.report import EngineInfo, Usage


class Tally:
    """The engine, and what was asked of it so far. Any number of threads may use it at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def info(self) -> EngineInfo:
        return self._engine.info

    @property
    def family(self) -> Family:
        return self._engine.family

    @property
    def slots(self) -> int | None:
        return self._engine.slots

    @property
    def usage(self) -> Usage:
        with self._lock:
            return Usage(**self._counts)

    def count_tokens(self, prompt: Prompt) -> int | None:
        return self._engine.count_tokens(prompt)

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        """Raises EngineError."""
        try:
            completion = self._engine.complete(prompt, on_piece)
        except EngineError as error:
            self._add(failed_calls=1, retries=error.retries)
            raise
        self._add(
            calls=1,
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            cached_tokens=completion.cached_tokens,
            retries=completion.retries,
        )
        return completion

    def _add(self, **counts: int) -> None:
        with self._lock:
            self._counts.update(counts)
