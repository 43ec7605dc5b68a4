"""Ask an engine about one chunk, and learn from its answers; what is kept is not asked again.

Where a chunk ends follows from what was learnt of a tokenizer by then, and so may differ from one
run to the next where windows are small. The sizes that chunks were cut to are kept with the
replies, and a file is cut to the one that leaves the least to ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.engines.base import Engine, OnPiece
from reviewbot.errors import EngineError, ReplyError
from reviewbot.prompt import Completion, Prompt
from reviewbot.prompting.budget import MARGIN_TOKENS, estimate_tokens
from reviewbot.prompting.chunk import Chunk, Oversized, cut
from reviewbot.prompting.contrast import contrast_prompts, versions_of
from reviewbot.prompting.refit import fitted
from reviewbot.review.contrast import Contrast
from reviewbot.review.kept import Kept
from reviewbot.review.learner import TokenLearner
from reviewbot.review.manner import Asking
from reviewbot.review.reply import read_reply
from reviewbot.review.said import Said
from reviewbot.review.sizes import Sizes

_Complete = Callable[[Prompt], Completion]


class _NotKeptError(Exception):
    """An engine would have to be asked."""


class Asker:
    """Any number of threads may ask at once; one cuts and recalls."""

    def __init__(
        self, engine: Engine, way: Asking, learner: TokenLearner, kept: Kept | None = None
    ) -> None:
        self._engine = engine
        self._way = way
        self._learner = learner
        self._kept = kept or Kept()
        self._sizes = Sizes(self._kept, way.budget)

    def cut(self, excerpts: Iterable[Excerpt]) -> Iterator[Chunk | Oversized]:
        """Chunks, each file's cut as it leaves the least to ask about."""
        budgets = self._sizes.also(self._learner.budget)
        for _, group in groupby(excerpts, key=lambda excerpt: excerpt.path):
            of_file = tuple(group)
            ways = [(budget, tuple(cut(of_file, budget))) for budget in budgets]
            budget, parts = ways[0]
            if len(ways) > 1:
                budget, parts = min(ways, key=lambda way: self._unknown(way[1]))
            self._sizes.used(budget)
            yield from parts

    def fitted(self, chunk: Chunk) -> Sequence[Chunk | Oversized]:
        """The chunk; or parts of it, where the replies so far have told that it does not fit."""
        if parts := self._parts_before(chunk):
            return parts
        now = self._learner.budget
        parts = tuple(fitted(chunk, now))
        if parts != (chunk,):
            self._sizes.recut(chunk, now)
        return parts

    def ask(self, chunk: Chunk, on_piece: OnPiece) -> Said:
        """Compare the versions of an edit, and ask what is wrong: openly, or where the old version
        is likely to be the better one, with the word that something is. Nothing more is asked
        where the effort takes the comparison's word for it, unless a team's rule holds for the
        lines: the comparison knows none. Raises EngineError."""
        return self._said(chunk, lambda prompt: self._completed(prompt, on_piece))

    def recall(self, chunk: Chunk) -> Said | None:
        """What `ask` would say, where nobody needs to be asked for it."""
        if not self._kept.is_on:
            return None
        try:
            return self._said(chunk, self._recalled)
        except _NotKeptError:
            return None

    def _said(self, chunk: Chunk, complete: _Complete) -> Said:
        contrast = self._contrast(chunk, complete)
        renderer, effort = self._way.renderer, self._way.effort
        doubt = contrast.doubt if contrast and contrast.tells else None
        if doubt is not None and doubt < effort.assurance and not chunk.rules:
            return Said(contrast=contrast)
        is_suspect = doubt is not None and doubt >= effort.suspicion
        prompt = renderer.suspect(chunk) if is_suspect else renderer.review(chunk)
        completion = self._learnt_from(prompt, complete)
        sure = effort.unverified if doubt is None else doubt
        votes = tuple(self._votes(prompt, complete))
        return Said(completion, contrast, sure, votes, effort.unverified)

    def _votes(self, prompt: Prompt, complete: _Complete) -> Iterator[Completion]:
        """More answers to a question that has one, which no failure takes away again."""
        for number in range(1, self._way.effort.votes):
            drawn = self._way.renderer.drawn(prompt, number)
            try:
                yield complete(drawn)
            except EngineError:
                return

    def _learnt_from(self, prompt: Prompt, complete: _Complete) -> Completion:
        try:
            completion = complete(prompt)
        except EngineError as error:
            self._learner.refused(prompt, error.message)
            raise
        if not completion.kept:
            self._learner.learn(prompt, completion)
        return completion

    def _contrast(self, chunk: Chunk, complete: _Complete) -> Contrast | None:
        """None where there is nothing to compare, no room for two versions, or no answer: the
        review goes on without it. An answer that tells nothing is still a call that counts.
        Raises EngineUnavailable."""
        thinks = self._engine.family.always_thinks  # and so cannot answer with a word
        versions = versions_of(chunk) if self._way.effort.contrast and not thinks else None
        if versions is None:
            return None
        prompts = contrast_prompts(versions, self._way.renderer.layout)
        if not self._has_room(prompts[0]) and self._kept.find(prompts[0]) is None:
            return None
        try:
            old_first, new_first = map(complete, prompts)
        except ReplyError:
            return None
        return Contrast(old_first, new_first, versions.grown)

    def _has_room(self, prompt: Prompt) -> bool:
        budget = self._learner.budget
        return estimate_tokens(prompt.text) * budget.code_scale <= budget.window - MARGIN_TOKENS

    def _completed(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        return self._kept.answered(
            prompt,
            lambda: self._engine.complete(prompt, on_piece),
            lambda completion: bool(prompt.choice) or _is_readable(completion),
        )

    def _recalled(self, prompt: Prompt) -> Completion:
        found = self._kept.find(prompt)
        if found is None:
            raise _NotKeptError
        return found

    def _unknown(self, parts: Iterable[Chunk | Oversized]) -> int:
        """Changed lines that somebody would have to be asked about."""
        unknown = 0
        for chunk in parts:
            if isinstance(chunk, Chunk) and self.recall(chunk) is None:
                before = self._parts_before(chunk)
                unknown += self._unknown(before) if before else chunk.changed
        return unknown

    def _parts_before(self, chunk: Chunk) -> tuple[Chunk | Oversized, ...]:
        """The parts that a chunk had to be cut to, the last time; none where it had not."""
        budget = self._sizes.of_parts(chunk)
        parts = tuple(fitted(chunk, budget)) if budget else ()
        return () if parts == (chunk,) else parts


def _is_readable(completion: Completion) -> bool:
    """A reply that cannot be read is not kept: it is asked for again."""
    return not read_reply(completion).fault
