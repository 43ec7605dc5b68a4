"""Ask an engine about one chunk, and learn from its answer."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineError
from reviewbot.prompt import Completion
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.prompting.refit import fitted
from reviewbot.prompting.render import Renderer
from reviewbot.review.learner import TokenLearner


class Asker:
    """Any number of threads may ask at once."""

    def __init__(self, engine: Engine, renderer: Renderer, learner: TokenLearner) -> None:
        self._engine = engine
        self._renderer = renderer
        self._learner = learner

    def fitted(self, chunk: Chunk) -> Iterator[Chunk | Oversized]:
        """The chunk; or parts of it, where the replies so far have told that it does not fit."""
        return fitted(chunk, self._learner.budget)

    def ask(self, chunk: Chunk, on_piece: OnPiece) -> Completion:
        """Raises EngineError."""
        prompt = self._renderer.review(chunk)
        try:
            completion = self._engine.complete(prompt, on_piece)
        except EngineError as error:
            self._learner.refused(prompt, error.message)
            raise
        self._learner.learn(prompt, completion)
        return completion
