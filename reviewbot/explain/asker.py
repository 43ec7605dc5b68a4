"""Ask one engine about one change, within the limits of the run."""

from __future__ import annotations

from collections.abc import Callable

from reviewbot.engines.base import Engine
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.explain.questions import Questions
from reviewbot.prompt import Finish, Prompt
from reviewbot.review.contrast import odds
from reviewbot.review.limits import Limits, over
from reviewbot.review.observer import Observer


class Asker:
    """Asks one engine about one change, within the limits."""

    def __init__(
        self, engine: Engine, questions: Questions, limits: Limits, observer: Observer
    ) -> None:
        self._engine = engine
        self.questions = questions
        self._limits = limits
        self._observer = observer
        self._calls = 0

    def ask(self, prompt: Prompt, title: str, on_text: Callable[[str], None]) -> str:
        """The reply. Raises EngineError, also over a limit and for one that was cut."""
        self._calls += 1
        if why := over(self._limits, self._calls):
            raise EngineUnavailable(why)
        self._observer.chunk_begins(self._calls, self._calls, title)
        completion = self._engine.complete(prompt, _collecting(on_text, self._observer))
        if completion.finish is not Finish.STOP:
            raise ReplyError("the reply was cut at its length limit")
        return completion.text

    def odds(self, prompt: Prompt) -> float | None:
        """Log-odds of yes, in nats; None from a model that cannot answer with a word."""
        if self._engine.family.always_thinks:
            return None
        completion = self._engine.complete(prompt, lambda _: None)
        return odds(completion, prompt.choice or ("", ""))


def _collecting(on_text: Callable[[str], None], observer: Observer) -> Callable[[str], None]:
    written: list[str] = []

    def on_piece(piece: str) -> None:
        written.append(piece)
        observer.pieces(len(written))
        on_text("".join(written))

    return on_piece
