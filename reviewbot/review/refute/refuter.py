"""Hold the findings of one chunk against what is known, and keep those that nothing disproves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reviewbot.finding import Finding
from reviewbot.prompt import Prompt
from reviewbot.prompting.chunk import Chunk
from reviewbot.review.refute.files import Files


@dataclass(frozen=True, slots=True)
class Held:
    """The findings that were kept, and how many were refuted by reason."""

    findings: tuple[Finding, ...]
    refuted: Mapping[str, int] = field(default_factory=dict)


class Refuter:
    """`shown` is a prompt with the worked examples that all prompts of the review have."""

    def __init__(self, files: Files, shown: Prompt) -> None:
        self._files = files
        self._shown = shown

    def held(self, findings: Sequence[Finding], chunk: Chunk) -> Held:
        if not findings:
            return Held(())
        from reviewbot.review.refute.answers import examples_of
        from reviewbot.review.refute.claim import Claim
        from reviewbot.review.refute.reason import Reason
        from reviewbot.review.refute.repeats import is_repeated
        from reviewbot.review.refute.rules import reason_against

        examples = examples_of(self._shown)
        kept: list[Finding] = []
        refuted: Counter[str] = Counter()
        for finding in findings:
            reason = reason_against(Claim(finding, chunk), self._files, examples)
            if reason is None and is_repeated(finding, kept):
                reason = Reason.REPEATED
            if reason is None:
                kept.append(finding)
            else:
                refuted[reason.value] += 1
        return Held(tuple(kept), dict(refuted))
