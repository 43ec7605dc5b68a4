"""Cut the change to an engine's window, and ask about all of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reviewbot.change.prepare import Prepared
from reviewbot.engines.base import Engine, Opener
from reviewbot.errors import EngineError
from reviewbot.linters.base import Hit
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.report import AskedWith, EngineInfo, Usage
from reviewbot.review.asker import Asker
from reviewbot.review.calls import Calls
from reviewbot.review.judge import Judge, Judgement, judged, placed, unjudged
from reviewbot.review.learner import TokenLearner
from reviewbot.review.lent import Lent, OtherEngineError, lent
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
    """Ask about everything. The engine is opened where the cache does not hold all of it; one that
    cannot be opened is a fault."""
    begun = time.monotonic()
    engine: Lent | None = None
    asked: Asked | None = None
    try:
        with (
            lent(opener, observer.loaded, manner.keeping) as engine,
            Files(questions.prepared.texts) as files,
        ):
            work = _Work(questions, limits, observer, manner, files)
            try:
                asked = _asked(work, engine)
            except OtherEngineError:  # nothing was asked of it yet
                asked = _asked(work, engine)
    except EngineError as error:
        # One that fails to close has answered all the same.
        asked = asked or Asked(judgements=unjudged(questions.hits, error.message))
        asked = replace(asked, fault=error.told)
    load = engine.load_seconds if engine else time.monotonic() - begun
    return replace(asked, load_seconds=load, ask_seconds=time.monotonic() - begun - load)


@dataclass(frozen=True, slots=True)
class _Work:
    """All that is to be done with an engine, and what it is done with."""

    questions: Questions
    limits: Limits
    observer: Observer
    manner: Manner
    files: Files


def _asked(work: _Work, engine: Lent) -> Asked:
    """Raises OtherEngineError, EngineError."""
    limits, observer, manner = work.limits, work.observer, work.manner
    way, tally, kept = asking(engine, manner), Tally(engine), engine.kept
    empty = way.renderer.review(None)
    asker = Asker(tally, way, TokenLearner(engine.info, way.budget, empty, manner.memory), kept)
    parts = tuple(asker.cut(work.questions.prepared.excerpts))
    width = Width(limits.slots or engine.slots, limits.timeout, limits.refusals)
    calls = Calls(asker, width, observer.pieces, engine.open)
    chunks = [part for part in parts if isinstance(part, Chunk)]
    outcomes = outcomes_of(chunks, calls, limits, observer, Refuter(work.files, empty))
    verifier = Verifier(tally, way.renderer, kept) if _verifies(way, tally) else None
    looked_at = verified(outcomes, verifier, calls, limits, observer)
    judge = Judge(tally, way.renderer, kept) if way.effort.judges else None
    places = list(placed(work.questions.hits, outcomes))
    judgements = judged(places, judge, calls, limits, observer)
    # What is remembered of an engine is no word on who answered.
    named = engine.is_open or any(outcome.said for outcome in outcomes)
    return Asked(
        replace(engine.info, notes=engine.info.notes + way.notes) if named else None,
        looked_at,
        judgements,
        tuple(part for part in parts if isinstance(part, Oversized)),
        fault=calls.fault,
        usage=tally.usage,
        way=AskedWith(empty.sampling, empty.think, way.effort.name) if named else None,
    )


def _verifies(way: Asking, engine: Engine) -> bool:
    """A model that always thinks cannot answer with a word."""
    return way.effort.verifies and not engine.family.always_thinks
