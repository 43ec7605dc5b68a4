"""What git is in the middle of, as git itself brings it about."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.change.quick_git import git_folder
from reviewbot.hooks.under_way import under_way
from tests.conftest import Repository, Reviewbot, git_is


def _begin(repository: Repository, *arguments: str) -> None:
    """A command that stops at a conflict."""
    subprocess.run(
        ["git", *arguments],
        cwd=repository.path,
        env=os.environ | {"GIT_EDITOR": "true"},
        capture_output=True,
        check=False,
    )


@pytest.fixture(params=["files", "reftable"])
def parted(repository: Repository, request: pytest.FixtureRequest) -> Repository:
    """`main` and `side` have changed the same line; git keeps its references in either way."""
    if request.param == "reftable":
        if not git_is((2, 48)):
            pytest.skip("needs git 2.48: it moves references to a reftable")
        repository.git("refs", "migrate", "--ref-format=reftable")
    repository.stage("a.py", "a = 0\n")
    repository.commit()
    repository.git("checkout", "-q", "-b", "side")
    repository.stage("a.py", "a = 1\n")
    repository.commit("on the side")
    repository.git("checkout", "-q", "main")
    repository.stage("a.py", "a = 2\n")
    repository.commit("on main")
    return repository


@pytest.fixture(params=["main", "linked"])
def worktree(parted: Repository, tmp_path: Path, request: pytest.FixtureRequest) -> Repository:
    """The repository's own working tree, or one that is linked to it."""
    if request.param == "main":
        return parted
    parted.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"), "main")
    return Repository(tmp_path / "linked")


def _patch(repository: Repository) -> str:
    path = repository.path.parent / "side.patch"
    path.write_text(repository.git("format-patch", "-1", "--stdout", "side") + "\n")
    return str(path)


_STOPPED: dict[str, Callable[[Repository], tuple[str, ...]]] = {
    "a rebase": lambda _: ("rebase", "side"),
    "git am": lambda repository: ("am", "--3way", _patch(repository)),
    "a cherry-pick": lambda _: ("cherry-pick", "side"),
    "a revert": lambda _: ("revert", "side"),
    "a bisection": lambda _: ("bisect", "start"),
}


@pytest.mark.parametrize("what", _STOPPED)
def test_what_git_is_in_the_middle_of_is_not_reviewed(
    worktree: Repository, reviewbot: Reviewbot, what: str
) -> None:
    _begin(worktree, *_STOPPED[what](worktree))
    assert under_way(worktree.path) == what
    worktree.stage("a.py", "a = 3\n")
    strict = ("hook", "pre-commit", "--strict", "--engine", "scripted", "--model", "/nowhere")
    run = reviewbot(*strict, cwd=worktree.path)
    assert (run.code, run.out) == (0, "")
    assert run.err.startswith(f"reviewbot: {what} is in progress: not reviewed; ")
    assert len(run.err.splitlines()) == 1


def test_a_rebase_by_patches_is_one(parted: Repository) -> None:
    _begin(parted, "rebase", "--apply", "side")
    assert under_way(parted.path) == "a rebase"


def test_another_working_tree_is_in_the_middle_of_nothing(
    parted: Repository, tmp_path: Path
) -> None:
    parted.git("worktree", "add", "-q", "-b", "linked", str(tmp_path / "linked"), "main")
    _begin(parted, "cherry-pick", "side")
    assert under_way(tmp_path / "linked") == ""


def test_a_merge_is_reviewed(parted: Repository) -> None:
    _begin(parted, "merge", "side")
    assert (git_folder(parted.path) / "MERGE_HEAD").exists()
    assert under_way(parted.path) == ""


@pytest.mark.parametrize("kind", ["branch", "tag"])
def test_a_reference_of_that_name_stops_no_review(parted: Repository, kind: str) -> None:
    """Whoever is fetched from chooses the names of tags."""
    folder = "tags" if kind == "tag" else "heads"
    parted.git("update-ref", f"refs/{folder}/CHERRY_PICK_HEAD", "side")
    assert under_way(parted.path) == ""
