"""What a person does with git, under every hook manager that people use: what is reviewed is what
git is about to commit or to push, and no more."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.background.room import room_of
from tests.background.conftest import until
from tests.conftest import Repository
from tests.hooks import managers

_FINDING = {
    "quote": "a = 1 / 0",
    "problem": "It divides by zero.",
    "category": "correctness",
    "severity": "error",
}
_SLOW = (managers.pre_commit, managers.prek, managers.lefthook, managers.husky)
_DEFECT = "a.py:1: error: It divides by zero"


@pytest.fixture(
    params=[
        managers.plain,
        managers.configured,
        *(pytest.param(set_up, marks=pytest.mark.slow) for set_up in _SLOW),
    ],
    ids=lambda set_up: set_up.__name__,
)
def set_up(request: pytest.FixtureRequest) -> managers.SetUp:
    found: managers.SetUp = request.param
    return found


@pytest.fixture(scope="session")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where pre-commit and prek keep their clones, once for all tests."""
    return {
        "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("pre-commit")),
        "PREK_HOME": str(tmp_path_factory.mktemp("prek")),
    }


@pytest.fixture
def hooked(
    repository: Repository,
    set_up: managers.SetUp,
    stores: dict[str, str],
    hook_repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: Callable[..., str],
) -> Repository:
    """A repository with `b.py` (two lines) and both hooks, by the scripted engine."""
    programs = repository.path.parent / "bin"
    programs.mkdir()
    command = shlex.join([sys.executable, "-P", "-m", "reviewbot"])
    (programs / "reviewbot").write_text(f'#!/bin/sh\nexec {command} "$@"\n')
    (programs / "reviewbot").chmod(0o755)
    clean: dict[str, object] = {"reply": {"findings": []}}
    model = script({"contains": "1 / 0", "reply": {"findings": [_FINDING]}}, clean)
    chosen = {"REVIEWBOT_ENGINE": "scripted", "REVIEWBOT_MODEL": model}
    path = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    # A machine that is busy with other tests is no reason to stop.
    for name, value in {**chosen, **path, **stores, "REVIEWBOT_HOOK_DEADLINE": "0"}.items():
        monkeypatch.setenv(name, value)
    repository.stage("b.py", "b = 0\nb = 1\n")
    repository.commit()
    set_up(repository, hook_repository)
    return repository


