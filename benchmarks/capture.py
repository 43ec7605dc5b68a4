"""The way from git to chunks, by size of the change: `python benchmarks/capture.py [--plot FILE]`.

Makes repositories with a staged change of about 1,000, 10,000 and 100,000 changed lines in Python,
JavaScript and Go: half of the files are edited all over, the others are new. That makes some 10
changed lines a hunk, as in the histories of click, jq, tornado and vue (`benchmarks/histories.py`
counts 10 to 26). Each change is captured, redacted, selected, put in context and cut in a process
of its own, so that the peak memory is that of one run. Seconds are the median of three runs; git
processes are counted by a `git` on PATH that writes a line and goes on as the real one.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

SIZES = ((1_000, 10), (10_000, 200), (100_000, 2_000))
RUNS = 3
STAGES = ("capture", "advise", "prepare", "chunk")
# A window of 8192 tokens less an overhead as measured with the bundled prompt.
WINDOW, OVERHEAD = 8192, 1000

_NAMES = "account balance cart customer delivery invoice ledger order parcel payment price stock"


def functions(language: str, count: int, seed: int) -> list[list[str]]:
    """Functions as people write them, a list of lines each; no two alike."""
    pick = random.Random(seed)  # noqa: S311
    return [_function(language, number, pick) for number in range(count)]


def _function(language: str, number: int, pick: random.Random) -> list[str]:
    one, two, three = pick.sample(_NAMES.split(), 3)
    name, limit = f"{one}_of_{two}_{number}", pick.randrange(1000)
    body = _BODIES[language]
    return [line.format(name=name, a=one, b=two, c=three, n=limit) for line in body]


_BODIES = {
    "py": [
        "def {name}({a}, {b}, limit={n}):",
        '    """The {c} of {a} and {b}."""',
        "    {c} = []",
        "    for item in {a}.items({b}):",
        "        if item.value > limit:",
        "            {c}.append(item.key)",
        "    return sorted({c})[: limit + {n}]",
        "",
        "",
    ],
    "js": [
        "export function {name}({a}, {b}, limit = {n}) {{",
        "  const {c} = [];",
        "  for (const item of {a}.items({b})) {{",
        "    if (item.value > limit) {{",
        "      {c}.push(item.key);",
        "    }}",
        "  }}",
        "  return {c}.slice(0, limit + {n});",
        "}}",
        "",
    ],
    "go": [
        "func {name}({a} Store, {b} string) []string {{",
        "\t{c} := []string{{}}",
        "\tfor _, item := range {a}.Items({b}) {{",
        "\t\tif item.Value > {n} {{",
        "\t\t\t{c} = append({c}, item.Key)",
        "\t\t}}",
        "\t}}",
        "\treturn {c}",
        "}}",
        "",
    ],
}
_HEADS = {
    "py": ["import json", "from shop.stock_0 import stock_of_price_0", "", ""],
    "js": ['import {{ order_of_cart_1 }} from "./orders_1.js";', ""],
    "go": ["package shop", "", 'import "strings"', ""],
}


def make(folder: Path, lines: int, files: int) -> int:
    """A repository with a staged change of about so many lines; the exact count comes back."""
    _git(folder, "init", "--quiet")
    names = _NAMES.split()
    each = lines // files
    staged: dict[Path, str] = {}
    for number in range(files):
        language = ("py", "js", "go")[number % 3]
        path = folder / "shop" / f"part{number % 40}" / f"{names[number % 12]}_{number}.{language}"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 2:
            staged[path] = _text(_HEADS[language], functions(language, -(-each // 9), number))
        else:
            # Every edit is three lines removed and three added, in a function of some nine lines.
            old = functions(language, -(-each // 6), number)
            path.write_text(_text(_HEADS[language], old))
            staged[path] = _text(_HEADS[language], [_edited(lines) for lines in old])
    _git(folder, "add", ".")
    _git(folder, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qm", "base")
    for path, text in staged.items():
        path.write_text(text)
    _git(folder, "add", ".")
    counted = _git(folder, "diff-index", "--cached", "--numstat", "HEAD").splitlines()
    return sum(int(field) for row in counted for field in row.split("\t")[:2])


def _edited(lines: list[str]) -> list[str]:
    """Three lines from the fourth on say something else."""
    return [
        line.replace("item", "each").replace("Item", "Each") if 2 <= at <= 4 else line
        for at, line in enumerate(lines)
    ]


def _text(head: list[str], parts: list[list[str]]) -> str:
    return "\n".join([*head, *(line for part in parts for line in part)]) + "\n"


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def measure(folder: Path) -> dict[str, Any]:
    """One run in this process: seconds by stage, peak memory in MB, chunks."""
    from reviewbot.change.capture import capture
    from reviewbot.change.git import Git
    from reviewbot.change.prepare import prepare
    from reviewbot.change.scope import staged
    from reviewbot.change.selection.advice import read_advice
    from reviewbot.change.snapshot import Snapshot
    from reviewbot.prompting.budget import Budget
    from reviewbot.prompting.chunk import cut
    from reviewbot.prompting.render import REPLY_TOKENS

    git = Git(folder)
    clock = [time.perf_counter()]
    scope = staged(git)
    change = capture(git, scope)
    clock.append(time.perf_counter())
    advice = read_advice(git, scope, change.files)
    clock.append(time.perf_counter())
    prepared = prepare(change, advice, Snapshot(git, scope))
    clock.append(time.perf_counter())
    chunks = list(cut(prepared.excerpts, Budget(WINDOW, OVERHEAD, REPLY_TOKENS)))
    clock.append(time.perf_counter())
    seconds = {
        stage: end - begin for stage, begin, end in zip(STAGES, clock, clock[1:], strict=False)
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**seconds, "megabytes": peak, "chunks": len(chunks)}


def runs(folder: Path, shim: Path) -> Iterator[dict[str, Any]]:
    log = shim / "log"
    environ = os.environ | {"PATH": f"{shim}{os.pathsep}{os.environ['PATH']}"}
    for _ in range(RUNS):
        log.write_text("")
        command = [sys.executable, __file__, "--one", str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, env=environ)
        yield json.loads(done.stdout) | {"git": len(log.read_text().splitlines())}


def counting_git(folder: Path) -> Path:
    real = shutil.which("git")
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho "$*" >> "{folder}/log"\nexec "{real}" "$@"\n')
    script.chmod(0o755)
    return folder


def table(rows: list[dict[str, Any]]) -> str:
    head = ["lines", "files", *STAGES, "total s", "µs/line", "MB", "git", "chunks"]
    body = [
        [
            f"{row['lines']:,}",
            f"{row['files']:,}",
            *(f"{row[stage]:.2f}" for stage in STAGES),
            f"{row['total']:.2f}",
            f"{row['total'] / row['lines'] * 1e6:.0f}",
            f"{row['megabytes']:.0f}",
            str(row["git"]),
            f"{row['chunks']:,}",
        ]
        for row in rows
    ]
    rule = ["--:"] * len(head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, rule, *body])


def plot(rows: list[dict[str, Any]], path: str) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    labels = [f"{row['lines']:,} lines\n{row['files']:,} files" for row in rows]
    below = [0.0] * len(rows)
    for stage in STAGES:
        costs = [row[stage] / row["lines"] * 1e6 for row in rows]
        axes.bar(labels, costs, bottom=below, label=stage)
        below = [one + other for one, other in zip(below, costs, strict=True)]
    axes.set_ylabel("µs per changed line")
    axes.set_title("From git to chunks: cost of a changed line by size of the change")
    axes.legend()
    figure.savefig(path)


@click.command()
@click.option("--plot", "plot_file", metavar="FILE", help="Write a plot there (needs matplotlib).")
@click.option("--one", metavar="FOLDER", hidden=True)
def main(plot_file: str | None, one: str | None) -> None:
    if one:
        print(json.dumps(measure(Path(one))))
        return
    rows = []
    with tempfile.TemporaryDirectory() as name:
        shim = Path(name) / "shim"
        shim.mkdir()
        counting_git(shim)
        for lines, files in SIZES:
            folder = Path(name) / str(lines)
            folder.mkdir()
            counted = make(folder, lines, files)
            found = list(runs(folder, shim))
            row = {key: statistics.median(run[key] for run in found) for key in found[0]}
            total = statistics.median(sum(run[stage] for stage in STAGES) for run in found)
            rows.append({**row, "lines": counted, "files": files, "total": total})
    print(table(rows))
    if plot_file:
        plot(rows, plot_file)


if __name__ == "__main__":
    main()
