"""What a commit with nothing staged pays for: start-up is part of the product."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository

_RUN = """
import sys
before = set(sys.modules)
from reviewbot.__main__ import main
assert main() == 0
print(*sorted(set(sys.modules) - before), sep="\\n")
"""
# A module more is a decision: it is imported by everybody, on every commit.
_OURS = {
    "reviewbot",
    "reviewbot.__main__",
    "reviewbot.change",
    "reviewbot.change.git_words",
    "reviewbot.change.pins",
    "reviewbot.change.quick_git",
    "reviewbot.change.standing",
    "reviewbot.cli",
    "reviewbot.cli.completing",
    "reviewbot.cli.hook",
    "reviewbot.cli.main",
    "reviewbot.cli.options",
    "reviewbot.cli.output",
    "reviewbot.config",
    "reviewbot.config_value",
    "reviewbot.errors",
    "reviewbot.folders",
    "reviewbot.hooks",
    "reviewbot.hooks.under_way",
    "reviewbot.keys",
    "reviewbot.settings",
}
# Of Python's own what takes a millisecond and more, and what click does not bring.
_SLOW = {"asyncio", "hashlib", "http", "json", "logging", "random", "shutil", "socket", "sqlite3"}
_SLOW |= {"ssl", "tempfile", "textwrap", "tomllib", "traceback", "unicodedata"}
# What every test sets, so that none leaves a process behind.
_OF_TESTS = {"REVIEWBOT_BACKGROUND", "REVIEWBOT_WARM_MINUTES"}


def _imported(
    repository: Repository, *arguments: str, said: str = "reviewbot: nothing staged to review"
) -> set[str]:
    # What every test has is a setting, and reading one imports more.
    kept = {name: value for name, value in os.environ.items() if name not in _OF_TESTS}
    done = subprocess.run(
        [sys.executable, "-P", "-c", _RUN, *arguments],
        cwd=repository.path,
        env=kept,
        capture_output=True,
        text=True,
        check=True,
    )
    first, *names = done.stdout.splitlines()
    assert said in first
    return set(names)


def test_the_list_of_what_a_hook_with_nothing_staged_imports(repository: Repository) -> None:
    repository.commit()
    names = _imported(repository, "hook", "pre-commit")
    assert {name for name in names if name.partition(".")[0] == "reviewbot"} == _OURS
    tops = {name.partition(".")[0] for name in names}
    assert tops - sys.stdlib_module_names - {"reviewbot"} == {"click"}
    assert not tops & (_SLOW - _of_click())


def _of_click() -> set[str]:
    """What the installed release of click imports by itself."""
    code = "import sys, click; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    return set(done.stdout.decode().split())


def test_a_hook_with_settings_needs_no_more_than_their_reader(repository: Repository) -> None:
    repository.write(".reviewbot.toml", 'fail_on = "error"\n')
    names = _imported(repository, "hook", "pre-commit", "--engine", "ollama")
    ours = {name for name in names if name.partition(".")[0] == "reviewbot"}
    assert ours - _OURS == {"reviewbot.finding", "reviewbot.prompt"}
    assert not {name.partition(".")[0] for name in names} & {"pydantic", "httpx", "git", "rich"}


@pytest.mark.parametrize("commits", [0, 1])
def test_a_hook_with_nothing_staged_starts_git_twice(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commits: int
) -> None:
    for _ in range(commits):
        repository.commit()
    counted, log = tmp_path / "counted", tmp_path / "log"
    counted.mkdir()
    (counted / "git").write_text(f'#!/bin/sh\necho >>{log}\nexec {shutil.which("git")} "$@"\n')
    (counted / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{counted}{os.pathsep}{os.environ['PATH']}")
    _imported(repository, "hook", "pre-commit")
    assert log.read_text() == "\n\n"


def test_a_review_of_what_is_kept_imports_no_client(
    repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    engine = ("--engine", "scripted", "--model", script({"reply": {"findings": []}}))
    hook = ("hook", "pre-commit", *engine, "--linters", "off", "--deadline", "600")
    names = [_imported(repository, *hook, said=said) for said in ("1 of 1", "1 chunk from cache")]
    assert "pydantic" in names[1], "the control: more than what nothing staged needs"
    assert not {name.partition(".")[0] for name in names[1]} & {"httpx", "httpcore", "ollama"}
