"""Show each finding to the model once more, by itself and without what was said before, to be
refuted.

A reader with a fresh context refutes what the writer would defend. The answer is one word, and
its probability counts, not the word. A finding whose second look fails keeps its confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from reviewbot.engines.base import Engine, OnPiece
from reviewbot.finding import Finding
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import STANDS, Renderer
from reviewbot.review.calibration import calibration
from reviewbot.review.calls import Calls
from reviewbot.review.contrast import odds
from reviewbot.review.kept import Kept
from reviewbot.review.limits import Limits
from reviewbot.review.observer import Observer
from reviewbot.review.outcomes import Outcome
from reviewbot.review.questions import Question, Word, answered
from reviewbot.review.said import Said


@dataclass(frozen=True, slots=True)
class Verifier:
    """Who is asked, and in which words. Its prompts are shorter than those of the review."""

    engine: Engine
    renderer: Renderer
    kept: Kept = field(default_factory=Kept)

    def ask(self, finding: Finding, chunk: Chunk, on_piece: OnPiece) -> Said:
        """Raises EngineError."""
        prompt = self.renderer.claim(finding, chunk)
        return Said(
            self.kept.answered(
                prompt, lambda: self.engine.complete(prompt, on_piece), lambda _: True
            )
        )

    def question(self, finding: Finding, chunk: Chunk) -> Question:
        kept = self.kept.find(self.renderer.claim(finding, chunk)) if self.kept.is_on else None
        return Question(chunk.path, partial(self.ask, finding, chunk), kept=kept)


def verified(
    outcomes: tuple[Outcome, ...],
    verifier: Verifier | None,
    calls: Calls,
    limits: Limits,
    observer: Observer,
) -> tuple[Outcome, ...]:
    """The outcomes with the confidence that a second look leaves. Without a verifier nothing is
    looked at again; nor is a breach of a team's rule, which is asked for as a defect and need be
    none."""
    if verifier is None:
        return outcomes
    questions = [
        verifier.question(finding, one.chunk)
        for one in outcomes
        for finding in one.findings
        if not finding.is_of_team
    ]
    words = answered(questions, calls, limits, observer)
    return tuple(_weighed(outcomes, words))


def _weighed(outcomes: Sequence[Outcome], words: Sequence[Word]) -> Iterator[Outcome]:
    word = iter(words)
    for one in outcomes:
        findings = (
            finding if finding.is_of_team else _surer(finding, next(word))
            for finding in one.findings
        )
        yield replace(one, findings=tuple(findings))


def _surer(finding: Finding, word: Word) -> Finding:
    stands = odds(word.completion, STANDS) if word.completion else None
    if stands is None:
        return finding
    return replace(finding, confidence=calibration().verified(finding.confidence, stands))
