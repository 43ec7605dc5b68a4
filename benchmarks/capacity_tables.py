"""The tables of docs/scale.md, as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf

from benchmarks.capacity_plan import COMMITS, Plan, fewest, made, planned, told
from benchmarks.fleet_demand import EFFORTS, HOUR, Day
from benchmarks.fleet_figures import Figures
from benchmarks.fleet_gpu import Gpu

SIZES = (100, 1_000, 10_000)
MODELS = {"7B": 7.6, "14B": 14.8, "32B": 32.8}
# On which all but the first table are reckoned.
GPU, MODEL = "L40S", "14B"
SWEPT = 50_000
SAMPLE = 2_000


def chosen(figures: Figures) -> Gpu:
    gpu = figures.speed(GPU, MODELS[MODEL])
    assert gpu  # noqa: S101
    return gpu


def share(value: float) -> str:
    return f"{value:.0%}".replace("%", " %")


def sizes(figures: Figures) -> Iterator[str]:
    """The fewest GPUs of each kind, by model and number of developers."""
    counts = " | ".join(f"{size:,} | p50 s | p95 s" for size in SIZES)
    yield f"| model | GPU | {counts} |"
    yield f"|---|---|{'--:|--:|--:|' * len(SIZES)}"
    for model, billions in MODELS.items():
        for name in figures.gpus:
            if gpu := figures.speed(name, billions):
                cells = [_size(fewest(Day(figures, size), gpu)) for size in SIZES]
                yield f"| {model} | {name} | {' | '.join(cells)} |"


def _size(plan: Plan | None) -> str:
    return f"{plan.workers} | {both(plan)}" if plan else "never | | "


def both(plan: Plan) -> str:
    return f"{plan.seconds(0.5):.1f} | {plan.seconds(0.95):.1f}"


def efforts(figures: Figures) -> Iterator[str]:
    """What the GPUs do in the busiest hour, by size and effort."""
    yield "| developers | effort | GPUs | p50 s | p95 s | reading | writing | calls a second |"
    yield "|--:|---|--:|--:|--:|--:|--:|--:|"
    for size in SIZES:
        for effort in EFFORTS:
            if plan := fewest(Day(figures, size, effort), chosen(figures)):
                run = plan.run
                did = f"{share(run.busy(0))} | {share(run.busy(1))} | {run.calls / run.until:.1f}"
                yield f"| {size:,} | `{effort}` | {plan.workers} | {both(plan)} | {did} |"


def policies(figures: Figures) -> Iterator[str]:
    """What each policy makes of the largest size, with as many GPUs."""
    yield "| policy | p50 s | p95 s | GPUs it would take |"
    yield "|---|--:|--:|--:|"
    day, gpu = Day(figures, SIZES[-1]), chosen(figures)
    workers = _workers(day, figures)
    for policy in ("random", "round_robin", "power_of_two", "least_loaded"):
        plan, least = planned(day, gpu, workers, policy), fewest(day, gpu, policy)
        yield f"| `{policy}` | {both(plan)} | {least.workers if least else 'never'} |"


def _workers(day: Day, figures: Figures) -> int:
    plan = fewest(day, chosen(figures))
    assert plan  # noqa: S101
    return plan.workers


def outage(figures: Figures) -> Iterator[str]:
    """One worker is lost in the middle of the busiest hour, and stays lost."""
    yield "| developers | GPUs | p95 s | in time | one is lost: p95 s | in time |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for size in SIZES:
        least = _workers(Day(figures, size), figures)
        for workers in sorted({least, least + 1} - {1}):
            yield f"| {size:,} | {workers} | {_lost(Day(figures, size), workers)} |"


def _lost(day: Day, workers: int) -> str:
    day = told(day, workers)
    one, own = made(day, chosen(day.figures), workers), day.figures.review["own"]
    lost = one.loses = COMMITS / day.rate(day.busiest()) / 2
    run = one.run(day.busy(COMMITS))
    cells = []
    # A hook that began a little before the moment may have lost a call by it.
    for since, before in ((0.0, lost - one.deadline), (lost, inf)):
        seconds = [spent for at, spent in run.seconds if since <= at < before]
        timely = sum(spent <= one.deadline for spent in seconds) / len(seconds)
        cells += [f"{run.quantile(0.95, since, before) + own:.1f}", share(timely)]
    return " | ".join(cells)


def sweeps(figures: Figures) -> Iterator[str]:
    """A history of 50,000 commits, nothing else being asked."""
    yield "| GPUs | prompts for each GPU | hours |"
    yield "|--:|--:|--:|"
    for workers in (1, 4, 16):
        for each in (4, 16):
            day = replace(Day(figures, SIZES[0]), slots=workers * each)
            one = made(day, chosen(figures), workers)
            one.deadline = inf
            hours = one.run(day.sweep(SAMPLE)).until / SAMPLE * SWEPT / HOUR
            yield f"| {workers} | {each} | {hours:.1f} |"


def speeds(figures: Figures) -> Iterator[str]:
    """What the GPUs are taken to do: read and written tokens a second of one call alone."""
    yield f"| GPU | GiB | {' | '.join(f'{model} reads | writes' for model in MODELS)} |"
    yield f"|---|--:|{'--:|--:|' * len(MODELS)}"
    for name, gpu in figures.gpus.items():
        cells = [name, str(gpu["memory"])]
        for billions in MODELS.values():
            found = figures.speed(name, billions)
            cells += [f"{found.prompt:,.0f}", f"{found.generation:.0f}"] if found else ["", ""]
        yield f"| {' | '.join(cells)} |"


def sources(figures: Figures) -> Iterator[str]:
    for one in figures.sources.values():
        date = f", {one['date']}" if "date" in one else ""
        yield f"- {one['what']}: <{one['url']}>{date}"
