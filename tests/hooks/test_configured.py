"""Hooks that git's configuration names: what is written, what is left alone, and what git runs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.hooks.configured import FIRST, command, runs_configured
from tests.conftest import Repository, Reviewbot, git_is

_FOREIGN = "#!/bin/sh\necho foreign >&2\n"

needs_new_git = pytest.mark.skipif(
    not git_is(FIRST), reason="needs git 2.54 on PATH, which runs hooks of its configuration"
)


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, script: Callable[..., str]) -> None:
    monkeypatch.setenv("REVIEWBOT_ENGINE", "scripted")
    monkeypatch.setenv("REVIEWBOT_MODEL", script({"reply": {"findings": []}}))


def _config(repository: Repository) -> bytes:
    return (repository.path / ".git" / "config").read_bytes()


def _run(cwd: Path, *arguments: str) -> str:
    """git as a person runs it, with its hooks. Returns all that is printed."""
    done = subprocess.run(
        ["git", *arguments], cwd=cwd, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _foreign(repository: Repository) -> Path:
    path = repository.write(".git/hooks/pre-commit", _FOREIGN)
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "runs"),
    [
        ("git version 2.39.5 (Apple Git-154)", False),
        ("git version 2.53.9", False),
        ("git version 2.54.0.windows.1", True),
        ("git version 2.100.rc1", True),
        ("git version 3.0.0", True),
        ("git?", False),
    ],
)
def test_the_versions_that_run_them(version: str, runs: bool) -> None:
    assert runs_configured(version) == runs


@pytest.mark.skipif(git_is(FIRST), reason="needs a git on PATH that is older than 2.54")
@pytest.mark.parametrize("option", ["--config", "--global"])
def test_an_older_git_is_named_and_nothing_is_written(
    reviewbot: Reviewbot, repository: Repository, option: str
) -> None:
    before = _config(repository)
    run = reviewbot("install", option)
    assert run.code == 2
    assert "from 2.54 on, and this is git version 2." in run.err
    assert "reviewbot install" in run.err
    assert _config(repository) == before


@needs_new_git
@pytest.mark.usefixtures("chosen")
def test_it_runs_beside_a_foreign_hook_and_leaves_nothing_behind(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    hook, before = _foreign(repository), _config(repository)
    assert "pre-merge-commit: installed (this repository's" in reviewbot("install", "--config").out
    assert "pre-commit: installed anew" in reviewbot("install", "--config").out
    repository.stage("a.py", "a = 1\n")
    said = _run(repository.path, "commit", "-m", "x")
    assert said.count("1 of 1 changed line reviewed") == 1
    assert "foreign" in said
    assert "pre-commit: taken out" in reviewbot("uninstall").out
    assert _config(repository) == before
    assert hook.read_text() == _FOREIGN
    assert sorted(path.name for path in hook.parent.iterdir()) == ["pre-commit"]


@needs_new_git
@pytest.mark.usefixtures("chosen")
def test_a_foreign_hook_still_stops_the_commit_and_the_gate_too(
    reviewbot: Reviewbot, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewbot("install", "--config")
    repository.stage("a.py", "a = 1\n")
    monkeypatch.setenv("REVIEWBOT_MODEL", "/nowhere")
    monkeypatch.setenv("REVIEWBOT_STRICT", "1")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("commit", "-m", "x")
    monkeypatch.setenv("REVIEWBOT_SKIP", "1")
    _foreign(repository).write_text("#!/bin/sh\nexit 7\n")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("commit", "-m", "x")


@needs_new_git
@pytest.mark.usefixtures("chosen")
def test_by_the_users_own_configuration_it_runs_in_all_repositories(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path
) -> None:
    run = reviewbot("install", "--global", "--stage", "pre-commit", cwd=tmp_path)
    assert "pre-commit: installed (your own configuration, for all repositories)" in run.out
    repository.stage("a.py", "a = 1\n")
    assert "1 of 1 changed line reviewed" in _run(repository.path, "commit", "-m", "x")
    assert "ok       hooks    pre-commit, as git's configuration says" in reviewbot("doctor").out
    assert "no hook of this repository" in reviewbot("uninstall").out
    assert "taken out" in reviewbot("uninstall", "--global", cwd=tmp_path).out
    assert "reviewbot: " not in _run(repository.path, "commit", "--amend", "-m", "y")


@needs_new_git
def test_it_is_not_installed_twice(reviewbot: Reviewbot, repository: Repository) -> None:
    reviewbot("install", "--config")
    as_file = reviewbot("install")
    assert (as_file.code, list((repository.path / ".git").glob("hooks/*"))) == (2, [])
    assert "reviewbot uninstall" in as_file.err
    assert reviewbot("install", "--stage", "pre-push").code == 0
    before = _config(repository)
    assert "by " in reviewbot("install", "--config").err
    assert _config(repository) == before
    reviewbot("uninstall")
    assert b"hook" not in _config(repository)
    assert list((repository.path / ".git").glob("hooks/*")) == []


@needs_new_git
def test_what_a_user_wrote_under_the_name_is_left_alone(
    reviewbot: Reviewbot, repository: Repository
) -> None:
    repository.git("config", "hook.reviewbot.command", "reviewbot hook pre-commit --quiet")
    repository.git("config", "hook.reviewbot.event", "pre-commit")
    before = _config(repository)
    run = reviewbot("install", "--config")
    assert run.code == 2
    assert "hook.reviewbot.command is set" in run.err
    assert "no hook of this repository is reviewbot's" in reviewbot("uninstall").out
    assert _config(repository) == before


def test_what_an_older_git_does_not_run_is_told(
    reviewbot: Reviewbot, repository: Repository, tmp_path: Path
) -> None:
    repository.git("config", "hook.x.command", "reviewbot hook pre-commit")
    repository.git("config", "hook.x.event", "pre-commit")
    told = reviewbot("doctor").out
    if git_is(FIRST):
        assert "ok       hooks    pre-commit, as git's configuration says" in told
    else:
        assert "runs no hooks of it" in told
        assert reviewbot("install").code == 0  # a file of ours is then what runs
        assert "runs no hooks of it" not in reviewbot("doctor").out


@pytest.mark.parametrize("stage", ["pre-commit", "pre-push", "post-commit"])
def test_a_command_whose_program_is_gone_stops_nobody(stage: str) -> None:
    text = command(stage, "local", "/nowhere/it's/python")  # type: ignore[arg-type]
    done = subprocess.run(
        ["/bin/sh", "-c", f'{text} "$@"', text, "origin", "url"],  # as git runs it
        input="",
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert "not installed here any more" in done.stderr
