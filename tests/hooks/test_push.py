"""What a push tells its hook, and the scopes that follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import GitError
from reviewbot.hooks.push import pushed
from tests.conftest import Repository

ZERO = "0" * 40


@pytest.fixture
def history(repository: Repository) -> list[str]:
    """Three commits on main, of which a remote has the first."""
    ids = []
    for number in range(3):
        repository.stage("a.py", f"a = {number}\n")
        ids.append(repository.commit())
    repository.git("update-ref", "refs/remotes/origin/main", ids[0])
    return ids


def scopes(
    repository: Repository, *lines: str, environ: dict[str, str] | None = None
) -> list[tuple[str, str]]:
    found: list[Scope] = list(pushed(Git(repository.path), lines, environ or {}))
    return [(scope.base, scope.head) for scope in found]


def test_known_branch_is_reviewed_from_what_the_remote_has(
    repository: Repository, history: list[str]
) -> None:
    line = f"refs/heads/main {history[2]} refs/heads/main {history[1]}"
    assert scopes(repository, line) == [(history[1], history[2])]


def test_new_branch_is_reviewed_from_what_no_remote_has(
    repository: Repository, history: list[str]
) -> None:
    line = f"refs/heads/side {history[2]} refs/heads/side {ZERO}"
    assert scopes(repository, line) == [(history[0], history[2])]


def test_remote_commit_that_was_never_fetched(repository: Repository, history: list[str]) -> None:
    line = f"refs/heads/main {history[2]} refs/heads/main {'1' * 40}"
    assert scopes(repository, line) == [(history[0], history[2])]


def test_first_push_begins_at_the_empty_tree(repository: Repository, history: list[str]) -> None:
    repository.git("update-ref", "-d", "refs/remotes/origin/main")
    line = f"refs/heads/main {history[2]} refs/heads/main {ZERO}"
    assert scopes(repository, line) == [(Git(repository.path).empty_tree(), history[2])]


def test_forced_push_is_reviewed_from_the_merge_base(
    repository: Repository, history: list[str]
) -> None:
    repository.git("checkout", "--quiet", "-b", "other", history[0])
    repository.stage("b.py", "b = 1\n")
    other = repository.commit()
    line = f"refs/heads/main {other} refs/heads/main {history[2]}"
    assert scopes(repository, line) == [(history[0], other)]


def test_deleted_branch_and_nothing_new_have_no_scope(
    repository: Repository, history: list[str]
) -> None:
    deleted = f"(delete) {ZERO} refs/heads/main {history[0]}"
    known = f"refs/heads/main {history[0]} refs/heads/copy {ZERO}"
    assert scopes(repository, deleted, known) == []


def test_each_ref_of_a_push_is_a_scope(repository: Repository, history: list[str]) -> None:
    lines = (
        f"refs/heads/main {history[2]} refs/heads/main {history[0]}",
        f"refs/heads/side {history[1]} refs/heads/side {history[0]}",
    )
    assert scopes(repository, *lines) == [(history[0], history[2]), (history[0], history[1])]


def test_pre_commit_names_the_range_in_variables(
    repository: Repository, history: list[str]
) -> None:
    environ = {
        "PRE_COMMIT": "1",
        "PRE_COMMIT_FROM_REF": "HEAD~1",
        "PRE_COMMIT_TO_REF": "HEAD",
    }
    assert scopes(repository, environ=environ) == [(history[1], history[2])]


def test_pre_commit_names_no_range_for_a_branch_with_its_root(
    repository: Repository, history: list[str]
) -> None:
    environ = {"PRE_COMMIT": "1", "PRE_COMMIT_REMOTE_NAME": "origin"}
    assert scopes(repository, environ=environ) == [(Git(repository.path).empty_tree(), history[2])]


def test_plain_hook_of_git_itself(repository: Repository, tmp_path: Path) -> None:
    """git's own words on standard input, from a real push to a real remote."""
    remote, said = tmp_path / "remote.git", tmp_path / "said"
    repository.git("init", "--quiet", "--bare", str(remote))
    hook = repository.write(".git/hooks/pre-push", f'#!/bin/sh\ncat > "{said}"\n')
    hook.chmod(0o755)
    repository.stage("a.py", "a = 1\n")
    head = repository.commit()
    repository.git("push", "--quiet", str(remote), "main")
    lines = said.read_text().splitlines()
    assert scopes(repository, *lines) == [(Git(repository.path).empty_tree(), head)]


def test_ref_with_a_blank_is_reviewed(repository: Repository, history: list[str]) -> None:
    """`git push origin 'HEAD^{/a change}:refs/heads/x'` names its source as it was typed."""
    line = f"HEAD^{{/a change}} {history[2]} refs/heads/x {history[1]}\n"
    assert scopes(repository, line) == [(history[1], history[2])]


def test_line_that_is_not_gits_is_refused(repository: Repository) -> None:
    with pytest.raises(GitError, match="no line of a pre-push hook"):
        scopes(repository, "foo bar baz\n")


def test_an_empty_line_says_nothing(repository: Repository, history: list[str]) -> None:
    line = f"refs/heads/main {history[2]} refs/heads/main {history[1]}\n"
    assert scopes(repository, "\n", line, "") == [(history[1], history[2])]


def test_tag_of_a_blob_has_no_scope(repository: Repository, history: list[str]) -> None:
    blob = repository.git("rev-parse", "HEAD:a.py")
    assert scopes(repository, f"refs/tags/t {blob} refs/tags/t {ZERO}") == []


def test_what_another_remote_has_is_still_reviewed(
    repository: Repository, history: list[str]
) -> None:
    repository.git("update-ref", "refs/remotes/private/main", history[2])
    line = f"refs/heads/main {history[2]} refs/heads/main {ZERO}"
    found = pushed(Git(repository.path), [line], {}, "origin")
    assert [scope.base for scope in found] == [history[0]]