def _git(repository: Repository, *arguments: str, code: int = 0, **environ: str) -> str:
    """As a person runs it: with the hooks. Returns all that is printed."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=repository.path,
        env=os.environ | {"GIT_EDITOR": "true"} | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    return said


def _commit(repository: Repository, *arguments: str) -> str:
    return _git(repository, "commit", "-m", "x", *arguments)


def test_a_commit_is_advised_on(hooked: Repository) -> None:
    hooked.stage("a.py", "a = 1 / 0\n")
    hooked.write("a.py", "a = 'what is not staged'\n")
    said = _commit(hooked)
    assert _DEFECT in said
    assert "1 of 1 changed line reviewed" in said
    assert hooked.git("status", "--porcelain") == " M a.py"


def test_a_gate_stops_the_commit(hooked: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEWBOT_FAIL_ON", "error")
    hooked.stage("a.py", "a = 1 / 0\n")
    assert _DEFECT in _git(hooked, "commit", "-m", "x", code=1)
    assert "skipped, as REVIEWBOT_SKIP says" in _git(
        hooked, "commit", "-m", "x", REVIEWBOT_SKIP="1"
    )


def test_commit_of_all(hooked: Repository) -> None:
    hooked.stage("a.py", "a = 1\n")
    hooked.write("b.py", "b = 0\nb = 1\nb = 2\n")
    assert "2 of 2 changed lines reviewed" in _commit(hooked, "-a")


def test_commit_of_one_file(hooked: Repository) -> None:
    hooked.stage("a.py", "a = 1 / 0\n")
    hooked.write("b.py", "b = 0\nb = 1\nb = 2\n")
    said = _commit(hooked, "b.py")
    assert "0 findings; 1 of 1 changed line reviewed" in said
    assert hooked.git("diff", "--cached", "--name-only") == "a.py"


def test_a_commit_that_only_deletes(hooked: Repository) -> None:
    hooked.stage("b.py", "b = 0\n")
    assert "1 of 1 changed line reviewed" in _commit(hooked)
    hooked.git("rm", "--quiet", "b.py")
    assert "1 skipped" in _commit(hooked)


def test_amending_reviews_what_is_added_to_the_commit(hooked: Repository) -> None:
    hooked.stage("a.py", "a = 1\n")
    hooked.commit()
    hooked.stage("a.py", "a = 1\nc = 2\n")
    assert "1 of 1 changed line reviewed" in _commit(hooked, "--amend")


def test_nothing_is_printed_over_an_editor(hooked: Repository, tmp_path: Path) -> None:
    editor = tmp_path / "an editor"
    editor.write_text('#!/bin/sh\necho "the editor opens"\necho x > "$1"\n')
    editor.chmod(0o755)
    hooked.stage("a.py", "a = 1 / 0\n")
    done = subprocess.run(
        ["git", "commit", "--verbose"],
        cwd=hooked.path,
        env=os.environ | {"GIT_EDITOR": f"'{editor}'"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    before, _, after = done.stdout.partition("the editor opens")
    assert _DEFECT in before
    # A manager has its own line for a post-commit hook, when the editor is closed.
    assert not re.search("reviewbot:|finding", after)
    assert "1 file changed" in after


def test_an_empty_commit_is_not_reviewed(hooked: Repository, set_up: managers.SetUp) -> None:
    asks_us = set_up is not managers.lefthook
    nothing = "nothing staged to review" if asks_us else "no matching staged files"
    assert nothing in _commit(hooked, "--allow-empty")


def _part(repository: Repository, path: str) -> None:
    repository.git("checkout", "-q", "-b", "side")
    repository.stage(path, "a = 1 / 0\n")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.stage("a.py", "a = 2\n")
    repository.commit()


def test_a_commit_is_left_to_the_background(
    hooked: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The review before the commit is skipped, so it is the background's alone."""
    monkeypatch.setenv("REVIEWBOT_BACKGROUND", "on")
    monkeypatch.delenv("CI", raising=False)
    hooked.stage("a.py", "a = 1 / 0\n")
    _commit(hooked, "--no-verify")
    head = hooked.git("rev-parse", "HEAD")
    room = room_of((hooked.path / ".git").resolve())
    until(lambda: any(one.name == f"commit {head[:12]}" for one in room.outcomes()))
    outcome = room.outcomes()[-1]
    assert (outcome.status, outcome.findings) == ("complete", 1)
    until(lambda: room.worker is None)


def test_a_merge_is_reviewed_as_what_it_brings(hooked: Repository) -> None:
    _part(hooked, "c.py")
    said = _git(hooked, "merge", "side")
    assert "c.py:1: error: It divides by zero" in said
    assert "1 of 1 changed line reviewed" in said


def test_a_merge_with_a_conflict_is_reviewed_when_it_is_committed(hooked: Repository) -> None:
    _part(hooked, "a.py")
    _git(hooked, "merge", "side", code=1)
    hooked.stage("a.py", "a = 1 / 0\n")
    assert "2 of 2 changed lines reviewed" in _git(hooked, "commit", "--no-edit")


@pytest.mark.parametrize("command", ["rebase", "cherry-pick"])
def test_what_git_commits_by_itself_is_left_alone(hooked: Repository, command: str) -> None:
    _part(hooked, "a.py")
    _git(hooked, command, "side", code=1)
    hooked.stage("a.py", "a = 3\n")
    said = _git(hooked, command, "--continue")
    assert "reviewed" not in said.replace("not reviewed", "")
    hooked.stage("a.py", "a = 4\n")
    assert "2 of 2 changed lines reviewed" in _commit(hooked)  # it is over


def test_a_commit_by_hand_within_a_rebase_is_left_alone(hooked: Repository) -> None:
    _part(hooked, "a.py")
    _git(hooked, "rebase", "side", code=1)
    hooked.stage("a.py", "a = 3\n")
    assert "a rebase is in progress: not reviewed" in _commit(hooked)


