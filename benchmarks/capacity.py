"""How many GPUs for how many developers: `python -m benchmarks.capacity [--write] [--plot FILE]`.

Reads `capacity.toml`, runs the model of `fleet_model.py` with the commits of the busiest hour, and
looks for the fewest GPUs at which 95 of 100 hooks end within their deadline. Prints its tables;
`--write` puts them into docs/scale.md. `benchmarks/fleet_measured.py` holds the model against
real reviews.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import click

from benchmarks.fleet_demand import EFFORTS, HOUR, Day, Figures, read
from benchmarks.fleet_model import POLICIES, Gpu, Run, fleet

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scale.md"
SIZES = (100, 1_000, 10_000)
MODELS = {"7B": 7.6, "14B": 14.8, "32B": 32.8}
POLICY = "cache_aware"
COMMITS = 2_000
MOST = 4_096
# On which the policies and the efforts are compared.
GPU, MODEL = "L40S", "14B"


@dataclass(frozen=True, slots=True)
class Plan:
    """So many workers for a day's commits, and how they did in the busiest hour."""

    day: Day
    gpu: Gpu
    workers: int
    policy: str
    run: Run

    @property
    def own(self) -> float:
        return float(self.day.figures.review["own"])

    def seconds(self, share: float) -> float:
        return self.run.quantile(share) + self.own

    @property
    def holds(self) -> bool:
        return self.seconds(0.95) <= float(self.day.figures.review["deadline"])


def planned(day: Day, gpu: Gpu, workers: int, policy: str = POLICY) -> Plan:
    made = fleet(gpu, workers, policy, deadline=day.figures.review["deadline"] - _own(day))
    return Plan(day, gpu, workers, policy, made.run(day.busy(COMMITS)))


def _own(day: Day) -> float:
    return float(day.figures.review["own"])


def fewest(day: Day, gpu: Gpu, policy: str = POLICY) -> Plan | None:
    """The fewest workers that hold the deadline; None where none would."""
    low, high = 0, 1
    while not (best := planned(day, gpu, high, policy)).holds:
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        plan = planned(day, gpu, middle, policy)
        if plan.holds:
            best, high = plan, middle
        else:
            low = middle
    return best


def sizes(figures: Figures) -> Iterator[str]:
    """The fewest GPUs of each kind, by model and number of developers."""
    counts = " | ".join(f"{size:,}" for size in SIZES)
    yield f"| model | GPU | {counts} | p50 s | p95 s | developers a GPU |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|"
    for model, billions in MODELS.items():
        for name in figures.gpus:
            if gpu := figures.speed(name, billions):
                plans = [fewest(Day(figures, size), gpu) for size in SIZES]
                yield f"| {model} | {name} | {_cells(plans)} |"


def _cells(plans: Sequence[Plan | None]) -> str:
    last = plans[-1]
    counts = [str(plan.workers) if plan else "never" for plan in plans]
    if last is None:
        return " | ".join([*counts, "", "", ""])
    figures = [f"{last.seconds(0.5):.1f}", f"{last.seconds(0.95):.1f}"]
    return " | ".join([*counts, *figures, f"{last.day.developers / last.workers:,.0f}"])


def policies(figures: Figures, workers: int) -> Iterator[str]:
    """What each policy makes of the largest size, with so many workers."""
    gpu = figures.speed(GPU, MODELS[MODEL])
    assert gpu  # noqa: S101
    yield "| policy | p50 s | p95 s | beginnings kept | reading | writing | GPUs it would take |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for policy in POLICIES:
        day = Day(figures, SIZES[-1])
        plan, least = planned(day, gpu, workers, policy), fewest(day, gpu, policy)
        took = str(least.workers) if least else "never"
        yield f"| `{policy}` | {_did(plan)} | {took} |"


def _did(plan: Plan) -> str:
    cells = [f"{plan.seconds(share):.1f}" for share in (0.5, 0.95)]
    shares = (plan.run.reused, plan.run.busy(0), plan.run.busy(1))
    return " | ".join([*cells, *(f"{share:.0%}".replace("%", " %") for share in shares)])


