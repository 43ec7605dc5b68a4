"""What the plan of docs/scale.md hinges on: the same with other figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.capacity_plan import POLICY, fewest
from benchmarks.capacity_tables import SIZES, both, chosen
from benchmarks.fleet_demand import Day
from benchmarks.fleet_figures import Figures


def changed(figures: Figures, section: str, **values: Any) -> Figures:
    return replace(figures, **{section: getattr(figures, section) | values})


def faster(figures: Figures, times: float) -> Figures:
    """With GPUs that read and write so many times as fast."""
    gpus = {}
    for name, gpu in figures.gpus.items():
        points = ({key: times * speed for key, speed in one.items()} for one in gpu["speeds"])
        same = ({"billions": one["billions"]} for one in gpu["speeds"])
        gpus[name] = gpu | {"speeds": [a | b for a, b in zip(points, same, strict=True)]}
    return replace(figures, gpus=gpus)


def _all_read(figures: Figures) -> Figures:
    """Nothing of the instructions is kept."""
    says = figures.review
    question = says["question"] + says["question_begins"]
    comparison = says["comparison"] + says["comparison_begins"]
    return changed(figures, "review", question=question, comparison=comparison)


@dataclass(frozen=True, slots=True)
class Case:
    """Other figures than those that were put in."""

    what: str
    figures: Figures
    policy: str = POLICY
    shares: bool = True


def _cases(figures: Figures) -> Iterator[Case]:
    says, asks = figures.review, figures.demand
    yield Case("as reckoned", figures)
    yield Case("the GPU is half as fast", faster(figures, 0.5))
    yield Case("the GPU is twice as fast", faster(figures, 2))
    yield Case("no instructions are kept: each call reads all", _all_read(figures))
    ruled = changed(figures, "demand", rules=400)
    yield Case("each team of ten has 400 tokens of rules", ruled)
    yield Case("the same, a team's prompts go to one GPU", ruled, "by_beginning")
    longer = changed(figures, "review", written=3 * says["written"])
    yield Case("answers are three times as long", longer)
    larger = {"chunks": [2 * n for n in asks["chunks"]], "largest": 2 * asks["largest"]}
    yield Case("commits are twice as large", changed(figures, "demand", **larger))
    rates = ("commits_a_day", "pipelines_a_day")
    more = changed(figures, "demand", **{rate: 2 * asks[rate] for rate in rates})
    yield Case("twice as many commits and pipelines", more)
    yield Case("no CI", changed(figures, "demand", pipelines_a_day=0))
    yield Case("no shared cache: CI asks everything anew", figures, shares=False)
    yield Case("the servers are 50 ms away", changed(figures, "review", away=0.15))
    wide = changed(figures, "review", of_worker=16)
    yield Case("16 prompts of a review for each GPU", wide)
    yield Case("reviews do not give way", changed(figures, "review", adapts=False))


def hinges(figures: Figures) -> Iterator[str]:
    """The plan for each case."""
    yield "| what if | GPUs for 1,000 | GPUs for 10,000 | p50 s | p95 s |"
    yield "|---|--:|--:|--:|--:|"
    for case in _cases(figures):
        days = [Day(case.figures, size, shares=case.shares) for size in SIZES[1:]]
        plans = [fewest(day, chosen(case.figures), case.policy) for day in days]
        cells = [str(plan.workers) if plan else "never" for plan in plans]
        cells.append(both(plans[-1]) if plans[-1] else " | ")
        yield f"| {case.what} | {' | '.join(cells)} |"
