"""Ask the model of each hit of a linter whether it is a real defect; where it cannot say, the hit
stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from reviewbot.changeset import LineKind
from reviewbot.engines.base import Engine, OnPiece
from reviewbot.engines.thought import apart
from reviewbot.linters.base import Hit
from reviewbot.prompt import Completion, Finish
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import Renderer
from reviewbot.review.calls import Calls
from reviewbot.review.kept import Kept
from reviewbot.review.limits import Limits
from reviewbot.review.observer import Observer
from reviewbot.review.outcomes import Outcome
from reviewbot.review.questions import Question, Word, answered
from reviewbot.review.said import Said

_TOO_SMALL = "a model of this size is not asked"
_REAL = re.compile(r'"real"\s*:\s*(true|false)\b')


@dataclass(frozen=True, slots=True)
class Judgement:
    """The model's word on a hit; `unjudged` says why there is none."""

    hit: Hit
    real: bool = True
    unjudged: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """Who is asked, and in which words. Its prompts are shorter than those of the review, so a
    chunk that fitted there fits here; and they are others, so they teach nothing about those."""

    engine: Engine
    renderer: Renderer
    kept: Kept = field(default_factory=Kept)

    def ask(self, hit: Hit, chunk: Chunk, on_piece: OnPiece) -> Said:
        """Raises EngineError."""
        prompt = self.renderer.hit(hit, chunk)
        return Said(
            self.kept.answered(
                prompt,
                lambda: self.engine.complete(prompt, on_piece),
                lambda completion: _real(completion) is not None,
            )
        )

    def recall(self, hit: Hit, chunk: Chunk) -> Completion | None:
        """What was answered before."""
        return self.kept.find(self.renderer.hit(hit, chunk)) if self.kept.is_on else None


def judged(
    places: Sequence[tuple[Hit, Outcome | None]],
    judge: Judge | None,
    calls: Calls,
    limits: Limits,
    observer: Observer,
) -> tuple[Judgement, ...]:
    """A judgement for each hit, in their order; each stands beside what became of the chunk that
    shows it. The calls count as those of the review do, and end where those end. Without a judge
    all hits stay."""
    if judge is None:
        return unjudged((hit for hit, _ in places), _TOO_SMALL)
    questions = [_question(judge, hit, outcome) for hit, outcome in places]
    words = answered(questions, calls, limits, observer)
    return tuple(_judgement(hit, word) for (hit, _), word in zip(places, words, strict=True))


def unjudged(hits: Iterable[Hit], why: str) -> tuple[Judgement, ...]:
    """The hits where no model could be asked."""
    return tuple(Judgement(hit, unjudged=why) for hit in hits)


def placed(
    hits: Iterable[Hit], outcomes: Sequence[Outcome]
) -> Iterator[tuple[Hit, Outcome | None]]:
    """Each hit with the outcome of the chunk that answers for its line."""
    homes = {
        (outcome.chunk.path, line.new_no): outcome
        for outcome in outcomes
        for line in outcome.chunk.own
        if line.kind is LineKind.ADDED
    }
    for hit in hits:
        yield hit, homes.get((hit.path, hit.line))


def _question(judge: Judge, hit: Hit, outcome: Outcome | None) -> Question:
    """A chunk that no model could read is not shown to it once more."""
    if outcome is None:
        return Question(hit.path, _never, "its line fits into no prompt")
    why_not = outcome.fault if outcome.said is None else ""
    kept = None if why_not else judge.recall(hit, outcome.chunk)
    return Question(hit.path, partial(judge.ask, hit, outcome.chunk), why_not, kept)


def _never(_: OnPiece) -> Said:
    raise AssertionError  # a question that is not to be asked


def _judgement(hit: Hit, word: Word) -> Judgement:
    if word.completion is None:
        return Judgement(hit, unjudged=word.fault)
    real = _real(word.completion)
    if real is None:
        return Judgement(hit, unjudged="the reply is not what was asked for")
    return Judgement(hit, real)


def _real(completion: Completion) -> bool | None:
    """None where the reply is cut, or says neither or both."""
    _, text = apart(completion.text)
    words = set(_REAL.findall(text))
    return words == {"true"} if completion.finish is Finish.STOP and len(words) == 1 else None