def test_a_linked_worktree(hooked: Repository, set_up: managers.SetUp) -> None:
    linked = Repository(hooked.path.parent / "linked")
    hooked.git("worktree", "add", "--quiet", "-b", "side", str(linked.path))
    if set_up is managers.husky:
        managers.start_husky(linked)  # its folder of hooks is a relative one and ignored by git
    linked.stage("a.py", "a = 1 / 0\n")
    assert _DEFECT in _commit(linked)
    (linked.path / "below").mkdir()
    linked.stage("below/c.py", "c = 1\n")
    assert "1 of 1 changed line reviewed" in _commit(Repository(linked.path / "below"))


@pytest.fixture
def remote(hooked: Repository) -> Repository:
    path = hooked.path.parent / "remote.git"
    hooked.git("init", "--quiet", "--bare", str(path))
    hooked.git("remote", "add", "origin", str(path))
    return Repository(path)


def _push(repository: Repository, *arguments: str) -> str:
    return _git(repository, "push", "origin", *arguments)


def test_the_first_push_is_reviewed_from_the_root_and_the_next_from_there(
    hooked: Repository, remote: Repository
) -> None:
    first = _push(hooked, "main")
    assert "b.py" not in first
    assert "changed lines reviewed" in first
    hooked.stage("a.py", "a = 1 / 0\n")
    hooked.commit()
    hooked.stage("c.py", "c = 1\n")
    hooked.commit()
    said = _push(hooked, "main")
    assert _DEFECT in said
    assert "2 of 2 changed lines reviewed" in said
    assert remote.git("rev-parse", "main") == hooked.git("rev-parse", "HEAD")


def test_a_push_that_brings_nothing_is_let_through(hooked: Repository, remote: Repository) -> None:
    """git runs the hook all the same, and tells it no refs."""
    remote.git("fetch", "-q", str(hooked.path), "main:main")
    said = _push(hooked, "main")
    assert "Everything up-to-date" in said
    assert "reviewbot: " not in said


def test_a_new_branch_is_reviewed_from_what_the_remote_has(
    hooked: Repository, remote: Repository
) -> None:
    _push(hooked, "main")
    hooked.git("checkout", "-q", "-b", "side")
    hooked.stage("a.py", "a = 1 / 0\n")
    hooked.commit()
    assert "1 of 1 changed line reviewed" in _push(hooked, "side")
    assert "reviewbot: " not in _push(hooked, "--delete", "side")
    assert remote.git("branch", "--list", "side") == ""


def test_tags_bring_what_they_point_to(hooked: Repository, remote: Repository) -> None:
    _push(hooked, "main")
    hooked.git("tag", "old")
    assert "changed line" not in _push(hooked, "old")
    hooked.stage("a.py", "a = 1 / 0\n")
    hooked.commit()
    hooked.git("tag", "-a", "-m", "annotated", "new")
    assert _DEFECT in _push(hooked, "new")
    assert remote.git("tag", "--list") == "new\nold"


def test_several_refs_at_once(
    hooked: Repository, remote: Repository, set_up: managers.SetUp
) -> None:
    _push(hooked, "main")
    for branch, text in (("one", "a = 1\n"), ("two", "a = 1 / 0\n")):
        hooked.git("checkout", "-q", "-b", branch, "main")
        hooked.stage("a.py", text)
        hooked.commit()
    said = _push(hooked, "one", "two")
    # These two tell their hooks of the first ref alone.
    only_first = set_up in {managers.pre_commit, managers.prek}
    assert said.count("1 of 1 changed line reviewed") == (1 if only_first else 2)
    assert (_DEFECT in said) == (not only_first)
    assert remote.git("branch", "--list").split() == ["main", "one", "two"]


@pytest.mark.parametrize("set_up", [managers.hooks_path], indirect=True)
def test_a_folder_of_hooks_for_all_repositories(hooked: Repository, remote: Repository) -> None:
    hooked.stage("a.py", "a = 1 / 0\n")
    assert _DEFECT in _commit(hooked)
    assert _DEFECT in _push(hooked, "main")
    assert not list((hooked.path / ".git").glob("hooks/*"))
