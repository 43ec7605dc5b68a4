from __future__ import annotations

import pytest

from reviewbot.change.git import Git
from reviewbot.change.scope import commit, staged
from reviewbot.change.settled import settled
from tests.conftest import Repository


def test_a_staged_change_is_judged_by_the_index_and_a_commit_by_its_base(
    repository: Repository,
) -> None:
    repository.stage("b c/x.json", "old")
    repository.commit()
    repository.stage("b c/x.json", "new")
    repository.commit()
    repository.stage("b c/x.json", "staged")
    repository.write("b c/x.json", "working tree")
    git = Git(repository.path / "b c")
    assert settled(git, staged(git), "b c/x.json") == b"staged"
    assert settled(git, commit(git, "HEAD"), "b c/x.json") == b"old"
    assert settled(git, commit(git, "HEAD~1"), "b c/x.json") is None


@pytest.mark.parametrize("path", ["none", "no ne", "a b missing", "-x", "1:b", ":(top)b", "é", "d"])
def test_what_is_no_file_is_none(repository: Repository, path: str) -> None:
    repository.stage("b", "content")
    repository.stage("d/e", "content")
    git = Git(repository.path)
    assert settled(git, staged(git), path) is None
    repository.commit()
    assert settled(git, commit(git, "HEAD"), path) is None
    repository.commit()
    assert settled(git, commit(git, "HEAD"), path) is None


@pytest.mark.parametrize("path", ["a b missing", "-x", "1:b", "é", "./b"])
def test_a_file_of_any_name_is_found(repository: Repository, path: str) -> None:
    repository.stage(path, "content")
    git = Git(repository.path)
    assert settled(git, staged(git), path) == b"content"
    repository.commit()
    repository.commit()
    assert settled(git, commit(git, "HEAD"), path) == b"content"
