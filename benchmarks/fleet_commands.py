"""Reviews at a fleet by the whole command, each in a process of its own with a change of its own.

The processes are forked from one that has the imports done (`fleet_client.py`), so that a busy
machine can start enough of them. What is compared is the time from a review's first prompt to its
last answer, as the workers see it: what a review takes beside its prompts is the machine's.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.fleet_client import environ
from benchmarks.fleet_load import Measured
from benchmarks.fleet_model import Review
from tests.fleet.worker import Worker


def prepared(folder: Path, number: int, chunks: int) -> Path:
    """A home folder with a change whose files name the review."""
    home = folder / str(number)
    change = home / "change"
    change.mkdir(parents=True)
    for n in range(chunks):
        text = f"def f{n}(x):\n    return x + {n}\n"
        (change / f"review_{number}_{n}.py").write_text(text, encoding="utf-8")
    for command in (["git", "init", "--quiet", "--template="], ["git", "add", "."]):
        subprocess.run(command, cwd=change, env=environ(home), check=True)
    return home


def check(home: Path, chunks: int) -> None:
    report = json.loads((home / "report.json").read_text(encoding="utf-8"))
    if report["status"] != "complete" or report["usage"]["calls"] != chunks:
        raise SystemExit(f"{home}: {report['status']}, {report['usage']}")


def measured(url: str, reviews: Sequence[Review], workers: Sequence[Worker]) -> Measured:
    """Each review begins at its moment, and asks when it comes to it."""
    with tempfile.TemporaryDirectory() as name:
        homes = [prepared(Path(name), n, len(one.chunks)) for n, one in enumerate(reviews)]
        began = _run(url, reviews, homes)
        for home, one in zip(homes, reviews, strict=True):
            check(home, len(one.chunks))
    seen: dict[int, list[float]] = {n: [] for n in range(len(reviews))}
    for text, *span in (span for worker in workers for span in worker.spans):
        (number,) = re.findall(r"review_(\d+)_", text)
        seen[int(number)] += span
    order = sorted(seen, key=lambda number: min(seen[number]))
    came = tuple(replace(reviews[n], at=min(seen[n]) - began) for n in order)
    spent = tuple(max(seen[n]) - min(seen[n]) for n in order)
    return Measured(came, spent, 0.0, max(map(max, seen.values())) - began)


def _run(url: str, reviews: Sequence[Review], homes: Sequence[Path]) -> float:
    """When they began, on the monotonic clock."""
    command = [sys.executable, "-m", "benchmarks.fleet_client"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, bufsize=1, **pipes) as client:  # type: ignore[call-overload]
        client.stdout.readline()
        began = time.monotonic()
        for one, home in zip(reviews, homes, strict=True):
            time.sleep(max(0.0, began + one.at - time.monotonic()))
            client.stdin.write(f"{home} {url} {one.slots}\n")
        client.stdin.close()
        client.stdout.read()
    return began
