"""The engine as a review sees it: opened when the first prompt needs it, where all that must be
known before is remembered; at once where it is not.

What was reckoned by memory holds for the engine that was remembered alone. One that turns out to
be another on opening ends the asking (`OtherEngineError`) before anything was asked of it, and it
is begun anew: no report names a model for what another one said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace

from reviewbot.engines.base import Engine, OnPiece, Opener
from reviewbot.errors import EngineUnavailable
from reviewbot.models.catalog import Family
from reviewbot.prompt import Completion, Prompt
from reviewbot.report import EngineInfo
from reviewbot.review.kept import Kept
from reviewbot.review.opening import Keeping, Opening, Openings, family_named, prompt_digest

OnLoaded = Callable[[EngineInfo], None]


class OtherEngineError(Exception):
    """The engine is not the one that was remembered."""


class Lent:
    """An engine that may not be open yet. `open` is for one thread alone; once it is open, as many
    use it as it has slots."""

    def __init__(
        self, opener: Opener, stack: ExitStack, on_loaded: OnLoaded, keeping: Keeping | None
    ) -> None:
        self._opener = opener
        self._stack = stack
        self._on_loaded = on_loaded
        self._keeping = keeping
        self._openings = Openings(keeping.here, keeping.terms) if keeping else None
        self._engine: Engine | None = None
        self._known: Opening | None = None
        self.load_seconds = 0.0

    def begin(self) -> None:
        """Remember the engine, or open it. Raises EngineError."""
        self._known = self._openings.last() if self._openings else None
        if self._known is None:
            self.open()
        elif self._known.is_doubtful:
            with suppress(EngineUnavailable, OtherEngineError):
                self.open()

    @property
    def is_open(self) -> bool:
        return self._engine is not None

    @property
    def info(self) -> EngineInfo:
        return self._engine.info if self._engine else self._remembered.info

    @property
    def family(self) -> Family:
        return self._engine.family if self._engine else family_named(self._remembered.family)

    @property
    def slots(self) -> int | None:
        return self._engine.slots if self._engine else self._remembered.slots

    @property
    def kept(self) -> Kept:
        if self._keeping is None:
            return Kept()
        return Kept(self._keeping.of(self.info), self._keeping.terms.who(self.info))

    def open(self) -> None:
        """Open it, unless it is. Raises EngineError, OtherEngineError."""
        if self._engine is not None:
            return
        begun = time.monotonic()
        engine = self._stack.enter_context(self._opener())
        self.load_seconds = time.monotonic() - begun
        self._on_loaded(engine.info)
        before, self._engine = self._known, engine
        if self._openings is None:
            return
        self._known = self._openings.now(engine)
        if before is not None and not before.is_of(self._known):
            self._openings.keep(self._known)
            raise OtherEngineError
        self._known = replace(self._known, counts=before.counts if before else {})
        self._openings.keep(self._known)

    def count_tokens(self, prompt: Prompt) -> int | None:
        key = prompt_digest(prompt)
        if self._known is not None and key in self._known.counts:
            return self._known.counts[key]
        self.open()
        assert self._engine is not None  # noqa: S101
        count = self._engine.count_tokens(prompt)
        if self._openings is not None and self._known is not None:
            # One is enough: the prompt without code, of the templates that hold now.
            self._known = replace(self._known, counts={key: count})
            self._openings.keep(self._known)
        return count

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        assert self._engine is not None  # noqa: S101
        return self._engine.complete(prompt, on_piece)

    @property
    def _remembered(self) -> Opening:
        assert self._known is not None  # noqa: S101
        return self._known


@contextmanager
def lent(opener: Opener, on_loaded: OnLoaded, keeping: Keeping | None) -> Iterator[Lent]:
    """An engine until the end of the review. Raises EngineError where it must be opened at once
    and cannot be."""
    with ExitStack() as stack:
        engine = Lent(opener, stack, on_loaded, keeping)
        engine.begin()
        yield engine
