from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from reviewbot.engines.base import OnPiece
from reviewbot.errors import ReplyError
from reviewbot.prompt import Completion, Finish
from reviewbot.prompting.chunk import Chunk, Oversized
from reviewbot.review.calls import Calls
from reviewbot.review.said import Said
from reviewbot.review.width import Width

_CHUNKS = [Chunk(f"{name}.py", "", ()) for name in "abc"]


def _reply(chunk: Chunk, on_piece: OnPiece) -> Said:
    on_piece("a")
    on_piece("b")
    return Said(Completion(chunk.path, Finish.STOP))


@dataclass(frozen=True)
class _Asker:
    asks: Callable[[Chunk, OnPiece], Said]

    def fitted(self, chunk: Chunk) -> list[Chunk | Oversized]:
        return [chunk]

    def recall(self, _: Chunk) -> Said | None:
        return None

    def ask(self, chunk: Chunk, on_piece: OnPiece) -> Said:
        return self.asks(chunk, on_piece)


def _calls(
    asks: Callable[[Chunk, OnPiece], Said], on_pieces: Callable[[int], None] = lambda _: None
) -> Calls:
    return Calls(_Asker(asks), Width(3, 1.0), on_pieces)


def test_there_is_room_for_as_many_as_the_width_says() -> None:
    calls = _calls(_reply)
    for number, chunk in enumerate(_CHUNKS, 1):
        assert calls.has_room
        calls.start(number, chunk)
    assert not calls.has_room
    calls.next()
    assert calls.has_room


def test_calls_are_under_way_together() -> None:
    together = threading.Barrier(3)

    def ask(chunk: Chunk, on_piece: OnPiece) -> Said:
        together.wait(timeout=60)  # raises where they come one after the other
        return _reply(chunk, on_piece)

    calls = _calls(ask)
    for number, chunk in enumerate(_CHUNKS, 1):
        calls.start(number, chunk)
    assert calls.under_way == 3
    answers = [calls.next() for _ in _CHUNKS]
    assert calls.under_way == 0
    assert {(a.number, a.said.review.text) for a in answers if a.said and a.said.review} == {
        (1, "a.py"),
        (2, "b.py"),
        (3, "c.py"),
    }


def test_pieces_of_all_calls_are_counted_together() -> None:
    seen: list[int] = []
    calls = _calls(_reply, seen.append)
    for number, chunk in enumerate(_CHUNKS, 1):
        calls.start(number, chunk)
    for _ in _CHUNKS:
        calls.next()
    assert seen == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("error", [ReplyError("no"), RuntimeError("a bug")])
def test_an_error_comes_back_with_its_number(error: Exception) -> None:
    def ask(chunk: Chunk, on_piece: OnPiece) -> Said:
        raise error

    calls = _calls(ask)
    calls.start(7, _CHUNKS[0])
    answer = calls.next()
    assert (answer.number, answer.error, answer.said) == (7, error, None)


def test_the_times_of_a_call_are_told() -> None:
    calls = _calls(_reply)
    calls.start(1, _CHUNKS[0])
    span = calls.next().span
    assert span is not None
    assert span.asked <= span.first <= span.last
