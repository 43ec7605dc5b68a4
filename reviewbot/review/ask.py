"""Ask an engine about every chunk, and say of each what became of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.engines.base import Engine, Opener
from reviewbot.engines.learnt import FORGETFUL, Memory
from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.finding import Finding
from reviewbot.prompt import Completion
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.chunk import Chunk, Oversized, cut
from reviewbot.prompting.refit import fitted
from reviewbot.prompting.render import REPLY_TOKENS, Renderer
from reviewbot.report import EngineInfo
from reviewbot.review.anchor import anchored
from reviewbot.review.learner import TokenLearner
from reviewbot.review.reply import read_reply

# Tokens of code below which a prompt shows too little to be worth asking.
_LEAST_CODE = 128


class Observer(Protocol):
    """Who watches a review go on: the progress bar, or nobody."""

    def waits(self, what: str) -> None: ...
    def loaded(self, engine: EngineInfo) -> None: ...
    def chunk_begins(self, number: int, total: int, path: str) -> None: ...
    def pieces(self, count: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_chunks` calls at the most; `ends_at` on the monotonic clock is the deadline."""

    max_chunks: int | None = None
    ends_at: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one chunk. A `fault` means its lines were not (fully) reviewed."""

    chunk: Chunk
    findings: tuple[Finding, ...] = ()
    fault: str = ""
    dropped: int = 0
    completion: Completion | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was asked: outcomes, what fitted into no prompt, who answered, how long it took."""

    engine: EngineInfo | None = None
    outcomes: tuple[Outcome, ...] = ()
    oversized: tuple[Oversized, ...] = ()
    load_seconds: float = 0.0
    ask_seconds: float = 0.0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class _Asking:
    """What all prompts of a review have in common."""

    engine: Engine
    renderer: Renderer
    learner: TokenLearner


def ask_all(
    shown: Sequence[Excerpt],
    opener: Opener,
    limits: Limits,
    observer: Observer,
    memory: Memory = FORGETFUL,
) -> Asked:
    """Open the engine and ask about everything; an engine that cannot be opened is a fault."""
    begun = time.monotonic()
    asked = Asked()
    try:
        with opener() as engine:
            loaded = time.monotonic()
            observer.loaded(engine.info)
            renderer = Renderer(engine.family.layout, engine.family.sampling)
            budget = measured_budget(engine, renderer)
            learner = TokenLearner(engine.info, budget, renderer.review(None), memory)
            parts = tuple(cut(shown, learner.budget))
            chunks = [part for part in parts if isinstance(part, Chunk)]
            asking = _Asking(engine, renderer, learner)
            outcomes = tuple(_outcomes(chunks, asking, limits, observer))
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


def _outcomes(
    chunks: Sequence[Chunk], asking: _Asking, limits: Limits, observer: Observer
) -> Iterator[Outcome]:
    """One outcome for each chunk. Once the engine is gone, or a limit is reached, the rest fails
    with the same words and is not asked about."""
    gone = ""
    for number, total, part in _fitting(chunks, asking.learner):
        chunk, fault = _askable(part)
        gone = gone or _over(limits, number)
        if gone or fault:
            yield Outcome(chunk, fault=gone or fault)
            continue
        observer.chunk_begins(number, total, chunk.path)
        prompt = asking.renderer.review(chunk)
        try:
            completion = asking.engine.complete(prompt, observer.pieces)
        except EngineUnavailable as error:
            gone = error.message
            yield Outcome(chunk, fault=gone)
        except EngineError as error:
            asking.learner.refused(prompt, error.message)
            yield Outcome(chunk, fault=error.message)
        else:
            asking.learner.learn(prompt, completion)
            yield _judged(chunk, completion)


def _fitting(
    chunks: Sequence[Chunk], learner: TokenLearner
) -> Iterator[tuple[int, int, Chunk | Oversized]]:
    """The chunks with their numbers and how many there are by now. One that does not fit any more,
    by what the replies so far have told of the tokenizer, is cut once more."""
    waiting: deque[Chunk | Oversized] = deque(chunks)
    number = 0
    while waiting:
        part = waiting.popleft()
        if isinstance(part, Chunk):
            part, *more = fitted(part, learner.budget)
            waiting.extendleft(reversed(more))
        number += 1
        yield number, number + len(waiting), part


def _askable(part: Chunk | Oversized) -> tuple[Chunk, str]:
    """The part as a chunk, and why it cannot be asked about."""
    if isinstance(part, Chunk):
        return part, ""
    return Chunk(part.path, "", (part.line,)), "a line longer than any prompt may hold"


def _over(limits: Limits, number: int) -> str:
    if limits.max_chunks is not None and number > limits.max_chunks:
        return f"over the cap of {limits.max_chunks} chunks"
    if limits.ends_at is not None and time.monotonic() >= limits.ends_at:
        return "the deadline has passed"
    return ""


def _judged(chunk: Chunk, completion: Completion) -> Outcome:
    reply = read_reply(completion)
    claims = list(anchored(reply.candidates, chunk))
    findings = tuple(finding for finding in claims if finding is not None)
    return Outcome(chunk, findings, reply.fault, len(claims) - len(findings), completion)
