"""An engine that many reviews have, one after the other or at once, and whether it was lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineUnavailable
from reviewbot.models.catalog import Family
from reviewbot.prompt import Completion, Prompt
from reviewbot.report import EngineInfo


@dataclass
class WatchedEngine:
    """The engine itself for who reviews; `is_lost` once it could not be reached."""

    engine: Engine
    is_lost: bool = False

    @property
    def info(self) -> EngineInfo:
        return self.engine.info

    @property
    def family(self) -> Family:
        return self.engine.family

    @property
    def slots(self) -> int | None:
        return self.engine.slots

    def count_tokens(self, prompt: Prompt) -> int | None:
        with self._noticed():
            return self.engine.count_tokens(prompt)

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        with self._noticed():
            return self.engine.complete(prompt, on_piece)

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        try:
            yield
        except EngineUnavailable:
            self.is_lost = True
            raise
