"""Who watches a review go on: the progress line of a terminal, or nobody."""

from __future__ import annotations

from typing import Protocol

from reviewbot.report import EngineInfo


class Observer(Protocol):
    """`pieces` counts all that was written so far, and comes from other threads than the rest."""

    def waits(self, what: str) -> None: ...
    def loaded(self, engine: EngineInfo) -> None: ...
    def chunk_begins(self, number: int, total: int, path: str) -> None: ...
    def pieces(self, count: int) -> None: ...
    def thought(self, path: str, text: str) -> None: ...
