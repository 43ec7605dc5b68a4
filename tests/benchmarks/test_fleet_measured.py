"""Real reviews reach the fleet of fixed latency, and all of them are accounted for."""

from __future__ import annotations

from benchmarks.fleet_measured import Front, arrivals, measured, rows, simulated
from benchmarks.fleet_model import POLICIES


def test_reviews_are_measured_and_modelled() -> None:
    asked = arrivals(3, rate=10)
    found = measured(asked, Front(2, 0.1, POLICIES["round_robin"](1)))
    seen, sent = ([len(one.chunks) for one in some] for some in (found.reviews, asked))
    assert sorted(seen) == sorted(sent)
    assert all(served >= 0.1 for served in found.served)
    assert all(own > 0 for own in found.own)
    run = simulated(found.reviews, 2, 0.1, "round_robin")
    assert [row.what for row in rows(found, run)] == ["fleet", "command"]
