"""What is said to be typed next is what works."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from reviewbot.models.hardware import Machine
from reviewbot.setup.engine import Answering, Nothing
from reviewbot.setup.steps import Step, model_command, steps
from reviewbot.setup.surroundings import Hooks, Pipeline, find_hooks, find_pipelines
from tests.conftest import ROOT, Repository
from tests.hooks.managers import tool

_GIB = 1 << 30
_MACHINE = Machine((), 8, 32 * _GIB, 24 * _GIB)
_READY = Answering("ollama", "qwen2.5-coder:7b", "http://127.0.0.1:11434", 8192)
_PLAIN = Hooks("", "/r/.git/hooks/pre-commit", ours=False)


def _hook_lines(manager: str, file: str) -> str:
    (step, _) = steps(_READY, _MACHINE, Hooks(manager, file, ours=False), ())
    assert file in step.text
    return step.lines


def test_pre_commit_takes_the_lines_and_they_are_the_projects_own_hook(tmp_path: Path) -> None:
    text = "repos:\n" + _hook_lines("pre-commit", ".pre-commit-config.yaml")
    path = tmp_path / "config.yaml"
    path.write_text(text)
    subprocess.run([tool("pre-commit"), "validate-config", str(path)], check=True)
    (hook,) = yaml.safe_load(text)["repos"][0]["hooks"]
    known = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (own,) = [one for one in known if one["id"] == "reviewbot-system"]
    names = {"id": "reviewbot", "name": "reviewbot"}
    absent = ("description", "minimum_pre_commit_version")
    assert hook == {key: own[key] for key in own if key not in absent} | names


@pytest.mark.parametrize(
    ("manager", "file"), [("lefthook", "lefthook.yml"), ("husky", ".husky/pre-commit")]
)
def test_the_lines_for_other_managers_are_those_of_the_page_on_hooks(
    manager: str, file: str
) -> None:
    page = (ROOT / "docs" / "hooks.md").read_text(encoding="utf-8")
    assert _hook_lines(manager, file).rstrip() in page


@pytest.mark.parametrize("system", ["GitLab", "GitHub", "Gitea", "Forgejo"])
def test_the_lines_for_ci_are_on_its_page(system: str) -> None:
    (_, step, _) = steps(_READY, _MACHINE, _PLAIN, (Pipeline(system, "file", ours=False),))
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    assert all(line in page for line in step.lines.splitlines())
    assert yaml.safe_load(step.lines)


def test_what_is_set_up_is_not_said_again() -> None:
    hooks = Hooks("husky", ".husky/pre-commit", ours=True)
    found = list(steps(_READY, _MACHINE, hooks, (Pipeline("GitLab", "x", ours=True),)))
    assert found == [Step("reviewbot review")]


def test_without_a_model_getting_one_is_the_first_step() -> None:
    first, *_, last = steps(Nothing("x", ollama=True), _MACHINE, _PLAIN, ())
    assert first.text.startswith("ollama pull ")
    assert last.text == "reviewbot doctor"
    own = model_command(Nothing("x", embedded=True), _MACHINE)
    assert own.startswith("reviewbot models pull ")
    neither = model_command(Nothing("x"), _MACHINE)
    assert "pip install xllamacpp && reviewbot models pull " in neither
    assert "ollama pull " in neither
    assert model_command(Nothing("x", ollama=True), Machine((), 1, _GIB, _GIB // 4))


def test_hook_managers_and_ci_are_found(repository: Repository) -> None:
    top, folder = repository.path, repository.path / ".git" / "hooks"
    assert find_hooks(top, folder) == Hooks("", str(folder / "pre-commit"), ours=False)
    repository.write("hooks/pre-commit", "reviewbot hook pre-commit\n")
    assert find_hooks(top, top / "hooks") == Hooks("core.hooksPath", "hooks/pre-commit", ours=True)
    repository.write(".husky/pre-commit", "npm test\n")
    assert find_hooks(top, folder) == Hooks("husky", ".husky/pre-commit", ours=False)
    repository.write(".pre-commit-config.yaml", "- id: reviewbot\n")
    assert find_hooks(top, folder).ours
    repository.write(".gitlab-ci.yml", "include: x/reviewbot/review\n")
    repository.write(".forgejo/workflows/a.yaml", "on: push\n")
    repository.write(".github/workflows/README.md", "reviewbot\n")
    assert find_pipelines(top) == (
        Pipeline("GitLab", ".gitlab-ci.yml", ours=True),
        Pipeline("Forgejo", ".forgejo/workflows", ours=False),
    )
