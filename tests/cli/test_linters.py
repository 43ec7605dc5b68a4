"""`--linters` as a user meets it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Repository, Reviewbot
from tests.linters.samples import SAMPLES

_KEEPS = {"contains": "Linter: ruff F821", "reply": {"real": True}}
_DROPS = {"contains": "Linter: ", "reply": {"real": False}}
_CLEAN: dict[str, object] = {"reply": {"findings": []}}


@pytest.fixture
def staged(repository: Repository) -> Repository:
    for name, content, *_ in SAMPLES.values():
        repository.stage(name, content)
    return repository


@pytest.fixture
def scripted(script: Callable[..., str]) -> tuple[str, ...]:
    return ("review", "--engine", "scripted", "--model", script(_KEEPS, _DROPS, _CLEAN))


def test_linters_are_heard_unless_they_are_off(
    staged: Repository, reviewbot: Reviewbot, scripted: tuple[str, ...]
) -> None:
    run = reviewbot(*scripted, "--format", "json", "--fail-on", "error")
    assert run.code == 1
    (finding,) = run.report["findings"]
    assert (finding["rule"], finding["source"], finding["path"]) == (
        "LINT-RUFF-F821",
        "linter",
        "a.py",
    )
    assert [(use["name"], use["hits"], use["dropped"]) for use in run.report["linters"]] == [
        ("ruff", 1, 0),
        ("shellcheck", 1, 1),
        ("oxlint", 1, 1),
    ]
    assert run.report["usage"]["calls"] == 6
    off = reviewbot(*scripted, "--format", "json", "--linters", "off", "--no-cache").report
    assert (off["findings"], off["linters"], off["usage"]["calls"]) == ([], [], 3)


def test_a_linter_that_the_project_runs_itself_is_left_to_it(
    staged: Repository, reviewbot: Reviewbot, scripted: tuple[str, ...]
) -> None:
    staged.stage("pyproject.toml", "[tool.ruff]\nline-length = 100\n")
    run = reviewbot(*scripted, "--verbose")
    assert "LINT-RUFF" not in run.out
    assert "left to the project, which runs it itself ([tool.ruff] in pyproject.toml)" in run.err
    assert "oxlint 1." in run.err
    assert "1 hit on added lines, 1 dropped by the model" in run.err
    assert "LINT-RUFF-F821" in reviewbot(*scripted, "--linters", "on").out


def test_the_repository_may_say_whether_linters_are_heard(
    staged: Repository, reviewbot: Reviewbot, scripted: tuple[str, ...]
) -> None:
    staged.write(".reviewbot.toml", 'linters = "off"\n')
    assert "LINT" not in reviewbot(*scripted).out
    assert "LINT" in reviewbot(*scripted, environ={"REVIEWBOT_LINTERS": "auto"}).out


def test_another_word_is_an_error(
    staged: Repository, reviewbot: Reviewbot, scripted: tuple[str, ...]
) -> None:
    run = reviewbot(*scripted, "--linters", "yes")
    assert run.code == 2
    assert "`linters` cannot be 'yes': known: auto, off, on" in run.err
