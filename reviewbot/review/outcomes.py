"""Ask about every chunk, and say of each what became of it."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.finding import Finding
from reviewbot.prompt import Completion
from reviewbot.prompting.chunk import Chunk
from reviewbot.review.anchor import anchored
from reviewbot.review.calls import Answer, Calls
from reviewbot.review.observer import Observer
from reviewbot.review.reply import read_reply
from reviewbot.review.width import Width


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_chunks` calls at the most; `ends_at` on the monotonic clock is the deadline; `timeout`
    is how many seconds without a byte end a call; `slots` is the user's word on how many prompts
    the engine answers at once."""

    max_chunks: int | None = None
    ends_at: float | None = None
    timeout: float = math.inf
    slots: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one chunk. A `fault` means its lines were not (fully) reviewed."""

    chunk: Chunk
    findings: tuple[Finding, ...] = ()
    fault: str = ""
    dropped: int = 0
    completion: Completion | None = None


def outcomes_of(
    chunks: Sequence[Chunk], calls: Calls, width: Width, limits: Limits, observer: Observer
) -> tuple[Outcome, ...]:
    """One outcome for each chunk, in their order. No more calls are under way than the engine has
    slots, so nothing queues up behind them. Once the engine is gone, or a limit is reached, the
    rest fails with the same words and is not asked about."""
    todo = deque(enumerate(chunks, 1))
    done: dict[int, Outcome] = {}
    gone = ""
    while todo or calls.under_way:
        gone = gone or (_over(limits, todo[0][0]) if todo else "")
        if gone:
            done |= {number: Outcome(chunk, fault=gone) for number, chunk in todo}
            todo.clear()
        elif todo and calls.under_way < width.now:
            number, chunk = todo.popleft()
            observer.chunk_begins(number, len(chunks), chunk.path)
            calls.start(number, chunk)
            continue
        if calls.under_way:
            answer = calls.next()
            done[answer.number] = _outcome(chunks[answer.number - 1], answer, observer)
            if isinstance(answer.error, EngineUnavailable):
                gone = answer.error.message
            if answer.span:
                width.saw(answer.span)
    return tuple(done[number] for number in sorted(done))


def _outcome(chunk: Chunk, answer: Answer, observer: Observer) -> Outcome:
    """Raises what no engine is expected to raise, and the refusal of a cloud model."""
    if isinstance(answer.error, EngineError):
        return Outcome(chunk, fault=answer.error.message)
    if answer.error is not None:
        raise answer.error
    assert answer.completion is not None  # noqa: S101
    if answer.completion.thought:
        observer.thought(chunk.path, answer.completion.thought)
    return _judged(chunk, answer.completion)


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
