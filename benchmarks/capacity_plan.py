"""How many workers a day of developers takes: the fewest that keep 95 of 100 hooks in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.fleet_demand import Day
from benchmarks.fleet_gpu import Gpu
from benchmarks.fleet_model import Fleet, Run, fleet

POLICY = "power_of_two"
COMMITS = 3_000
MOST = 256
GOAL = 0.95


@dataclass(frozen=True, slots=True)
class Plan:
    """So many workers for a day's commits, and how they did in the busiest hour."""

    day: Day
    gpu: Gpu
    workers: int
    run: Run

    def seconds(self, share: float) -> float:
        """Of the whole hook."""
        return self.run.quantile(share) + float(self.day.figures.review["own"])

    @property
    def holds(self) -> bool:
        return self.seconds(GOAL) <= float(self.day.figures.review["deadline"])


def told(day: Day, workers: int) -> Day:
    """The day with the slots that a router tells its reviews."""
    says = day.figures.review
    return replace(day, slots=min(says["most"], workers * says["of_worker"]))


def made(day: Day, gpu: Gpu, workers: int, policy: str = POLICY) -> Fleet:
    says = day.figures.review
    found = fleet(gpu, workers, policy, deadline=says["deadline"] - says["own"])
    found.away, found.adapts = says["away"], says["adapts"]
    return found


def planned(day: Day, gpu: Gpu, workers: int, policy: str = POLICY, commits: int = COMMITS) -> Plan:
    day = told(day, workers)
    return Plan(day, gpu, workers, made(day, gpu, workers, policy).run(day.busy(commits)))


def fewest(day: Day, gpu: Gpu, policy: str = POLICY) -> Plan | None:
    """None where no number would do."""
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
