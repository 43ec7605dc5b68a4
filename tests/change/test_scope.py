from __future__ import annotations

import pytest

from reviewbot.change import scope
from reviewbot.change.git import Git
from reviewbot.errors import GitError
from tests.conftest import Repository


@pytest.fixture
def forked(repository: Repository) -> dict[str, str]:
    """root - main, and root - side."""
    root = repository.commit("root")
    repository.git("branch", "side")
    repository.stage("m", "m\n")
    main = repository.commit("main")
    repository.git("checkout", "--quiet", "side")
    repository.stage("s", "s\n")
    side = repository.commit("side")
    repository.git("checkout", "--quiet", "main")
    return {"root": root, "main": main, "side": side}


def test_staged_is_against_head(repository: Repository, forked: dict[str, str]) -> None:
    assert scope.staged(Git(repository.path)).base == forked["main"]


def test_a_commit_is_against_its_first_parent(
    repository: Repository, forked: dict[str, str]
) -> None:
    found = scope.commit(Git(repository.path), "main")
    assert (found.base, found.head) == (forked["root"], forked["main"])


def test_a_root_commit_is_against_the_empty_tree(
    repository: Repository, forked: dict[str, str]
) -> None:
    git = Git(repository.path)
    assert scope.commit(git, forked["root"]).base == git.empty_tree()


@pytest.mark.parametrize(
    ("text", "base", "head"),
    [
        ("main..side", "main", "side"),
        ("main...side", "root", "side"),
        ("..side", "main", "side"),
        ("side..", "side", "main"),
        ("side...", "root", "main"),
        ("..", "main", "main"),
    ],
)
def test_a_range_names_both_ends(
    repository: Repository, forked: dict[str, str], text: str, base: str, head: str
) -> None:
    found = scope.revision_range(Git(repository.path), text)
    assert (found.kind, found.base, found.head) == ("range", forked[base], forked[head])


@pytest.mark.parametrize("text", ["main", "", "main.side"])
def test_a_range_without_dots_is_refused(
    repository: Repository, forked: dict[str, str], text: str
) -> None:
    with pytest.raises(GitError, match="is not a range"):
        scope.revision_range(Git(repository.path), text)


@pytest.mark.parametrize("text", ["--output=x..main", "main..--output=x", "main...-x"])
def test_a_range_with_an_option_in_it_is_refused(
    repository: Repository, forked: dict[str, str], text: str
) -> None:
    with pytest.raises(GitError, match="begins with a dash"):
        scope.revision_range(Git(repository.path), text)


def test_a_range_with_four_dots_is_refused(repository: Repository, forked: dict[str, str]) -> None:
    with pytest.raises(GitError, match="unknown revision"):
        scope.revision_range(Git(repository.path), "main....side")


def test_base_is_the_merge_base(repository: Repository, forked: dict[str, str]) -> None:
    found = scope.since_base(Git(repository.path), "side")
    assert (found.base, found.head) == (forked["root"], forked["main"])


def test_unrelated_histories_have_no_base(repository: Repository, forked: dict[str, str]) -> None:
    repository.git("checkout", "--quiet", "--orphan", "alone")
    repository.commit("alone")
    with pytest.raises(GitError, match="no common ancestor") as caught:
        scope.since_base(Git(repository.path), "main")
    assert "fetch" in caught.value.remedy


def test_a_patch_is_named_by_where_it_comes_from() -> None:
    assert scope.patch_file("-").label == "the patch on standard input"
    assert scope.patch_file("a.diff").label == "the patch a.diff"


def test_grafts_do_not_move_a_parent(repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")
    root = repository.commit()
    repository.stage("b.py", "b = 1\n")
    between = repository.commit()
    repository.stage("c.py", "c = 1\n")
    head = repository.commit()
    repository.write(".git/info/grafts", f"{head} {root}\n")
    assert scope.commit(Git(repository.path), "HEAD").base == between
