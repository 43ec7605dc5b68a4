"""How many chunks has a commit? `python -m benchmarks.commit_chunks [--commits N] REPOSITORY…`.

Takes so many commits of each history, evenly spread over it and no merges, goes the way from git
to chunks with each, and prints the quantiles of their number and the share of chunks that edit,
which are compared. A commit without anything to review counts with 0.
Then the hours of the working days in which the authors committed, by their own clocks, and how many
commits an author made on a day with any. These are figures of `benchmarks/capacity.toml`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import click

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.prepare import prepare
from reviewbot.change.scope import commit
from reviewbot.change.selection.advice import read_advice
from reviewbot.change.snapshot import Snapshot
from reviewbot.changeset import Scope
from reviewbot.errors import ReviewbotError
from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk, cut
from reviewbot.prompting.contrast import versions_of
from reviewbot.prompting.render import REPLY_TOKENS

WINDOW, OVERHEAD = 8192, 1000
QUANTILES = (0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 99)


def chunks_of(git: Git, scope: Scope) -> list[Chunk]:
    change = capture(git, scope)
    advice = read_advice(git, scope, change.files)
    prepared = prepare(change, advice, Snapshot(git, scope))
    parts = cut(prepared.excerpts, Budget(WINDOW, OVERHEAD, REPLY_TOKENS))
    return [part for part in parts if isinstance(part, Chunk)]


def _git(folder: Path, *arguments: str) -> str:
    kept = {key: text for key, text in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=kept, check=True, capture_output=True
    )
    return done.stdout.decode(errors="replace")


def sampled(folder: Path, commits: int) -> list[str]:
    every = _git(folder, "rev-list", "--no-merges", "HEAD").split()
    return every[:: max(1, len(every) // commits)][:commits]


def moments(folder: Path) -> Iterator[tuple[str, datetime]]:
    """Author and moment of each commit of a working day; some clocks' zones do not exist."""
    for row in _git(folder, "log", "--no-merges", "--format=%aI %ae").splitlines():
        written, _, author = row.partition(" ")
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            continue
        if at.weekday() < 5:
            yield author, at


@click.command()
@click.option("--commits", default=100, show_default=True, help="Of each repository.")
@click.argument("repositories", nargs=-1, required=True, type=Path)
def main(commits: int, repositories: tuple[Path, ...]) -> None:
    numbers: list[int] = []
    edits: list[bool] = []
    hours: Counter[int] = Counter()
    days: Counter[tuple[str, object]] = Counter()
    for folder in repositories:
        git = Git(folder)
        for author, at in moments(folder):
            hours[at.hour] += 1
            days[author, at.date()] += 1
        for revision in sampled(folder, commits):
            try:
                found = chunks_of(git, commit(git, revision))
            except ReviewbotError as error:
                print(f"{revision}: {error}")
                continue
            numbers.append(len(found))
            edits += [versions_of(chunk) is not None for chunk in found]
    _print(numbers, edits)
    total = hours.total()
    print(f"hours = {[round(100 * hours[hour] / total, 1) for hour in range(24)]}")
    print(f"commits on a day with any: {statistics.mean(days.values()):.1f}")


def _print(numbers: list[int], edits: list[bool]) -> None:
    numbers.sort()
    last = len(numbers) - 1
    print(f"commits: {len(numbers)}, chunks: {len(edits)}")
    print(f"chunks = {[numbers[min(last, len(numbers) * part // 100)] for part in QUANTILES]}")
    print(f"largest = {statistics.mean(numbers[-max(1, len(numbers) // 100) :]):.0f}")
    print(f"edits = {statistics.mean(edits):.2f}")


if __name__ == "__main__":
    main()
