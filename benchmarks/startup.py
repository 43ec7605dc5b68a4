"""What a commit pays before any model is asked: `python benchmarks/startup.py [RUNS]`.

Each command is run in turn, RUNS rounds (default 21), and its median wall time is printed beside
its ratio to a bare interpreter in the same rounds.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = sys.executable
REVIEWBOT = str(Path(PYTHON).with_name("reviewbot"))
COMMANDS = {
    "python -c pass": [PYTHON, "-c", "pass"],
    'python -c "import click"': [PYTHON, "-c", "import click"],
    "reviewbot --version": [REVIEWBOT, "--version"],
    "reviewbot review (nothing staged)": [REVIEWBOT, "review"],
    "reviewbot hook pre-commit (nothing staged)": [REVIEWBOT, "hook", "pre-commit"],
}


def seconds(command: list[str], cwd: str) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as cwd:
        environ = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        subprocess.run(["git", "init", "--quiet"], cwd=cwd, env=environ, check=True)
        for _ in range(rounds + 1):
            for name, command in COMMANDS.items():
                times[name].append(seconds(command, cwd))
    bare = statistics.median(times["python -c pass"][1:])
    print("| command | median ms | times `python -c pass` |\n|---|---|---|")
    for name, found in times.items():
        median = statistics.median(found[1:])  # the first round fills the disk cache
        print(f"| `{name}` | {1000 * median:.0f} | {median / bare:.1f} |")


if __name__ == "__main__":
    main()
