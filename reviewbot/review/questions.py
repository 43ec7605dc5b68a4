"""Questions beside the review's own, such as the word on a linter's hit: each is asked once, within
what the review may still ask."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.prompt import Completion
from reviewbot.review.calls import Answer, Ask, Calls
from reviewbot.review.limits import Limits, over
from reviewbot.review.observer import Observer


@dataclass(frozen=True, slots=True)
class Question:
    """`ask` is a call about the file `path`; `why_not` says why it is not to be made. What is
    `kept` of it spares the call."""

    path: str
    ask: Ask
    why_not: str = ""
    kept: Completion | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """The answer to a question, or why there is none."""

    completion: Completion | None = None
    fault: str = ""


def answered(
    questions: Sequence[Question], calls: Calls, limits: Limits, observer: Observer
) -> tuple[Word, ...]:
    """A word on each question, in their order. The calls count as those of the review do, and end
    where those end. Raises what no engine is expected to raise, and the refusal of a cloud
    model."""
    todo = deque(enumerate(questions))
    done: dict[int, Word] = {}
    while todo or calls.under_way:
        if not (todo and (calls.gone or calls.has_room)):
            answer = calls.next()
            done[answer.number] = _word(answer)
            if isinstance(answer.error, EngineUnavailable):
                calls.gone = answer.error.message
            continue
        at, question = todo.popleft()
        number = calls.begun + 1
        if question.kept and not question.why_not:
            done[at] = Word(question.kept)
            continue
        why = calls.gone or over(limits, number) or question.why_not or calls.opened()
        if why:
            done[at] = Word(fault=why)
            continue
        observer.chunk_begins(number, number + len(todo), question.path)
        calls.begin(at, question.ask)
    return tuple(done[at] for at in sorted(done))


def _word(answer: Answer) -> Word:
    if isinstance(answer.error, EngineError):
        return Word(fault=answer.error.message)
    if answer.error is not None:
        raise answer.error
    return Word(answer.said.review if answer.said else None)
