"""What a hook costs beside the model: `python benchmarks/hook.py [ROUNDS] [--plot FILE]`.

Nothing staged; 1, 50 and 500 files that are all in the cache; one hunk that is not, answered by the
scripted engine; `post-commit`, which leaves a process at work. Each command is run in turn, ROUNDS
rounds (default 9), without linters; its median wall time stands beside its ratio to
`python -c "import click"` in the same rounds. The time of the processors, of git's and the parser's
processes too, is there for machines that have other work.

Then 32 files, each a prompt that takes the scripted engine a second: what the whole command takes
longer than the engine itself, and how much sooner 8 slots are done than one.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

REVIEWBOT = (sys.executable, "-P", "-m", "reviewbot")
CLICK = 'python -c "import click"'
FILES = (1, 50, 500)
SLOTS, PROMPTS, SECONDS = 8, 32, 1.0


@dataclass(frozen=True)
class Case:
    """A command. `most` is the goal: so many times the import of click, or so many `most_ms`."""

    command: tuple[str, ...]
    cwd: Path
    most: float | None = None
    most_ms: float | None = None


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of the processors."""

    clock: float
    used: float


def cost(case: Case, environ: dict[str, str]) -> Cost:
    begun, used = time.perf_counter(), _of_processors()
    subprocess.run(case.command, cwd=case.cwd, env=environ, check=True, stdout=subprocess.DEVNULL)
    return Cost(time.perf_counter() - begun, _of_processors() - used)


def _of_processors() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def repository(folder: Path, files: int, environ: dict[str, str]) -> Path:
    folder.mkdir()
    who = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@localhost")
    commit = (*who, "commit", "--quiet", "--allow-empty", "--message", "before")
    for arguments in (("init", "--quiet", "--template="), commit):
        subprocess.run(["git", *arguments], cwd=folder, env=environ, check=True)
    for number in range(files):
        text = f"def work_{number}(value):\n    return value + {number}\n"
        (folder / f"module_{number}.py").write_text(text, encoding="utf-8")
    subprocess.run(["git", "add", "."], cwd=folder, env=environ, check=True)
    return folder


def scripted(folder: Path, seconds: float) -> tuple[str, ...]:
    """The options of an engine that finds nothing, and takes so long for it."""
    script = folder / f"script_{seconds:g}.jsonl"
    row = {"reply": {"findings": []}, "seconds": seconds}
    script.write_text(json.dumps(row) + "\n", encoding="utf-8")
    return ("--engine", "scripted", "--model", str(script), "--linters", "off")


def committed(folder: Path, environ: dict[str, str]) -> Path:
    repository(folder, 1, environ)
    who = ("-c", "user.name=b", "-c", "user.email=b@localhost")
    command = ("git", *who, "commit", "--quiet", "--message", "made")
    subprocess.run(command, cwd=folder, env=environ, check=True)
    return folder


def cases(work: Path, environ: dict[str, str]) -> dict[str, Case]:
    """What is timed, by its name in the table."""
    hook = (*REVIEWBOT, "hook", "pre-commit", *scripted(work, 0.0), "--deadline", "600")
    empty = repository(work / "empty", 0, environ)
    one = repository(work / "one", 1, environ)
    made = committed(work / "made", environ)
    found = {
        CLICK: Case((sys.executable, "-c", "import click"), empty),
        "nothing staged": Case((*REVIEWBOT, "hook", "pre-commit"), empty, most=3.0),
        "post-commit": Case((*REVIEWBOT, "hook", "post-commit", *hook[len(REVIEWBOT) + 2 :]), made),
        "one hunk, asked": Case((*hook, "--no-cache"), one),
    }
    for files in FILES:
        cwd = repository(work / f"files_{files}", files, environ)
        goal = 500.0 if files == 50 else None
        found[f"{files} cached"] = Case(hook, cwd, most_ms=goal)
    return found


def measured(
    found: dict[str, Case], rounds: int, environ: dict[str, str]
) -> dict[str, tuple[Cost, ...]]:
    costs: dict[str, list[Cost]] = {name: [] for name in found}
    for _ in range(rounds + 1):
        for name, case in found.items():
            costs[name].append(cost(case, environ))
    # The first round fills the caches, reviewbot's and the disk's.
    return {name: tuple(all_of[1:]) for name, all_of in costs.items()}


