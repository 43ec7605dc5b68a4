"""Reviews at many workers behind vllm-router: `python -m benchmarks.fleet [--plot FILE]`.

First the throughput of one review against the number of workers, each of which takes a fixed time
for a prompt, one at a time; the same review is run with each number, and the goal is nine tenths
of what a straight line from one worker promises. Then what each policy of the router makes of two
llama.cpp workers with SmolLM2-135M: how the prompts are spread, and how many tokens of them were
kept from an earlier one. All of it is on loopback, and wants the extra `fleet-tests`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.fleet.processes import files, llama, router, workers

COUNTS = (1, 2, 4, 8, 16)
GOAL = 0.9
POLICIES = ("cache_aware", "consistent_hash", "round_robin", "power_of_two", "random")


@dataclass(frozen=True, slots=True)
class Throughput:
    """`prompts` by so many workers in `seconds` of asking, with so many asked again."""

    workers: int
    prompts: int
    seconds: float
    retries: int

    @property
    def a_second(self) -> float:
        return self.prompts / self.seconds


def reviewed(url: str, prompts: int, *options: str) -> dict[str, Any]:
    """The report of a review of so many prompts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "change").mkdir()
        for file, text in files(prompts).items():
            (folder / "change" / file).write_text(text)
        root = str(Path(__file__).resolve().parent.parent)
        environ = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
        environ |= {"HOME": name, "XDG_CACHE_HOME": name, "XDG_CONFIG_HOME": name}
        environ["PYTHONPATH"] = root
        for command in (["git", "init", "--quiet"], ["git", "add", "."]):
            subprocess.run(command, cwd=folder / "change", env=environ, check=True)
        command = [sys.executable, "-P", "-m", "reviewbot", "review", "--engine", "openai"]
        command += ["--url", url, "--format", "json", "--linters", "off", "--no-cache", *options]
        done = subprocess.run(
            command, cwd=folder / "change", env=environ, capture_output=True, check=False
        )
        report: dict[str, Any] = json.loads(done.stdout)
    if report["status"] != "complete" or report["usage"]["calls"] != prompts:
        raise SystemExit(f"{url}: {report['status']}, {report['usage']}")
    return report


def throughput(count: int, seconds: float, rounds: int) -> Throughput:
    """As many prompts to each worker, whatever their number."""
    prompts = rounds * count
    with workers(count, seconds) as urls, router(urls, "round_robin") as through:
        report = reviewed(through.url, prompts, "--slots", str(count))
    asked = report["timings"]["ask"]
    return Throughput(count, prompts, asked, report["usage"]["retries"])


def scaling(runs: Sequence[Throughput]) -> Iterator[str]:
    yield "| workers | prompts | seconds | prompts a second | of linear | asked again |"
    yield "| --: | --: | --: | --: | --: | --: |"
    for run in runs:
        cells = [str(run.workers), str(run.prompts), f"{run.seconds:.1f}", f"{run.a_second:.2f}"]
        cells += [f"{linear(run, runs):.2f}", str(run.retries)]
        yield f"| {' | '.join(cells)} |"


def linear(run: Throughput, runs: Sequence[Throughput]) -> float:
    return run.a_second / (runs[0].a_second * run.workers / runs[0].workers)


def reuse(policy: str, prompts: int) -> str:
    """A row: how a policy spreads prompts over two workers that were not asked before."""
    with ExitStack() as running:
        two = [running.enter_context(llama()) for _ in range(2)]
        through = running.enter_context(router([one.url for one in two], policy))
        report = reviewed(through.url, prompts)
    read, kept = (report["usage"][name] for name in ("prompt_tokens", "cached_tokens"))
    asked = report["timings"]["ask"]
    return f"| {policy} | {prompts} | {read} | {kept / read:.2f} | {asked:.1f} |"


def plot(runs: Sequence[Throughput], file: Path) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 4))
    counts = [run.workers for run in runs]
    axes.plot(counts, [run.a_second for run in runs], marker="o", label="measured")
    straight = [runs[0].a_second * count / counts[0] for count in counts]
    axes.plot(counts, straight, linestyle="--", label="linear")
    axes.set(xlabel="workers", ylabel="prompts a second", xticks=counts)
    axes.legend()
    figure.tight_layout()
    figure.savefig(file)


@click.command()
@click.option("--seconds", default=2.0, show_default=True, help="What a worker takes.")
@click.option("--rounds", default=20, show_default=True, help="Prompts for each worker.")
@click.option("--prompts", default=8, show_default=True, help="For each policy; 0: none is tried.")
@click.option("--plot", "file", type=Path, metavar="FILE", help="Draw the throughput there.")
def main(seconds: float, rounds: int, prompts: int, file: Path | None) -> None:
    """Measure, print the tables, and end with 1 where the goal is missed."""
    runs = [throughput(count, seconds, rounds) for count in COUNTS]
    print("\n".join(scaling(runs)))
    if file:
        plot(runs, file)
    if prompts:
        print("\n| policy | prompts | tokens | kept | seconds |\n| --- | --: | --: | --: | --: |")
        for policy in POLICIES:
            print(reuse(policy, prompts), flush=True)
    sys.exit(any(linear(run, runs) < GOAL for run in runs))


if __name__ == "__main__":
    main()
