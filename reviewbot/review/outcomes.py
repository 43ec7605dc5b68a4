"""Ask about every chunk, and say of each what became of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.finding import Finding
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.review.anchor import anchored
from reviewbot.review.calls import Answer, Asks, Calls
from reviewbot.review.limits import Limits, over
from reviewbot.review.observer import Observer
from reviewbot.review.refute.refuter import Refuter
from reviewbot.review.reply import read_reply
from reviewbot.review.risk import riskiest_first
from reviewbot.review.said import Said
from reviewbot.review.votes import agreed

# What is to be asked about, each with its chunk's place in the change.
_Todo = deque[tuple[int, Chunk | Oversized]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one chunk. A `fault` means its lines were not (fully) reviewed. `dropped`
    claims quote no changed line; `refuted` counts those that facts disprove, by reason."""

    chunk: Chunk
    findings: tuple[Finding, ...] = ()
    fault: str = ""
    dropped: int = 0
    said: Said | None = None
    refuted: Mapping[str, int] = field(default_factory=dict)


def outcomes_of(
    chunks: Sequence[Chunk],
    calls: Calls,
    limits: Limits,
    observer: Observer,
    refuter: Refuter,
) -> tuple[Outcome, ...]:
    """One outcome for each chunk, in their order; several where one is cut once more. The riskiest
    are asked about first. No more calls are under way than the engine has slots, so nothing queues
    up behind them. Once the engine is gone, or a limit is reached, the rest fails with the same
    words and is not asked about. What is in the cache needs no engine, and no limit holds for
    it."""
    todo: _Todo = deque((at, chunks[at]) for at in riskiest_first(chunks))
    begun: list[tuple[int, Chunk]] = []
    done: dict[int, Outcome] = {}
    while todo or calls.under_way:
        why = calls.gone or (over(limits, calls.begun + 1) if todo else "")
        if todo and (why or calls.has_room):
            at, part, said = _next(todo, calls.asker)
            chunk, fault = _askable(part)
            begun.append((at, chunk))
            number = len(begun)
            if said is not None:
                done[number] = _judged(chunk, said, refuter)
            elif fault := why or fault or calls.opened():
                done[number] = Outcome(chunk, fault=fault)
            else:
                observer.chunk_begins(number, number + len(todo), chunk.path)
                calls.start(number, chunk)
            continue
        answer = calls.next()
        done[answer.number] = _outcome(begun[answer.number - 1][1], answer, observer, refuter)
        if isinstance(answer.error, EngineUnavailable):
            calls.gone = answer.error.message
    in_order = sorted(done, key=lambda number: (begun[number - 1][0], number))
    return tuple(done[number] for number in in_order)


def _next(todo: _Todo, asker: Asks) -> tuple[int, Chunk | Oversized, Said | None]:
    """The next part, and what is known of it; what is cut off a chunk that does not fit any more
    comes after it."""
    at, part = todo.popleft()
    said = None
    if isinstance(part, Chunk) and (said := asker.recall(part)) is None:
        whole = part
        part, *more = asker.fitted(whole)
        todo.extendleft((at, one) for one in reversed(more))
        if isinstance(part, Chunk) and part != whole:
            said = asker.recall(part)
    return at, part, said


def _askable(part: Chunk | Oversized) -> tuple[Chunk, str]:
    """The part as a chunk, and why it cannot be asked about."""
    if isinstance(part, Chunk):
        return part, ""
    return Chunk(part.path, "", (part.line,)), "a line longer than any prompt may hold"


def _outcome(chunk: Chunk, answer: Answer, observer: Observer, refuter: Refuter) -> Outcome:
    """Raises what no engine is expected to raise, and the refusal of a cloud model."""
    if isinstance(answer.error, EngineError):
        return Outcome(chunk, fault=answer.error.message)
    if answer.error is not None:
        raise answer.error
    assert answer.said is not None  # noqa: S101
    if answer.said.review and answer.said.review.thought:
        observer.thought(chunk.path, answer.said.review.thought)
    return _judged(chunk, answer.said, refuter)


def _judged(chunk: Chunk, said: Said, refuter: Refuter) -> Outcome:
    if said.review is None:
        return Outcome(chunk, said=said)
    reply = read_reply(said.review)
    # An answer beside the first that cannot be read is one vote less, and no fault.
    replies = [reply, *(vote for one in said.votes if not (vote := read_reply(one)).fault)]
    claims = [list(anchored(one.candidates, chunk)) for one in replies]
    found = [[_weighed(one, said) for one in some if one] for some in claims]
    held = refuter.held(tuple(agreed(found)), chunk)
    dropped = sum(one is None for some in claims for one in some)
    return Outcome(chunk, held.findings, reply.fault, dropped, said, held.refuted)


def _weighed(finding: Finding, said: Said) -> Finding:
    """With the confidence of its kind; its words have no part in it."""
    return replace(
        finding, confidence=round(said.ruled if finding.is_of_team else said.confidence, 3)
    )
