"""How many calls at once, against servers of known slots whose clock is simulated."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.review.width import Span, Width


def _run(width: Width, slots: int, calls: Sequence[tuple[float, float]]) -> list[Span]:
    """Ask calls (seconds of reading, seconds of writing) of a server that serves `slots` of them
    at a time, in the order in which they come, and as fast as if it served one."""
    now, todo, spans = 0.0, list(calls), []
    free = [0.0] * slots  # when each slot is free again
    under_way: list[tuple[float, int, Span]] = []
    while todo or under_way:
        while todo and len(under_way) < width.now:
            reading, writing = todo.pop(0)
            begun = max(now, heapq.heappop(free))
            span = Span(now, begun + reading, begun + reading + writing)
            heapq.heappush(free, span.last)
            heapq.heappush(under_way, (span.last, len(todo), span))
        now, _, span = heapq.heappop(under_way)
        width.saw(span)
        spans.append(span)
    return spans


@pytest.mark.parametrize("slots", [1, 2, 3, 4])
def test_a_server_that_does_not_tell_its_slots_is_measured(slots: int) -> None:
    width = Width(None, math.inf)
    _run(width, slots, [(2.0, 3.0)] * 20)
    assert width.now == slots


def test_the_first_call_is_alone() -> None:
    assert Width(None, math.inf).now == 1


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(0.01, 9)), min_size=3, max_size=20))
def test_a_server_with_one_slot_never_has_more_than_one_call_waiting(
    calls: list[tuple[float, float]],
) -> None:
    """Whatever the calls are like: at the most one waits behind another, or two when it could not
    be seen before."""
    width = Width(None, math.inf)
    waited = [span.first - span.asked for span in _run(width, 1, calls)]
    longest = max(reading + writing for reading, writing in calls)
    assert max(waited) <= 4 * longest
    assert 1 <= width.now <= 4


@pytest.mark.parametrize("slots", [1, 3, 16])
def test_an_engine_that_tells_its_slots_is_believed(slots: int) -> None:
    width = Width(slots, 1.0)
    _run(width, 1, [(2.0, 3.0)] * 6)
    assert width.now == slots


def test_no_call_is_put_behind_another_where_that_may_meet_the_time_out() -> None:
    width = Width(None, 14.0)
    spans = _run(width, 1, [(2.0, 3.0)] * 6)
    assert width.now == 1
    assert [span.reading for span in spans] == [2.0] * 6


def test_a_short_reply_is_no_sign_of_one_slot() -> None:
    """Two replies that were written one after the other, after they were read side by side."""
    width = Width(None, math.inf)
    _run(width, 2, [(4.0, 0.3), (4.0, 0.3), (4.4, 0.3), (4.0, 0.3)])
    assert width.now >= 2
