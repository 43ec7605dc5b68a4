"""A shallow clone, as CI makes them, lacks history that a scope may need."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.change import scope
from reviewbot.change.git import Git
from reviewbot.errors import GitError
from tests.conftest import Repository


def _shallow(repository: Repository, folder: Path, depth: int) -> Git:
    source = f"file://{repository.path}"
    repository.git(
        "clone", "--quiet", f"--depth={depth}", "--no-single-branch", source, str(folder)
    )
    return Git(folder)


def test_a_commit_whose_parent_a_shallow_clone_lacks_is_not_a_root(
    repository: Repository, forked: dict[str, str], tmp_path: Path
) -> None:
    git = _shallow(repository, tmp_path / "clone", 1)
    with pytest.raises(GitError, match=forked["root"]) as caught:
        scope.commit(git, "HEAD")
    assert caught.value.remedy.endswith("git fetch --unshallow")
    Repository(tmp_path / "clone").git("fetch", "--quiet", "--unshallow")
    assert scope.commit(git, "HEAD").base == forked["root"]


def test_a_commit_that_a_shallow_clone_lacks_can_be_fetched(
    repository: Repository, forked: dict[str, str], tmp_path: Path
) -> None:
    git = _shallow(repository, tmp_path / "clone", 1)
    with pytest.raises(GitError, match="unknown revision") as caught:
        scope.revision_range(git, f"{forked['root']}..HEAD")
    assert caught.value.remedy.endswith("git fetch --unshallow")


def test_a_shallow_clone_without_the_merge_base_says_so(
    repository: Repository, forked: dict[str, str], tmp_path: Path
) -> None:
    git = _shallow(repository, tmp_path / "clone", 1)
    with pytest.raises(GitError, match="no common ancestor") as caught:
        scope.since_base(git, "origin/side")
    assert caught.value.remedy.endswith("git fetch --unshallow")


def test_a_shallow_clone_with_the_merge_base_is_enough(
    repository: Repository, forked: dict[str, str], tmp_path: Path
) -> None:
    git = _shallow(repository, tmp_path / "clone", 2)
    assert scope.since_base(git, "origin/side").base == forked["root"]


def test_a_shallow_clone_that_shows_an_older_ancestor_alone_says_so(
    repository: Repository, tmp_path: Path
) -> None:
    """1 - 2 - 3, from which main and side part, and main merged a branch from 1 on. With the
    history of main cut above 3, that branch leads git to 1."""
    one, _, three = (repository.commit(f"{number}") for number in range(3))
    repository.git("branch", "side")
    four = repository.commit("four")
    repository.git("checkout", "--quiet", "-b", "old", one)
    repository.commit("old")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--message", "merge", "old")
    repository.git("checkout", "--quiet", "side")
    repository.commit("side")
    git = Git(repository.path)
    assert scope.since_base(git, "main").base == three
    repository.write(".git/shallow", f"{four}\n")
    assert repository.git("merge-base", "main", "side") == one
    with pytest.raises(GitError, match="this shallow clone ends before") as caught:
        scope.since_base(git, "main")
    assert caught.value.remedy.endswith("git fetch --unshallow")
