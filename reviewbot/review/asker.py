"""Ask an engine about one chunk, and learn from its answers."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineError, ReplyError
from reviewbot.prompt import Completion, Prompt
from reviewbot.prompting.budget import MARGIN_TOKENS, estimate_tokens
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.prompting.contrast import contrast_prompts, versions_of
from reviewbot.prompting.refit import fitted
from reviewbot.review.contrast import Contrast
from reviewbot.review.learner import TokenLearner
from reviewbot.review.manner import Asking
from reviewbot.review.said import Said


class Asker:
    """Any number of threads may ask at once."""

    def __init__(self, engine: Engine, way: Asking, learner: TokenLearner) -> None:
        self._engine = engine
        self._way = way
        self._learner = learner

    def fitted(self, chunk: Chunk) -> Iterator[Chunk | Oversized]:
        """The chunk; or parts of it, where the replies so far have told that it does not fit."""
        return fitted(chunk, self._learner.budget)

    def ask(self, chunk: Chunk, on_piece: OnPiece) -> Said:
        """Compare the versions of an edit, and ask what is wrong: openly, or where the old version
        is likely to be the better one, with the word that something is. Nothing more is asked
        where the effort takes the comparison's word for it. Raises EngineError."""
        contrast = self._contrast(chunk, on_piece)
        renderer, effort = self._way.renderer, self._way.effort
        doubt = contrast.doubt if contrast and contrast.tells else None
        if doubt is not None and doubt < effort.assurance:
            return Said(contrast=contrast)
        is_suspect = doubt is not None and doubt >= effort.suspicion
        prompt = renderer.suspect(chunk) if is_suspect else renderer.review(chunk)
        try:
            completion = self._engine.complete(prompt, on_piece)
        except EngineError as error:
            self._learner.refused(prompt, error.message)
            raise
        self._learner.learn(prompt, completion)
        sure = effort.unverified if doubt is None else doubt
        return Said(completion, contrast, sure, tuple(self._votes(prompt, on_piece)))

    def _votes(self, prompt: Prompt, on_piece: OnPiece) -> Iterator[Completion]:
        """More answers to a question that has one, which no failure takes away again."""
        for number in range(1, self._way.effort.votes):
            try:
                yield self._engine.complete(self._way.renderer.drawn(prompt, number), on_piece)
            except EngineError:
                return

    def _contrast(self, chunk: Chunk, on_piece: OnPiece) -> Contrast | None:
        """None where there is nothing to compare, no room for two versions, or no answer: the
        review goes on without it. An answer that tells nothing is still a call that counts.
        Raises EngineUnavailable."""
        thinks = self._engine.family.always_thinks  # and so cannot answer with a word
        versions = versions_of(chunk) if self._way.effort.contrast and not thinks else None
        if versions is None:
            return None
        prompts = contrast_prompts(versions, self._way.renderer.layout)
        budget = self._learner.budget
        if estimate_tokens(prompts[0].text) * budget.code_scale > budget.window - MARGIN_TOKENS:
            return None
        try:
            old_first, new_first = (self._engine.complete(one, on_piece) for one in prompts)
        except ReplyError:
            return None
        return Contrast(old_first, new_first, versions.grown)
