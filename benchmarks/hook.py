"""What a hook costs beside the model: `python benchmarks/hook.py [ROUNDS]`.

Nothing staged; 1, 50 and 500 files that are all in the cache; one hunk that is not, answered by the
scripted engine. Each command is run in turn, ROUNDS rounds (default 9), without linters; its median
wall time stands beside its ratio to `python -c "import click"` in the same rounds. The time of the
processors, of git's and the parser's processes too, is there for machines that have other work.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOOK = (sys.executable, "-P", "-m", "reviewbot", "hook", "pre-commit")
CLICK = 'python -c "import click"'
FILES = (1, 50, 500)


@dataclass(frozen=True)
class Case:
    command: tuple[str, ...]
    cwd: Path


def seconds(case: Case, environ: dict[str, str]) -> tuple[float, float]:
    """By the clock, and of the processors."""
    begun, used = time.perf_counter(), _of_processors()
    subprocess.run(case.command, cwd=case.cwd, env=environ, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun, _of_processors() - used


def _of_processors() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def repository(folder: Path, files: int, environ: dict[str, str]) -> Path:
    folder.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=folder, env=environ, check=True)
    for number in range(files):
        text = f"def work_{number}(value):\n    return value + {number}\n"
        (folder / f"module_{number}.py").write_text(text, encoding="utf-8")
    if files:
        subprocess.run(["git", "add", "."], cwd=folder, env=environ, check=True)
    return folder


def cases(work: Path, environ: dict[str, str]) -> dict[str, Case]:
    script = work / "script.jsonl"
    script.write_text('{"reply": {"findings": []}}\n', encoding="utf-8")
    hook = (*HOOK, "--engine", "scripted", "--model", str(script), "--linters", "off")
    empty = repository(work / "empty", 0, environ)
    one = repository(work / "one", 1, environ)
    found = {
        CLICK: Case((sys.executable, "-c", "import click"), empty),
        "nothing staged": Case(hook, empty),
        "one hunk, asked": Case((*hook, "--no-cache"), one),
    }
    for files in FILES:
        cwd = repository(work / f"files_{files}", files, environ)
        found[f"{files} cached"] = Case(hook, cwd)
    return found


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        environ = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
        environ |= {"HOME": folder, "XDG_CACHE_HOME": folder, "XDG_CONFIG_HOME": folder}
        found = cases(work, environ)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in found}
        for _ in range(rounds + 1):
            for name, case in found.items():
                times[name].append(seconds(case, environ))
    # The first round fills the caches, reviewbot's and the disk's.
    medians = {
        name: tuple(map(statistics.median, zip(*all_of[1:], strict=True)))
        for name, all_of in times.items()
    }
    print(f"| command | ms | times `{CLICK}` | ms of processors | times |\n|---|--:|--:|--:|--:|")
    for name, (clock, used) in medians.items():
        ratios = clock / medians[CLICK][0], used / medians[CLICK][1]
        print(
            f"| {name} | {1000 * clock:.0f} | {ratios[0]:.1f}"
            f" | {1000 * used:.0f} | {ratios[1]:.1f} |"
        )


if __name__ == "__main__":
    main()
