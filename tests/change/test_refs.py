"""Where a commit stands: whether something leads to it, where a push would take it, and in which
working tree it was made."""

from __future__ import annotations

import pytest

from reviewbot.change.git import Git
from reviewbot.change.place import place_and_head, place_of
from reviewbot.change.refs import count, is_held, push_line
from reviewbot.errors import GitError
from tests.conftest import Repository


def test_a_commit_that_was_amended_away_is_nobodys(repository: Repository) -> None:
    git = Git(repository.path)
    first = repository.commit("first")
    assert is_held(git, first)
    repository.git("commit", "--quiet", "--no-verify", "--amend", "--allow-empty", "-m", "x")
    assert not is_held(git, first)
    repository.git("tag", "kept", first)
    assert is_held(git, first)
    repository.git("tag", "--delete", "kept")
    repository.git("checkout", "--quiet", "--detach", first)
    assert is_held(git, first)
    assert not is_held(git, "0123456789" * 4)


def test_where_a_push_goes(repository: Repository) -> None:
    git = Git(repository.path)
    head = repository.commit()
    assert push_line(git) is None
    repository.git("remote", "add", "origin", "/nowhere")
    new = f"refs/heads/main {head} refs/heads/main {'0' * 40}"
    assert push_line(git) == ("origin", new)
    repository.git("update-ref", "refs/remotes/origin/main", head)
    after = repository.commit()
    known = f"refs/heads/main {after} refs/heads/main {head}"
    assert push_line(git) == ("origin", known)
    repository.git("remote", "add", "fork", "/elsewhere")
    repository.git("config", "remote.pushDefault", "fork")
    assert push_line(git) == ("fork", f"refs/heads/main {after} refs/heads/main {'0' * 40}")
    repository.git("checkout", "--quiet", "--detach")
    assert push_line(git) is None


def test_commits_are_counted_from_a_commit_and_from_nothing(repository: Repository) -> None:
    git = Git(repository.path)
    first = repository.commit()
    for _ in range(3):
        head = repository.commit()
    assert count(git, first, head) == 3
    assert count(git, git.empty_tree(), head) == 4


def test_working_trees_of_one_repository_share_a_folder(repository: Repository) -> None:
    with pytest.raises(GitError):
        place_and_head(repository.path)
    repository.commit()
    linked = Repository(repository.path.parent / "linked")
    repository.git("worktree", "add", "--quiet", "-b", "side", str(linked.path))
    (linked.path / "below").mkdir()
    there, head = place_and_head(linked.path / "below")
    here = place_of(repository.path)
    assert head == linked.git("rev-parse", "HEAD")
    assert (there.top, there.common) == (linked.path, here.common)
    assert there.git_dir == here.common / "worktrees" / "linked"
    with pytest.raises(GitError, match="not inside a git repository"):
        place_of(repository.path.parent)