def table(found: dict[str, Case], costs: dict[str, tuple[Cost, ...]]) -> str:
    head = f"| command | ms | times `{CLICK}` | goal | ms of processors | times |"
    lines = [head, "|---|--:|--:|--:|--:|--:|"]
    for name, case in found.items():
        clock, used = (_ratio(costs, name, what) for what in ("clock", "used"))
        goal = (
            f"{case.most:g} times" if case.most else f"{case.most_ms:g} ms" if case.most_ms else ""
        )
        ms, worked = (_median(costs[name], what) * 1000 for what in ("clock", "used"))
        lines.append(f"| {name} | {ms:.0f} | {clock:.1f} | {goal} | {worked:.0f} | {used:.1f} |")
    return "\n".join(lines)


def _median(costs: tuple[Cost, ...], what: str) -> float:
    return statistics.median(getattr(one, what) for one in costs)


def _ratio(costs: dict[str, tuple[Cost, ...]], name: str, what: str) -> float:
    """The median of the ratios round by round: the machine's speed drifts."""
    pairs = zip(costs[name], costs[CLICK], strict=True)
    return statistics.median(getattr(one, what) / getattr(click, what) for one, click in pairs)


@dataclass(frozen=True)
class Asked:
    """A review whose engine takes a known time: of the whole command, and of the asking."""

    slots: int
    whole: float
    asking: float

    @property
    def engine(self) -> float:
        """Seconds that the engine itself needs."""
        return PROMPTS * SECONDS / self.slots


def asked(slots: int, cwd: Path, work: Path, environ: dict[str, str]) -> Asked:
    report = work / "asked.json"
    command = (*REVIEWBOT, "review", "--quiet", "--no-cache", "--effort", "plain")
    command += (*scripted(work, SECONDS), "--slots", str(slots), "--report", f"json={report}")
    spent = cost(Case(command, cwd), environ)
    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["usage"]["calls"] == PROMPTS, found["usage"]  # noqa: S101
    return Asked(slots, spent.clock, found["timings"]["ask"])


def asked_table(one: Asked, many: Asked) -> str:
    lines = ["| slots | engine s | asking s | whole s | over the engine | goal |"]
    lines.append("|--:|--:|--:|--:|--:|--:|")
    for run, goal in ((one, "5 %"), (many, "")):
        over = f"{run.whole / run.engine - 1:.1%}".replace("%", " %")
        figures = f"{run.engine:.0f} | {run.asking:.2f} | {run.whole:.2f}"
        lines.append(f"| {run.slots} | {figures} | {over} | {goal} |")
    faster = one.asking / many.asking
    return "\n".join(
        [*lines, "", f"{many.slots} slots: {faster:.2f} times one's throughput; goal 7.5"]
    )


def plot(found: dict[str, Case], costs: dict[str, tuple[Cost, ...]], path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.add_subplot()
    names = list(found)
    ranges = [sorted(1000 * one.clock for one in costs[name]) for name in names]
    middles = [statistics.median(one) for one in ranges]
    low = [middle - one[0] for middle, one in zip(middles, ranges, strict=True)]
    high = [one[-1] - middle for middle, one in zip(middles, ranges, strict=True)]
    axes.barh(names, middles, xerr=(low, high), capsize=3)
    axes.invert_yaxis()
    click = 1000 * _median(costs[CLICK], "clock")
    for at, case in enumerate(found.values()):
        goal = case.most_ms or (case.most or 0) * click
        if goal:
            axes.plot([goal, goal], [at - 0.4, at + 0.4], color="tab:red")
    axes.set_xscale("log")
    axes.set_xlabel("ms by the clock: median, least and most")
    axes.set_title("What a hook costs beside the model (red: the goal)")
    figure.savefig(path)


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("rounds", nargs="?", type=int, default=9)
    arguments.add_argument("--plot", type=Path, metavar="FILE", help="needs matplotlib")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        environ = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
        environ |= {
            "HOME": folder,
            "XDG_CACHE_HOME": folder,
            "XDG_CONFIG_HOME": folder,
            "XDG_STATE_HOME": folder,
        }
        found = cases(work, environ)
        costs = measured(found, given.rounds, environ)
        print(table(found, costs), end="\n\n", flush=True)
        waiting = repository(work / "waiting", PROMPTS, environ)
        runs = [asked(slots, waiting, work, environ) for slots in (1, SLOTS)]
        print(asked_table(*runs))
    if given.plot:
        plot(found, costs, given.plot)


if __name__ == "__main__":
    main()
