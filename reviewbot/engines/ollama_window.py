"""The context window that a model of Ollama is asked for: the user's, or one that serves a review.

It is one constant `num_ctx`, since any change of it loads the model again. So without the user's
word a model that is in memory with room enough is used with its own window, whoever loaded it.
With it, the window is that one and no other: who asks for less wants the memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reviewbot.engines.ollama_server import Loaded
from reviewbot.engines.ollama_think import Thinking
from reviewbot.models.catalog import family_of
from reviewbot.prompt import THOUGHT_TOKENS, Think
from reviewbot.prompting.budget import USUAL_WINDOW

# Tokens without a thought; a smaller trained context wins.
WINDOW = USUAL_WINDOW


@dataclass(frozen=True, slots=True)
class Wish:
    """The user's word, where there is one: tokens of the window, and how long to think."""

    window: int | None = None
    think: Think | None = None


NO_WISH = Wish()


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens: `asked` by the user, `trained` as the model was, where each is known; `wanted` is
    what a review asks for, never more than was trained."""

    wanted: int
    asked: int | None = None
    trained: int | None = None

    @classmethod
    def of(cls, model: str, shown: dict[str, Any], wish: Wish) -> Window:
        trained = trained_window(shown)
        wanted = wish.window or _usual(model, shown, wish.think)
        return cls(min(wanted, trained or wanted), wish.window, trained)

    def suits(self, loaded: Loaded) -> bool:
        """Whether a model in memory is used as it is."""
        return loaded.context == self.wanted if self.asked else loaded.context >= self.wanted

    def real(self, num_ctx: int, loaded: Loaded | None) -> int:
        """What holds of a `num_ctx`: before 0.30 `/api/ps` tells what was asked for, which may be
        over what was trained."""
        return min(
            tokens for tokens in (num_ctx, self.trained, loaded and loaded.context) if tokens
        )

    def notes(self, model: str, real: int) -> tuple[str, ...]:
        """Where the user's word does not hold, why."""
        if not self.asked or real >= self.asked:
            return ()
        why = "was trained with no more" if real == self.trained else "was loaded with no more"
        return (f"the window is {real} tokens, not {self.asked}: {model} {why}",)


def trained_window(shown: dict[str, Any]) -> int | None:
    """`<architecture>.context_length` of an `/api/show` answer."""
    facts = shown.get("model_info") or {}
    length = facts.get(f"{facts.get('general.architecture')}.context_length")
    return int(length) if length else None


def _usual(model: str, shown: dict[str, Any], think: Think | None) -> int:
    """Without the user's word: room for a review, and for a thought of a model that thinks."""
    level = Thinking.of(shown).level(think or family_of(model).think)
    return WINDOW + THOUGHT_TOKENS[level]
