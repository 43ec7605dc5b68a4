"""How many calls at once, against servers of known slots whose clock is simulated."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.engines.base import Refusal, Refusals
from reviewbot.review.latency import Span
from reviewbot.review.width import Width

_READ = 500
_CALL = (0.2, 0.8)


@dataclass
class _Client:
    """Asks calls (seconds of reading, seconds of writing) from the second `begins` on. `ahead`
    are the calls that were at the server before each of its own."""

    width: Width
    calls: list[tuple[float, float]]
    begins: float = 0.0
    spans: list[Span] = field(default_factory=list)
    ahead: list[int] = field(default_factory=list)
    under_way: int = 0
    widths: list[int] = field(default_factory=list)
    refusals: Refusals = field(default_factory=Refusals)


class _Server:
    """Serves `slots` calls at a time, in the order in which they come, and each as fast as if it
    served one. It refuses a call that would wait while `queue` others do."""

    def __init__(self, slots: int, queue: float = math.inf) -> None:
        self._free = [0.0] * slots  # when each slot is free again
        self._begins: list[float] = []  # when each call begins to be read
        self._queue = queue

    def waiting(self, now: float) -> int:
        return sum(begin > now for begin in self._begins)

    def begin(self, now: float, length: float) -> float | None:
        """When a call of that length begins to be read; None where it is refused."""
        if min(self._free) > now and self.waiting(now) >= self._queue:
            return None
        begun = max(now, heapq.heappop(self._free))
        self._begins.append(begun)
        heapq.heappush(self._free, begun + length)
        return begun


@dataclass(frozen=True)
class _Call:
    client: _Client
    asked: float
    reading: float
    writing: float
    retries: int = 0


class _World:
    """Lets clients ask one server. A call that is refused is asked again after a second."""

    def __init__(self, server: _Server) -> None:
        self._server = server
        self._order = count()
        self._moments: list[tuple[float, int, Callable[[float], None]]] = []

    def at(self, second: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._moments, (second, next(self._order), act))

    def go_on(self) -> None:
        while self._moments:
            now, _, act = heapq.heappop(self._moments)
            act(now)

    def ask(self, client: _Client, now: float) -> None:
        while client.calls and client.under_way < client.width.now:
            client.under_way += 1
            self._send(_Call(client, now, *client.calls.pop(0)), now)

    def _send(self, call: _Call, now: float) -> None:
        client, ahead = call.client, self._server.waiting(now)
        begun = self._server.begin(now, call.reading + call.writing)
        if begun is None:
            client.refusals.add(Refusal(call.asked, now))
            self.at(now + 1, partial(self._send, replace(call, retries=call.retries + 1)))
            return
        client.ahead.append(ahead)
        first = begun + call.reading
        span = Span(call.asked, first, first + call.writing, _READ, call.retries)
        self.at(span.last, partial(self._end, client, span))

    def _end(self, client: _Client, span: Span, now: float) -> None:
        client.under_way -= 1
        client.spans.append(span)
        client.width.saw(span)
        client.widths.append(client.width.now)
        self.ask(client, now)


def _run(server: _Server, *clients: _Client) -> None:
    """Let all be answered."""
    world = _World(server)
    for client in clients:
        world.at(client.begins, partial(world.ask, client))
    world.go_on()


def _alone(width: Width, slots: int, calls: Sequence[tuple[float, float]]) -> list[Span]:
    client = _Client(width, list(calls))
    _run(_Server(slots), client)
    return client.spans


@pytest.mark.parametrize("slots", [1, 2, 3, 4])
def test_a_server_that_does_not_tell_its_slots_is_measured(slots: int) -> None:
    width = Width(None, math.inf)
    _alone(width, slots, [(2.0, 3.0)] * 26)
    assert width.now == slots


def test_a_measured_server_is_tried_again_and_no_worse_for_it() -> None:
    """The second try costs one call that waits behind one other."""
    width = Width(None, math.inf)
    spans = _alone(width, 2, [(2.0, 3.0)] * 120)
    assert width.now == 2
    assert sum(span.reading > 2.0 for span in spans) <= 8
    assert max(span.last for span in spans) <= 1.1 * 120 * 5.0 / 2


def test_the_first_call_is_alone() -> None:
    assert Width(None, math.inf).now == 1


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(0.01, 9)), min_size=3, max_size=20))
def test_a_server_with_one_slot_never_has_more_than_one_call_waiting(
    calls: list[tuple[float, float]],
) -> None:
    """Whatever the calls are like: at the most one waits behind another, or two when it could not
    be seen before."""
    width = Width(None, math.inf)
    waited = [span.reading for span in _alone(width, 1, calls)]
    longest = max(reading + writing for reading, writing in calls)
    assert max(waited) <= 4 * longest
    assert 1 <= width.now <= 4


@pytest.mark.parametrize("slots", [1, 3, 16])
def test_an_engine_that_tells_its_slots_is_believed(slots: int) -> None:
    width = Width(slots, 1.0)
    assert width.now == min(slots, 8)
    _alone(width, slots, [(2.0, 3.0)] * 24)
    assert width.now == slots


def test_no_call_is_put_behind_another_where_that_may_meet_the_time_out() -> None:
    width = Width(None, 14.0)
    spans = _alone(width, 1, [(2.0, 3.0)] * 6)
    assert width.now == 1
    assert [span.reading for span in spans] == [2.0] * 6


def test_a_short_reply_is_no_sign_of_one_slot() -> None:
    """Two replies that were written one after the other, after they were read side by side."""
    width = Width(None, math.inf)
    _alone(width, 2, [(4.0, 0.3), (4.0, 0.3), (4.4, 0.3), (4.0, 0.3)])
    assert width.now >= 2


# A server that is full


def test_half_as_many_are_asked_after_a_refusal_and_one_more_at_a_time_in_peace() -> None:
    width = Width(8, math.inf)
    width.saw(Span(0.0, 2.0, 3.0, _READ, retries=1))
    assert width.now == 4
    width.saw(Span(1.0, 2.0, 3.0, _READ, retries=2))  # asked before it was narrowed
    assert width.now == 4
    steps = []
    for second in range(4, 19):
        width.saw(Span(second, second + 1.0, second + 2.0, _READ))
        steps.append(width.now)
    assert steps == [4, 4, 4, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 7]
    for second in range(19, 41):
        width.saw(Span(second, second + 1.0, second + 2.0, _READ))
    assert width.now == 8


def test_one_call_is_always_under_way() -> None:
    width = Width(2, math.inf)
    for second in range(5):
        width.saw(Span(second, second + 0.5, second + 0.9, _READ, retries=1))
    assert width.now == 1


@pytest.mark.parametrize("queue", [0, 4])
def test_a_server_that_refuses_what_it_has_no_room_for_is_asked_less(queue: int) -> None:
    server = _Server(4, queue)
    refusals = Refusals()
    client = _Client(Width(64, math.inf, refusals), [_CALL] * 200, refusals=refusals)
    _run(server, client)
    assert len(client.spans) == 200
    assert max(client.widths[100:]) <= 16
    assert client.spans[-1].last <= 100  # 50 seconds at the best


def test_a_server_that_lets_all_wait_is_asked_less_and_kept_busy() -> None:
    """200 calls of a second at 4 slots: 50 seconds at the best."""
    client = _Client(Width(64, math.inf), [_CALL] * 200)
    _run(_Server(4), client)
    assert max(client.widths[100:]) <= 16
    assert max(span.last for span in client.spans) <= 55


def test_reading_side_by_side_that_takes_longer_is_no_wait() -> None:
    """Four slots that share one processor: reading takes four times as long, and the calls are
    as many a minute."""
    width = Width(4, math.inf)
    for second in range(0, 400, 10):
        shared = 1 if second < 10 else 4
        width.saw(Span(second, second + 1.0 * shared, second + 1.0 * shared + 6.0, _READ))
    assert width.now == 4


def test_a_longer_prompt_is_no_wait_nor_is_one_of_unknown_length() -> None:
    width = Width(8, math.inf)
    for second in range(0, 100, 10):
        width.saw(Span(second, second + 0.1, second + 1.0, 100))
    for second in range(100, 200, 10):
        width.saw(Span(second, second + 8.0, second + 9.0, 3000))
        width.saw(Span(second, second + 8.0, second + 9.0, 0))
    assert width.now == 8


# Those who share a server: a call takes a second


@pytest.mark.parametrize("slots", [1, 2, 4, 16])
@pytest.mark.parametrize("told", [None, 64])
@pytest.mark.parametrize("begins", [1.5, 7.3, 20.1])
def test_one_prompt_waits_behind_few_of_a_large_merge_request(
    slots: int, told: int | None, begins: float
) -> None:
    """However wide the large one is told that the server is: counted in calls ahead of the hook's
    one, which without any of this were 64."""
    large = _Client(Width(told, math.inf), [_CALL] * 400)
    hook = _Client(Width(told, math.inf), [_CALL], begins)
    _run(_Server(slots), large, hook)
    assert (len(large.spans), len(hook.spans)) == (400, 1)
    assert hook.ahead[0] <= slots + 10


@pytest.mark.parametrize("slots", [2, 4, 8])
def test_of_two_large_ones_neither_starves(slots: int) -> None:
    """The later one never saw the server idle, and so bears more of a wait."""
    first = _Client(Width(64, math.inf), [_CALL] * 600)
    second = _Client(Width(64, math.inf), [_CALL] * 600, 20.0)
    _run(_Server(slots), first, second)
    ends = min(client.spans[-1].last for client in (first, second))
    done = [sum(20 < s.last <= ends for s in c.spans) for c in (first, second)]
    assert 0.15 <= done[0] / sum(done) <= 0.6
