"""Open an engine, cut the change to its window, and ask about all of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reviewbot.change.prepare import Prepared
from reviewbot.engines.base import Engine, Opener
from reviewbot.errors import EngineError
from reviewbot.linters.base import Hit
from reviewbot.prompting.chunk import Chunk, Oversized, cut
from reviewbot.report import AskedWith, EngineInfo, Usage
from reviewbot.review.asker import Asker
from reviewbot.review.calls import Calls
from reviewbot.review.judge import Judge, Judgement, judged, placed, unjudged
from reviewbot.review.learner import TokenLearner
from reviewbot.review.limits import Limits
from reviewbot.review.manner import Asking, Manner, asking
from reviewbot.review.observer import Observer
from reviewbot.review.outcomes import Outcome, outcomes_of
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.refuter import Refuter
from reviewbot.review.tally import Tally
from reviewbot.review.verify import Verifier, verified
from reviewbot.review.width import Width


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was asked: outcomes, the word on each hit, what fitted into no prompt, who answered,
    how long it took."""

    engine: EngineInfo | None = None
    outcomes: tuple[Outcome, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    oversized: tuple[Oversized, ...] = ()
    load_seconds: float = 0.0
    ask_seconds: float = 0.0
    fault: str = ""
    usage: Usage = field(default_factory=Usage)
    way: AskedWith | None = None


@dataclass(frozen=True, slots=True)
class Questions:
    """What a model is to be asked about: the change, and what linters said of it."""

    prepared: Prepared
    hits: Sequence[Hit] = ()


def ask_all(
    questions: Questions, opener: Opener, limits: Limits, observer: Observer, manner: Manner
) -> Asked:
    """Open the engine and ask about everything; an engine that cannot be opened is a fault."""
    begun = time.monotonic()
    asked = Asked()
    try:
        with opener() as opened, Files(questions.prepared.texts) as files:
            loaded = time.monotonic()
            engine = Tally(opened)
            observer.loaded(engine.info)
            way = asking(engine, manner)
            empty = way.renderer.review(None)
            learner = TokenLearner(engine.info, way.budget, empty, manner.memory)
            parts = tuple(cut(questions.prepared.excerpts, learner.budget))
            width = Width(limits.slots or engine.slots, limits.timeout)
            calls = Calls(Asker(engine, way, learner), width, observer.pieces)
            refuter = Refuter(files, empty)
            chunks = [part for part in parts if isinstance(part, Chunk)]
            outcomes = outcomes_of(chunks, calls, limits, observer, refuter)
            verifier = Verifier(engine, way.renderer) if _verifies(way, engine) else None
            second = verified(outcomes, verifier, calls, limits, observer)
            judge = Judge(engine, way.renderer) if way.effort.judges else None
            places = list(placed(questions.hits, outcomes))
            asked = Asked(
                replace(engine.info, notes=engine.info.notes + way.notes),
                second.outcomes,
                judged(places, judge, calls, limits, observer),
                tuple(part for part in parts if isinstance(part, Oversized)),
                load_seconds=loaded - begun,
                ask_seconds=time.monotonic() - loaded,
                usage=engine.usage,
                way=AskedWith(empty.sampling, empty.think, way.effort.name),
            )
    except EngineError as error:
        told = f"{error.message}\n   {error.remedy}" if error.remedy else error.message
        hits = unjudged(questions.hits, error.message)
        return replace(asked, judgements=hits, fault=told)
    return asked


def _verifies(way: Asking, engine: Engine) -> bool:
    """A model that always thinks cannot answer with a word."""
    return way.effort.verifies and not engine.family.always_thinks
