"""What a sweep of a long history takes: `python -m benchmarks.sweep [COMMITS]`.

Each commit adds a small file, and the scripted engine answers at once, so what is measured is all
that is not the model. The peak memory is the sum of the resident sets of the whole tree of
processes, looked at 20 times a second; the goal is 500 MB for 1,000 commits.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import environment, peak_of
from tests.sweep.sweeping import many_commits

COMMITS, MEGABYTES = 1_000, 500


def history(folder: Path, count: int) -> None:
    """Commits of one small file each, without a process for each."""
    folder.mkdir()
    begun = ["git", "init", "--quiet", "--template=", "--initial-branch=main"]
    subprocess.run(begun, cwd=folder, check=True)
    subprocess.run(
        ["git", "fast-import", "--quiet"], cwd=folder, input=many_commits(count), check=True
    )


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else COMMITS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        history(folder / "repository", count)
        (folder / "script.jsonl").write_text(json.dumps({"reply": {"findings": []}}) + "\n")
        command = [sys.executable, "-m", "reviewbot", "sweep", "--engine", "scripted", "--quiet"]
        command += ["--model", str(folder / "script.jsonl"), "--effort", "plain"]
        command += ["--linters", "off"]
        command += ["--journal", str(folder / "journal"), "--format", "json", "-o", os.devnull]
        begun, cwd = time.perf_counter(), folder / "repository"
        megabytes = peak_of(subprocess.Popen(command, cwd=cwd, env=environment(folder)), (0,))
        seconds = time.perf_counter() - begun
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("| commits | seconds | CPU s | MB |\n| --: | --: | --: | --: |")
    print(f"| {count:,} | {seconds:.0f} | {used.ru_utime + used.ru_stime:.0f} | {megabytes:.0f} |")
    if megabytes > MEGABYTES:
        raise SystemExit(f"more than {MEGABYTES} MB")


if __name__ == "__main__":
    main()
