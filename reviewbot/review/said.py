"""What an engine said of a chunk, in all the calls that were made about it."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.prompt import Completion
from reviewbot.review.anchor import UNVERIFIED
from reviewbot.review.contrast import Contrast


@dataclass(frozen=True, slots=True)
class Said:
    """The reply to the review's prompt, `votes` drawn for the same question, and, of an edit, the
    contrast of its versions. There is no review where the contrast left no doubt. `confidence` is
    that of a finding in the review, `ruled` that of one by a team's rule, of which a contrast
    knows nothing."""

    review: Completion | None = None
    contrast: Contrast | None = None
    confidence: float = UNVERIFIED
    votes: tuple[Completion, ...] = ()
    ruled: float = UNVERIFIED

    @property
    def is_kept(self) -> bool:
        """Whether nobody was asked for any of it."""
        return all(completion.kept for completion in self.completions)

    @property
    def read(self) -> int:
        """The tokens that the engine read before its first word, which was asked for first; 0
        where it does not tell, or nobody was asked."""
        asked = [one for one in self.completions if not one.kept]
        return asked[0].prompt_tokens - asked[0].cached_tokens if asked else 0

    @property
    def retries(self) -> int:
        return sum(completion.retries for completion in self.completions)

    @property
    def completions(self) -> tuple[Completion, ...]:
        """In the order in which they were asked for."""
        compared = self.contrast
        said = (compared.old_first, compared.new_first) if compared else ()
        return (*said, *((self.review,) if self.review else ()), *self.votes)
