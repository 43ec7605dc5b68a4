"""Which version of an edit a model holds for the correct one, and what that is worth."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.prompt import Completion
from reviewbot.prompting.contrast import CHOICE
from reviewbot.review.calibration import calibration

# What a word is worth, in nats, that an engine gives without its probability: about as much as
# the surest edits of docs/quality.md.
_VOTE = 0.3


@dataclass(frozen=True, slots=True)
class Contrast:
    """A model's answers with the old code read first, and with the new code read first. `grown` is
    how many characters longer the new one is."""

    old_first: Completion
    new_first: Completion
    grown: int

    @property
    def preference(self) -> float:
        """The log-odds, in nats, that the new version is the correct one.

        The mean over both orders cancels what the model gives to a place: it prefers the version
        that it read first by 0.5 to 1 nat (Qwen2.5-Coder-1.5B), more than most edits are worth.
        """
        return ((odds(self.new_first) or 0.0) - (odds(self.old_first) or 0.0)) / 2

    @property
    def tells(self) -> bool:
        """Whether both answers are one: a model that begins to think out loud gives none."""
        return odds(self.old_first) is not None and odds(self.new_first) is not None

    @property
    def doubt(self) -> float:
        """How likely it is that the new version is the wrong one, from 0 to 1."""
        return calibration().doubt(self.preference, self.grown)


def odds(completion: Completion, choice: tuple[str, str] = CHOICE) -> float | None:
    """The log-odds, in nats, of the first word of a choice over the second. A word that is not
    among the likeliest is taken to be as likely as the last of them, which it is at most. Without
    probabilities the answer is a vote. None for an answer that is neither word."""
    words = dict(completion.likeliest)
    first, second = (words.get(word.casefold()) for word in choice)
    if first is None and second is None:
        votes = {choice[0].casefold(): _VOTE, choice[1].casefold(): -_VOTE}
        return votes.get(completion.text.strip().casefold())
    least = min(words.values())
    return (least if first is None else first) - (least if second is None else second)
