"""The model of a fleet held against a measured one: `python -m benchmarks.fleet_measured`.

Workers on loopback take a fixed time for each prompt (`tests/fleet/worker.py`) and stand behind
vllm-router, or behind an address that hands prompts out as the model's policies do (`--front`).
Reviews begin as a Poisson process has them, in threads (`fleet_load.py`) or as whole commands
(`--commands`: `fleet_commands.py`). The model is given the moments at which they began, what a
worker takes, and what a call took beside it before the reviews began; nothing that was measured of
the reviews. Where the policy draws, the model draws twenty times.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import click

from benchmarks import fleet_commands
from benchmarks.fleet_gpu import Call, Gpu
from benchmarks.fleet_load import LINES, Measured, measured
from benchmarks.fleet_model import Review, fleet
from benchmarks.fleet_policy import POLICIES, Policy
from tests.engines.fake_openai import CHAT
from tests.fleet.processes import router
from tests.fleet.worker import Worker, working
from tests.serving import Handler, Request, serving

GOAL = 0.15
SEED = 1
DRAWS = 20
CALL = Call(0, 1)
CALLS = 3
# Policies that read the prompts: the model has none, and theirs are held against this one.
READING = {"cache_aware": "power_of_two"}


class Front:
    """The one address of several workers."""

    def __init__(self, workers: Sequence[Worker], policy: Policy) -> None:
        self._workers = workers
        self._policy = policy
        self._lock = threading.Lock()

    def answer(self, handler: Handler, request: Request) -> None:
        if request.path != CHAT:
            self._workers[0].answer(handler, request)
            return
        with self._lock:
            worker = self._workers[self._policy(CALL, self._workers)]
            worker.load += 1
        try:
            worker.answer(handler, request)
        finally:
            with self._lock:
                worker.load -= 1


@contextmanager
def behind_front(workers: Sequence[Worker], policy: str) -> Iterator[str]:
    with serving(Front(workers, POLICIES[policy](SEED)).answer) as served:
        yield served.url


@contextmanager
def behind_router(workers: Sequence[Worker], policy: str) -> Iterator[str]:
    with ExitStack() as running:
        urls = [running.enter_context(working(worker)).url for worker in workers]
        yield running.enter_context(router(urls, policy)).url


def arrivals(reviews: int, rate: float, calls: int) -> list[Review]:
    """Reviews of one to eight chunks, most of them small, so many a second."""
    pick, at, made = random.Random(SEED), 0.0, []  # noqa: S311
    for _ in range(reviews):
        at += pick.expovariate(rate)
        chunks = min(8, 1 + int(pick.expovariate(0.8)))
        made.append(Review(at, ((CALL,) * calls,) * chunks, slots=8))
    return made


@dataclass(frozen=True, slots=True)
class Workers:
    """So many, that take so many seconds for a prompt, and answer so many at a time."""

    count: int
    seconds: float
    slots: int = 1

    def made(self) -> list[Worker]:
        return [Worker(self.seconds, self.slots) for _ in range(self.count)]

    def rate(self, load: float, calls: int) -> float:
        """Reviews a second that keep them busy for this share of their time."""
        some = arrivals(10_000, 1, calls)
        prompts = statistics.mean(sum(map(len, one.chunks)) for one in some)
        return load * self.count * self.slots / self.seconds / prompts


@dataclass(frozen=True, slots=True)
class Figures:
    """p50 and p95 in seconds, and prompts a second."""

    p50: float
    p95: float
    rate: float


def real(found: Measured) -> Figures:
    return Figures(*_quantiles(found.seconds), _prompts(found.reviews) / found.until)


def modelled(found: Measured, workers: Workers, policy: str) -> Figures:
    spent: list[float] = []
    rates = []
    for seed in range(DRAWS):
        gpu = Gpu(1, 1 / workers.seconds, slots=workers.slots)
        made = fleet(gpu, workers.count, policy, seed=seed)
        made.away = found.away
        run = made.run(found.reviews)
        spent += [seconds for _, seconds in run.seconds]
        rates.append(_prompts(found.reviews) / run.until)
    return Figures(*_quantiles(spent), statistics.mean(rates))


def _prompts(reviews: Sequence[Review]) -> int:
    return sum(len(chunk) for review in reviews for chunk in review.chunks)


def _quantiles(found: Sequence[float]) -> tuple[float, float]:
    made = sorted(found)
    return made[len(made) // 2], made[min(len(made) - 1, int(0.95 * len(made)))]


def off(one: Figures, model: Figures) -> tuple[float, float, float]:
    return model.p50 / one.p50 - 1, model.p95 / one.p95 - 1, model.rate / one.rate - 1


def row(one: Figures, model: Figures) -> str:
    shown = [f"{share:+.0%}".replace("%", " %") for share in off(one, model)]
    cells = zip(
        (one.p50, one.p95, one.rate), (model.p50, model.p95, model.rate), shown, strict=True
    )
    return " | ".join(f"{a:.2f} | {b:.2f} | {c}" for a, b, c in cells)


@click.command()
@click.option("--reviews", default=160, show_default=True)
@click.option("--workers", default=4, show_default=True)
@click.option("--slots", default=1, show_default=True, help="Prompts a worker answers at a time.")
@click.option("--seconds", default=0.4, show_default=True, help="What a prompt takes.")
@click.option("--load", "loads", default="0.6,0.9", show_default=True, help="Of the workers' time.")
@click.option("--policy", "policies", default="round_robin,power_of_two", show_default=True)
@click.option("--lines", default=LINES, show_default=True, help="Around each edit.")
@click.option("--front", is_flag=True, help="Without vllm-router.")
@click.option("--commands", is_flag=True, help="Whole commands, of one prompt for each chunk.")
def main(
    front: bool, commands: bool, reviews: int, loads: str, policies: str, **of_workers: float
) -> None:
    """Measure, print a row for each, and end with 1 where one is 15 % off."""
    calls = 1 if commands else CALLS
    workers = Workers(int(of_workers["workers"]), of_workers["seconds"], int(of_workers["slots"]))
    heads = (f"{what} | model | off" for what in ("p50", "p95", "prompts/s"))
    print(f"| load | workers | policy | {' | '.join(heads)} |")
    print("|--:|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    worst = 0.0
    for policy in policies.split(","):
        for load in loads.split(","):
            asked = arrivals(reviews, workers.rate(float(load), calls), calls)
            made = workers.made()
            with (behind_front if front else behind_router)(made, policy) as url:
                if commands:
                    found = fleet_commands.measured(url, asked, made)
                else:
                    found = measured(url, asked, workers.seconds, int(of_workers["lines"]))
            one, model = real(found), modelled(found, workers, READING.get(policy, policy))
            worst = max(worst, *map(abs, off(one, model)))
            what = f"{workers.count} of {workers.slots}"
            said = f"away {found.away:.3f}, load {os.getloadavg()[0]:.1f}"
            print(f"| {load} | {what} | `{policy}` | {row(one, model)} |", flush=True)
            print(said, file=sys.stderr, flush=True)
    sys.exit(worst > GOAL)


if __name__ == "__main__":
    main()
