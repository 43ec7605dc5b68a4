"""Reviews at a fleet that cost little of a processor: threads of one process that ask, by the code
that asks in a real review (`review/calls.py`, `review/width.py`, the engine of OpenAI's API), the
prompts of a real one. What reads git and reports is left out; `fleet_commands.py` has it in.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

from benchmarks.fleet_model import TIMEOUT, Review
from reviewbot.changeset import Line, LineKind
from reviewbot.engines.base import Engine, OnPiece, Patience
from reviewbot.engines.openai_compatible import open_openai
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.network import Door
from reviewbot.prompt import Prompt
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.contrast import contrast_prompts, versions_of
from reviewbot.prompting.render import Renderer
from reviewbot.review.calls import Calls
from reviewbot.review.said import Said
from reviewbot.review.width import Width

ALONE = 5
LINES = 10
_WORDS = ("row", "limit", "total", "fetch", "parse", "merge", "client", "order", "price", "at")


@dataclass(frozen=True, slots=True)
class Measured:
    """Reviews by the moments at which they began, and the seconds of each; `away` is what a call
    took beside its worker when nothing else was asked, `until` when the last had ended."""

    reviews: tuple[Review, ...]
    seconds: tuple[float, ...]
    away: float
    until: float


def edit(number: int, part: int, around: int = LINES) -> Chunk:
    """A chunk of an edit with so many lines around it, unlike all others."""
    name = f"f_{number}_{part}"
    drawn = random.Random(name)  # noqa: S311
    words = [f"{drawn.choice(_WORDS)}_{drawn.randrange(1000)}" for _ in range(4 * around)]
    texts = ["    {} = {}({}, {})".format(*words[4 * n : 4 * n + 4]) for n in range(around)]
    shown = [(LineKind.CONTEXT, f"def {name}(rows, limit={number % 97}):")]
    shown += [(LineKind.CONTEXT, text) for text in texts]
    shown += [(LineKind.REMOVED, f"    return [row.{name} for row in rows if row.at < limit]")]
    shown += [(LineKind.ADDED, f"    return [row.{name} for row in rows if row.at <= limit]")]
    lines = tuple(Line(kind, text, at, at) for at, (kind, text) in enumerate(shown, 1))
    return Chunk(f"src/part_{part}/{name}.py", "", lines)


def prompts(chunk: Chunk, calls: int) -> tuple[Prompt, ...]:
    """Those of `balanced`, of which the last are asked."""
    versions = versions_of(chunk)
    assert versions  # noqa: S101
    renderer = Renderer()
    every = (*contrast_prompts(versions, renderer.layout), renderer.review(chunk))
    return every[-calls:]


def measured(url: str, reviews: Sequence[Review], seconds: float, around: int = LINES) -> Measured:
    """Each review at its moment, at workers that take so many seconds for a prompt."""
    with open_openai(OpenAIServer(url, Door()), None, Patience(TIMEOUT)) as engine:
        away = median(_alone(engine)) - seconds
        found: dict[int, tuple[float, float]] = {}
        threads = []
        begun = time.monotonic()
        for number, review in enumerate(reviews):
            time.sleep(max(0.0, begun + review.at - time.monotonic()))
            asks = [
                prompts(edit(number, part, around), len(chunk))
                for part, chunk in enumerate(review.chunks)
            ]
            run = partial(_reviewed, engine, asks, review.slots)
            threads.append(threading.Thread(target=_timed, args=(run, number, found)))
            threads[-1].start()
        for thread in threads:
            thread.join()
    at = [found[number][0] - begun for number in range(len(reviews))]
    came = tuple(replace(review, at=at) for review, at in zip(reviews, at, strict=True))
    spent = tuple(ended - began for _, (began, ended) in sorted(found.items()))
    return Measured(came, spent, max(0.0, away), max(end for _, end in found.values()) - begun)


def _alone(engine: Engine) -> Iterator[float]:
    for part in range(ALONE):
        began = time.monotonic()
        engine.complete(prompts(edit(-1, part), 1)[0], lambda _: None)
        yield time.monotonic() - began


def _timed(run: Callable[[], None], number: int, found: dict[int, tuple[float, float]]) -> None:
    began = time.monotonic()
    run()
    found[number] = began, time.monotonic()


def _reviewed(engine: Engine, asks: Sequence[tuple[Prompt, ...]], slots: int | None) -> None:
    calls = Calls(_Nobody(), Width(slots, TIMEOUT), lambda _: None)
    begun = 0
    while begun < len(asks) or calls.under_way:
        while begun < len(asks) and calls.has_room:
            calls.begin(begun, partial(_said, engine, asks[begun]))
            begun += 1
        answer = calls.next()
        if answer.error:
            raise answer.error


def _said(engine: Engine, asks: Sequence[Prompt], on_piece: OnPiece) -> Said:
    first, *others = [engine.complete(prompt, on_piece) for prompt in asks]
    return Said(review=first, votes=tuple(others))


class _Nobody:
    """Whom `Calls` would ask about chunks of its own."""

    def fitted(self, chunk: Chunk) -> Iterable[Chunk]:
        raise NotImplementedError

    def recall(self, chunk: Chunk, /) -> None:
        raise NotImplementedError

    def ask(self, chunk: Chunk, on_piece: OnPiece) -> Said:
        raise NotImplementedError
