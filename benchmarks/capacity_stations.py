"""What the busiest hour asks of all but the GPUs: the router, the shared cache, the network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from benchmarks.capacity_plan import fewest
from benchmarks.capacity_tables import SIZES, chosen
from benchmarks.fleet_demand import Day
from benchmarks.fleet_figures import Figures


def stations(figures: Figures) -> Iterator[str]:
    """What the busiest hour asks of all but the GPUs, against what one processor of each can do."""
    says = figures.station
    router, cache = "router, of a processor", "asked of the cache | cache, of a processor"
    yield f"| developers | calls a second | {router} | {cache} | network, Mbit/s |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for size in SIZES:
        plan = fewest(Day(figures, size), chosen(figures))
        assert plan  # noqa: S101
        calls = plan.run.calls / plan.run.until
        # What a pipeline finds is asked of the cache, too.
        asked = calls + _found(figures, size)
        sent = calls * (says["prompt_bytes"] + says["reply_bytes"]) + asked * says["claim_bytes"]
        cells = [f"{calls:.1f}", share_small(calls / says["router"]), f"{asked:.1f}"]
        cells += [share_small(asked / says["claims"]), f"{8 * sent / 1e6:.1f}"]
        yield f"| {size:,} | {' | '.join(cells)} |"


def share_small(value: float) -> str:
    return f"{100 * value:.2g} %"


def _found(figures: Figures, size: int) -> float:
    """Calls a second of pipelines that the cache answers."""
    demand, day = figures.demand, Day(figures, size, shares=False)
    rate = day.rate(day.busiest()) * demand["pipelines_a_day"] / demand["commits_a_day"]
    chunks = _mean_chunks(demand) * demand["commits_a_pipeline"]
    return float(rate * chunks * demand["known"] * (1 + 2 * demand["edits"]))


def _mean_chunks(demand: dict[str, Any]) -> float:
    middles = [(low + high) / 2 for low, high in pairwise(demand["chunks"])]
    return float(0.05 * sum(middles[:-1]) + 0.04 * middles[-1] + 0.01 * demand["largest"])
