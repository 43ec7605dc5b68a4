"""The model of a fleet gives what queueing theory says where that has a formula."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator

import pytest

from benchmarks.fleet_gpu import Call, Gpu
from benchmarks.fleet_model import Review, fleet
from benchmarks.fleet_policy import POLICIES

REVIEWS = 40_000


def poisson(rate: float, written: float | None, seed: int = 7) -> Iterator[Review]:
    """Reviews of one call, which writes so many tokens; None: about one, exponentially."""
    pick, at = random.Random(seed), 0.0  # noqa: S311
    for _ in range(REVIEWS):
        at += pick.expovariate(rate)
        yield Review(at, ((Call(0, pick.expovariate(1) if written is None else written),),))


def mean(reviews: Iterator[Review], gpu: Gpu) -> float:
    run = fleet(gpu, 1, "random").run(reviews)
    assert len(run.seconds) == REVIEWS
    return sum(spent for _, spent in run.seconds) / REVIEWS


@pytest.mark.parametrize("load", [0.4, 0.7])
def test_one_slot_of_a_fixed_time_is_m_d_1(load: float) -> None:
    expected = 1 + load / (2 * (1 - load))
    assert mean(poisson(load, 1), Gpu(1, 1)) == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(("slots", "load"), [(1, 0.5), (4, 0.6)])
def test_slots_that_do_not_slow_each_other_down_are_m_m_c(slots: int, load: float) -> None:
    offered = slots * load
    waits = offered**slots / math.factorial(slots) / (1 - load)
    waits /= waits + sum(offered**n / math.factorial(n) for n in range(slots))  # Erlang's C
    expected = 1 + waits / (slots * (1 - load))
    assert mean(poisson(offered, None), Gpu(1, 1, slots=slots)) == pytest.approx(expected, rel=0.05)


def test_writing_that_is_shared_evenly_is_m_g_1_processor_sharing() -> None:
    """A step that takes as many times longer as there are sequences shares the worker evenly; the
    mean is then that of M/M/1 for lengths of any kind."""
    shared = Gpu(1, 1, slowdown=1.0, slots=10_000)
    assert mean(poisson(0.6, 1), shared) == pytest.approx(1 / (1 - 0.6), rel=0.05)


def test_reading_holds_up_writing_and_a_kept_beginning_is_not_read() -> None:
    gpu = Gpu(prompt=100, generation=10, slots=2)
    call = Call(new=100, written=10, beginning=1, shared=50)
    run = fleet(gpu, 1, "random").run([Review(0, ((call,),)), Review(2, ((call,),))])
    # The first reads 1.5 s and writes half a second; the second reads one second meanwhile.
    assert [spent for _, spent in run.seconds] == pytest.approx([3.5, 2.0])
    assert run.reused == 0.5


def test_the_calls_of_a_chunk_come_one_after_the_other_and_its_chunks_by_width() -> None:
    chunk = (Call(0, 1), Call(0, 1))
    run = fleet(Gpu(1, 1, slots=8), 1, "random").run([Review(0, (chunk,) * 4, slots=2)])
    assert run.quantile(0.5) == pytest.approx(4)


def test_no_chunk_begins_past_the_deadline() -> None:
    late = Review(0, ((Call(0, 1),),) * 9, slots=1)
    run = fleet(Gpu(1, 1), 1, "random", deadline=3.5).run([late])
    assert run.quantile(0.5) == pytest.approx(4)


def test_the_more_a_policy_sees_the_less_is_waited() -> None:
    waited = {}
    for policy in POLICIES:
        run = fleet(Gpu(1, 1), 4, policy).run(poisson(2.4, None))
        waited[policy] = sum(spent for _, spent in run.seconds) / REVIEWS
    # One beginning: one worker, which cannot bear it.
    assert waited.pop("by_beginning") > 1000
    assert sorted(waited, key=lambda policy: waited[policy]) == [
        "least_loaded",
        "power_of_two",
        "round_robin",
        "random",
    ]


def test_what_is_on_its_way_holds_up_nobody_else() -> None:
    one = fleet(Gpu(1, 1), 1, "random")
    one.away = 0.5
    run = one.run([Review(0, ((Call(0, 1), Call(0, 1)),)), Review(0, ((Call(0, 1),),))])
    assert [spent for _, spent in run.seconds] == pytest.approx([2.5, 3.5])


def test_a_lost_worker_loses_no_call_and_doubles_none() -> None:
    reviews = [Review(at, ((Call(0, 1),),) * 3) for at in range(20)]
    one = fleet(Gpu(1, 1), 3, "round_robin")
    one.loses = 10.5
    run = one.run(reviews)
    assert len(run.seconds) == 20
    assert run.calls == 60
    assert run.quantile(0.5, since=12) > run.quantile(0.5, before=10) + 1


def test_a_large_review_gives_way_to_a_small_one() -> None:
    """The width is reviewbot's own: without it the small one waits behind all the others."""
    large = Review(0, ((Call(1, 1),),) * 200, slots=64)
    small = Review(60, ((Call(1, 1),),), slots=64)
    waited = {}
    for adapts in (True, False):
        one = fleet(Gpu(10, 1, slots=2), 1, "random")
        one.adapts = adapts
        waited[adapts] = dict(one.run([large, small]).seconds)[60]
    assert waited[True] < 5 < waited[False] + 1
    assert waited[True] < waited[False] - 1


def test_a_seed_gives_the_same_run() -> None:
    one, other = (fleet(Gpu(1, 1), 4, "random", seed=3).run(poisson(3, None)) for _ in range(2))
    assert one.seconds == other.seconds
