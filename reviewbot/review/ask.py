"""Open an engine, cut the change to its window, and ask about all of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.engines.base import Engine, Opener
from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.chunk import Chunk, Oversized, cut
from reviewbot.prompting.render import REPLY_TOKENS, Renderer
from reviewbot.report import EngineInfo
from reviewbot.review.calls import Calls
from reviewbot.review.observer import Observer
from reviewbot.review.outcomes import Limits, Outcome, outcomes_of
from reviewbot.review.width import Width

# Tokens of code below which a prompt shows too little to be worth asking.
_LEAST_CODE = 128


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was asked: outcomes, what fitted into no prompt, who answered, how long it took."""

    engine: EngineInfo | None = None
    outcomes: tuple[Outcome, ...] = ()
    oversized: tuple[Oversized, ...] = ()
    load_seconds: float = 0.0
    ask_seconds: float = 0.0
    fault: str = ""


def ask_all(shown: Sequence[Excerpt], opener: Opener, limits: Limits, observer: Observer) -> Asked:
    """Open the engine and ask about everything; an engine that cannot be opened is a fault."""
    begun = time.monotonic()
    asked = Asked()
    try:
        with opener() as engine:
            loaded = time.monotonic()
            observer.loaded(engine.info)
            renderer = Renderer(engine.family.layout, engine.family.sampling)
            parts = tuple(cut(shown, measured_budget(engine, renderer)))
            chunks = [part for part in parts if isinstance(part, Chunk)]
            calls = Calls(
                lambda chunk, on_piece: engine.complete(renderer.review(chunk), on_piece),
                observer.pieces,
            )
            width = Width(limits.slots or engine.slots, limits.timeout)
            outcomes = outcomes_of(chunks, calls, width, limits, observer)
            asked = Asked(
                engine.info,
                outcomes,
                tuple(part for part in parts if isinstance(part, Oversized)),
                load_seconds=loaded - begun,
                ask_seconds=time.monotonic() - loaded,
            )
    except EngineError as error:
        told = f"{error.message}\n   {error.remedy}" if error.remedy else error.message
        return replace(asked, fault=told)
    return asked


def measured_budget(engine: Engine, renderer: Renderer) -> Budget:
    """What one prompt may hold. Raises EngineUnavailable for a window too small to use."""
    empty = renderer.review(None)
    overhead = engine.count_tokens(empty)
    if overhead is None:
        overhead = estimate_tokens(empty.text)
    window = engine.info.window or 0
    budget = Budget(window, overhead, REPLY_TOKENS)
    if budget.code < _LEAST_CODE:
        raise EngineUnavailable(
            f"the context window of {engine.info.model} is {window} tokens; the instructions and"
            f" the reply alone take {overhead + REPLY_TOKENS}",
            "choose a model with a longer context",
        )
    return budget
