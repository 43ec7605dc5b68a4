"""How much of a merge request was asked about when its commits were made?
`python -m benchmarks.merged_chunks [--requests N] REPOSITORY…`

Takes runs of 1, 3 and 10 commits of each history (no merges), evenly spread over it, as merge
requests: what their ends differ by is cut into chunks, and so is each commit by itself. Prints the
share of the former's prompts that were a prompt of the latter, byte by byte: what a shared cache
spares a pipeline. It is a figure of `benchmarks/capacity.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from benchmarks.commit_chunks import chunks_of, sampled
from reviewbot.change.git import Git
from reviewbot.change.scope import commit, revision_range
from reviewbot.errors import ReviewbotError
from reviewbot.prompting.render import Renderer

COMMITS = (1, 3, 10)


def prompts(git: Git, first: str, last: str) -> set[str]:
    """The questions about what two commits differ by."""
    scope = revision_range(git, f"{first}..{last}")
    return {Renderer().review(chunk).messages[-1].content for chunk in chunks_of(git, scope)}


def of_commit(git: Git, revision: str) -> set[str]:
    found = chunks_of(git, commit(git, revision))
    return {Renderer().review(chunk).messages[-1].content for chunk in found}


def shares(folder: Path, requests: int, commits: int) -> Iterator[tuple[int, int]]:
    """Of each merge request, how many prompts it has, and how many of them were asked before."""
    git = Git(folder)
    for last in sampled(folder, requests):
        line = [f"{last}~{back}" for back in range(commits)]
        try:
            merged = prompts(git, f"{last}~{commits}", last)
            before = {text for one in line for text in of_commit(git, one)}
        except ReviewbotError:  # the history begins within it
            continue
        yield len(merged), len(merged & before)


@click.command()
@click.option("--requests", default=20, show_default=True, help="Of each repository.")
@click.argument("repositories", nargs=-1, required=True, type=Path)
def main(requests: int, repositories: tuple[Path, ...]) -> None:
    for commits in COMMITS:
        found = [one for folder in repositories for one in shares(folder, requests, commits)]
        asked, known = (sum(column) for column in zip(*found, strict=True))
        share = known / max(1, asked)
        print(f"{commits} commits, {len(found)} requests, {asked} prompts: {share:.2f} known")


if __name__ == "__main__":
    main()
