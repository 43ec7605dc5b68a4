"""Ask an engine about every chunk, and say of each what became of it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.engines.base import Engine, Opener
from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.finding import Finding
from reviewbot.prompt import Completion
from reviewbot.prompting.chunk import Chunk, Oversized, cut
from reviewbot.prompting.render import Renderer
from reviewbot.report import EngineInfo
from reviewbot.review.anchor import anchored
from reviewbot.review.manner import Manner, asking
from reviewbot.review.reply import read_reply


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


def ask_all(
    shown: Sequence[Excerpt], opener: Opener, limits: Limits, observer: Observer, manner: Manner
) -> Asked:
    """Open the engine and ask about everything; an engine that cannot be opened is a fault."""
    begun = time.monotonic()
    asked = Asked()
    try:
        with opener() as engine:
            loaded = time.monotonic()
            observer.loaded(engine.info)
            way = asking(engine, manner)
            parts = tuple(cut(shown, way.budget))
            chunks = [part for part in parts if isinstance(part, Chunk)]
            outcomes = tuple(_outcomes(chunks, engine, way.renderer, limits, observer))
            asked = Asked(
                replace(engine.info, notes=engine.info.notes + way.notes),
                outcomes,
                tuple(part for part in parts if isinstance(part, Oversized)),
                load_seconds=loaded - begun,
                ask_seconds=time.monotonic() - loaded,
            )
    except EngineError as error:
        told = f"{error.message}\n   {error.remedy}" if error.remedy else error.message
        return replace(asked, fault=told)
    return asked


def _outcomes(
    chunks: Sequence[Chunk], engine: Engine, renderer: Renderer, limits: Limits, observer: Observer
) -> Iterator[Outcome]:
    """One outcome for each chunk. Once the engine is gone, or a limit is reached, the rest fails
    with the same words and is not asked about."""
    gone = ""
    for number, chunk in enumerate(chunks, 1):
        gone = gone or _over(limits, number)
        if gone:
            yield Outcome(chunk, fault=gone)
            continue
        observer.chunk_begins(number, len(chunks), chunk.path)
        try:
            completion = engine.complete(renderer.review(chunk), observer.pieces)
        except EngineUnavailable as error:
            gone = error.message
            yield Outcome(chunk, fault=gone)
        except EngineError as error:
            yield Outcome(chunk, fault=error.message)
        else:
            yield _judged(chunk, completion)


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
