"""The picture of docs/scale.md."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from benchmarks.capacity_plan import fewest, made, planned, told
from benchmarks.capacity_tables import GPU, MODEL, MODELS, chosen
from benchmarks.fleet_demand import HOUR, Day
from benchmarks.fleet_figures import Figures

DAYS = 8


def plot(figures: Figures, file: Path) -> None:
    """Above, p95 against the developers of one GPU; below, the hours of eight days together."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 7), layout="constrained")
    above, below = figure.subplots(2)
    for name, model in (("RTX 4090", "7B"), (GPU, "14B"), ("H100 PCIe", "32B")):
        gpu = figures.speed(name, MODELS[model])
        assert gpu  # noqa: S101
        plans = (planned(Day(figures, 50 * 2**step), gpu, 1) for step in range(9))
        shown = list(takewhile(lambda plan: plan.seconds(0.95) < 13, plans))
        developers = [plan.day.developers for plan in shown]
        seconds = [plan.seconds(0.95) for plan in shown]
        above.plot(developers, seconds, marker="o", label=f"{model}, {name}")
    above.axhline(figures.review["deadline"], color="tab:red", linewidth=1)
    above.set(xscale="log", xlabel="developers on one GPU", ylabel="p95 of hooks, seconds")
    above.legend(title="busiest hour; red: the deadline")
    _draw_day(figures, below)
    figure.savefig(file, metadata={"Date": None})


def _draw_day(figures: Figures, axes: Any) -> None:
    plan = fewest(Day(figures, 1_000), chosen(figures))
    assert plan  # noqa: S101
    day = told(plan.day, plan.workers)
    days = (made(day, chosen(figures), plan.workers).run(day.all(seed)) for seed in range(DAYS))
    seconds = [one for run in days for one in run.seconds]
    hours = [h for h in range(24) if day.rate(h)]
    for share, label in ((0.5, "p50"), (0.95, "p95")):
        values = [_of_hour(seconds, hour, share) + figures.review["own"] for hour in hours]
        axes.plot(hours, values, marker="o", label=label)
    title = f"1,000 developers, {plan.workers} {GPU} with a {MODEL}: hooks by the hour of day"
    axes.set(title=title, xlabel="hour", ylabel="seconds", ylim=(0, None))
    axes.legend()


def _of_hour(seconds: Sequence[tuple[float, float]], hour: int, share: float) -> float:
    found = sorted(s for at, s in seconds if hour * HOUR <= at < (hour + 1) * HOUR)
    return found[min(len(found) - 1, math.floor(share * len(found)))]
