"""A whole review of a merge request of 2,000 files and 100,000 changed lines, by the command that a
user calls: `python -m benchmarks.report`.

The scripted engine answers at once, so what is measured is all that is not the model: git,
redaction, excerpts, chunks, prompts, replies, anchoring, and a report in every format that is
installed. One function in twelve is flagged. Seconds are of the wall clock; the peak memory is the
sum of the resident sets of the whole tree of processes, looked at 20 times a second. Sizes are held
against what the reader of each format takes.
"""

from __future__ import annotations

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click

from benchmarks.capture import make
from reviewbot.settings import FormatName

LINES, FILES = 100_000, 2_000
CAPS = (None, 200)
SECONDS, MEGABYTES = 60, 500

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """The most bytes that a format's reader takes, `packed` as gzip does, and who says so."""

    most: int
    who: str
    packed: bool = False


LIMITS = {
    "html": Limit(10 * MB, "our own"),
    "sarif": Limit(10 * MB, "GitHub code scanning, packed", packed=True),
    "markdown": Limit(1_000_000, "a GitLab note; a GitHub step summary takes 1 MiB"),
}

# A claim of one function in twelve, by its name; its line is an edited or an added one.
_QUOTES = {
    "def account": "if each.value > limit:",
    "function account": "if (each.value > limit) {",
    "func account": "for _, each := range",
}


def _claim(quote: str) -> dict[str, str]:
    return {
        "quote": quote,
        "problem": "Orders that cost exactly the limit are left out, and callers count on them.",
        "category": "correctness",
        "severity": "warning",
    }


def script(path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"contains": start, "reply": {"findings": [_claim(quote)]}}
        for start, quote in _QUOTES.items()
    ]
    rows.append({"reply": {"findings": []}})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@dataclass(frozen=True, slots=True)
class Run:
    """`seconds` of the wall clock, `work` of the processors."""

    cap: int | None
    seconds: float
    work: float
    megabytes: float
    calls: int
    findings: int
    reviewed: int
    failed: int
    sizes: dict[str, int]

    @property
    def named(self) -> str:
        return "all" if self.cap is None else f"at most {self.cap}"


def measured(repository: Path, folder: Path, cap: int | None) -> Run:
    formats = get_args(FormatName)
    files = {name: folder / f"report.{name}" for name in formats}
    command = [sys.executable, "-m", "reviewbot", "review", "--range", "HEAD~1..HEAD", "--quiet"]
    command += ["--engine", "scripted", "--model", str(folder / "script.jsonl"), "-o", os.devnull]
    command += [part for name, path in files.items() for part in ("--report", f"{name}={path}")]
    command += [] if cap is None else ["--max-chunks", str(cap)]
    begun, worked = time.perf_counter(), _work()
    peak = peak_of(subprocess.Popen(command, cwd=repository, env=environment(folder)), (0, 3))
    seconds = time.perf_counter() - begun
    report = json.loads(files["json"].read_text())
    counts = [(row["reviewed"], row["failed"]) for row in report["coverage"]]
    return Run(
        cap,
        seconds,
        _work() - worked,
        peak,
        report["usage"]["calls"],
        len(report["findings"]),
        sum(reviewed for reviewed, _ in counts),
        sum(failed for _, failed in counts),
        {name: size(name, path.read_bytes()) for name, path in files.items()},
    )


def _work() -> float:
    """Processor seconds of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def size(name: str, content: bytes) -> int:
    limit = LIMITS.get(name)
    return len(gzip.compress(content)) if limit and limit.packed else len(content)


def environment(folder: Path) -> dict[str, str]:
    """Nothing of the user's: no settings, no cache."""
    root = str(Path(__file__).resolve().parent.parent)
    return os.environ | {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "PYTHONPATH": root}


def peak_of(process: subprocess.Popen[bytes], expected: tuple[int, ...]) -> float:
    """The most MB that the process and its children held together, when it has ended."""
    most = 0.0
    while process.poll() is None:
        most = max(most, sum(map(resident, tree(process.pid))))
        time.sleep(0.05)
    if process.returncode not in expected:
        raise SystemExit(f"exit code {process.returncode}")
    return most / MB


def tree(root: int) -> Iterator[int]:
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parents.setdefault(_parent(entry), []).append(int(entry.name))
    todo = [root]
    while todo:
        pid = todo.pop()
        yield pid
        todo += parents.get(pid, [])


def _parent(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended
        return -1


def resident(pid: int) -> int:
    """Bytes; what processes share is counted in each."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def tables(runs: list[Run]) -> Iterator[str]:
    yield "| chunks | calls | findings | lines reviewed | not reviewed | seconds | CPU s | MB |"
    yield "| --: | --: | --: | --: | --: | --: | --: | --: |"
    for run in runs:
        cells = [run.named, f"{run.calls:,}", f"{run.findings:,}"]
        cells += [f"{run.reviewed:,}", f"{run.failed:,}"]
        cells += [f"{run.seconds:.1f}", f"{run.work:.1f}", f"{run.megabytes:.0f}"]
        yield f"| {' | '.join(cells)} |"
    yield f"\nGoals: {SECONDS} s, {MEGABYTES} MB.\n"
    yield f"| format | {' | '.join(f'MB, {run.named}' for run in runs)} | limit |"
    yield f"| --- |{' --: |' * len(runs)} --- |"
    for name in get_args(FormatName):
        sizes = [f"{run.sizes[name] / MB:.2f}" for run in runs]
        limit = LIMITS.get(name)
        told = f"{limit.most / MB:g} ({limit.who})" if limit else ""
        yield f"| {' | '.join([name, *sizes, told])} |"


def missed(run: Run) -> Iterator[str]:
    if run.seconds > SECONDS:
        yield f"{run.seconds:.0f} s"
    if run.megabytes > MEGABYTES:
        yield f"{run.megabytes:.0f} MB of memory"
    for name, limit in LIMITS.items():
        if run.sizes.get(name, 0) > limit.most:
            yield f"{name}: {run.sizes[name]:,} bytes"


@click.command()
@click.option("--keep", metavar="FOLDER", type=Path, help="Keep the reports there.")
def main(keep: Path | None) -> None:
    """Measure, print the tables, and end with 1 where a goal is missed."""
    runs = []
    with tempfile.TemporaryDirectory() as name:
        repository = Path(name) / "repository"
        repository.mkdir()
        print(f"{make(repository, LINES, FILES):,} changed lines in {FILES:,} files\n")
        who = ["-c", "user.name=b", "-c", "user.email=b@example.org"]
        subprocess.run(["git", *who, "commit", "-qm", "change"], cwd=repository, check=True)
        for cap in CAPS:
            folder = (keep or Path(name)) / str(cap or "all")
            folder.mkdir(parents=True)
            script(folder / "script.jsonl")
            runs.append(measured(repository, folder, cap))
    print("\n".join(tables(runs)))
    goals = [f"{run.named}: {goal}" for run in runs for goal in missed(run)]
    print("\nMissed: " + "; ".join(goals) if goals else "\nAll goals are met.")
    sys.exit(bool(goals))


if __name__ == "__main__":
    main()