def bottlenecks(figures: Figures) -> Iterator[str]:
    """What the GPUs do in the busiest hour, by size, effort and policy."""
    gpu = figures.speed(GPU, MODELS[MODEL])
    assert gpu  # noqa: S101
    did = "p50 s | p95 s | beginnings kept | reading | writing"
    yield f"| developers | effort | policy | GPUs | {did} |"
    yield "|--:|---|---|--:|--:|--:|--:|--:|--:|"
    for size in SIZES:
        for effort in EFFORTS:
            for policy in (POLICY, "least_loaded"):
                if plan := fewest(Day(figures, size, effort), gpu, policy):
                    yield f"| {size:,} | `{effort}` | `{policy}` | {plan.workers} | {_did(plan)} |"


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


def written(page: str, name: str, lines: Iterator[str]) -> str:
    """The page with what stands between the two marks of a name replaced."""
    begin, end = f"<!-- {name}: made by python -m benchmarks.capacity -->", f"<!-- {name}: end -->"
    before, found, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise SystemExit(f"{PAGE} has no place for {name}")
    return "\n".join([before + begin, "", *lines, "", end]) + after


def plot(figures: Figures, file: Path) -> None:
    """Above, p95 against the developers of one GPU; below, a day of a thousand developers."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 7), layout="constrained")
    above, below = figure.subplots(2)
    for name, model in (("RTX 4090", "7B"), (GPU, "14B"), ("H100 PCIe", "32B")):
        gpu = figures.speed(name, MODELS[model])
        assert gpu  # noqa: S101
        plans = (planned(Day(figures, 50 * 2**step), gpu, 1) for step in range(9))
        shown = list(takewhile(lambda plan: plan.seconds(0.95) < 13, plans))
        developers = [plan.day.developers for plan in shown]
        above.plot(
            developers, [p.seconds(0.95) for p in shown], marker="o", label=f"{model}, {name}"
        )
    above.axhline(figures.review["deadline"], color="tab:red", linewidth=1)
    above.set(xscale="log", xlabel="developers on one GPU", ylabel="p95 of hooks, seconds")
    above.legend(title="busiest hour; red: the deadline")
    _draw_day(figures, below)
    figure.savefig(file, metadata={"Date": None})


def _draw_day(figures: Figures, axes: object) -> None:
    gpu = figures.speed(GPU, MODELS[MODEL])
    assert gpu  # noqa: S101
    day = Day(figures, 1_000)
    plan = fewest(day, gpu)
    assert plan  # noqa: S101
    made = fleet(gpu, plan.workers, POLICY, deadline=figures.review["deadline"] - _own(day))
    run = made.run(day.all())
    hours = [h for h in range(24) if day.rate(h)]
    for share, label in ((0.5, "p50"), (0.95, "p95")):
        values = [_of_hour(run, hour, share) + _own(day) for hour in hours]
        axes.plot(hours, values, marker="o", label=label)  # type: ignore[attr-defined]
    title = f"1,000 developers, {plan.workers} {GPU} with a {MODEL}: a day's hooks by hour"
    axes.set(title=title, xlabel="hour", ylabel="seconds", ylim=(0, None))  # type: ignore[attr-defined]
    axes.legend()  # type: ignore[attr-defined]


def _of_hour(run: Run, hour: int, share: float) -> float:
    found = sorted(s for at, s in run.seconds if hour * HOUR <= at < (hour + 1) * HOUR)
    return found[min(len(found) - 1, math.floor(share * len(found)))]


@click.command()
@click.option("--write", is_flag=True, help="Put the tables into docs/scale.md.")
@click.option("--plot", "file", type=Path, metavar="FILE", help="Needs matplotlib.")
@click.option("--only", help="One table: figures, sources, sizes, policies or bottlenecks.")
def main(write: bool, file: Path | None, only: str | None) -> None:
    figures = read()
    gpu = figures.speed(GPU, MODELS[MODEL])
    assert gpu  # noqa: S101
    tables: dict[str, Callable[[], Iterator[str]]] = {
        "figures": lambda: speeds(figures),
        "sources": lambda: sources(figures),
        "sizes": lambda: sizes(figures),
        "policies": lambda: policies(figures, _workers(figures, gpu)),
        "bottlenecks": lambda: bottlenecks(figures),
    }
    for name, lines in tables.items():
        if only in {None, name}:
            made = list(lines())
            print(*made, "", sep="\n", flush=True)
            if write:
                page = PAGE.read_text(encoding="utf-8")
                PAGE.write_text(written(page, name, iter(made)), encoding="utf-8")
    if file:
        plot(figures, file)


def _workers(figures: Figures, gpu: Gpu) -> int:
    plan = fewest(Day(figures, SIZES[-1]), gpu)
    assert plan  # noqa: S101
    return plan.workers


if __name__ == "__main__":
    main()
