"""The docs are true: what is made from the code is fresh, and the commands in them run."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Callable

import pytest

from tests.conftest import ROOT, Repository, Reviewbot

PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]


def commands() -> list[str]:
    """Each `$ reviewbot …` line in the README's console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    lines = [line.partition("  #")[0] for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ").strip() for line in lines if line.startswith("$ reviewbot ")]


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_fresh(name: str) -> None:
    made = PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == made, "run: make docs"


@pytest.mark.parametrize("command", commands())
def test_command_of_the_readme_runs(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str], command: str
) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.stage("a.py", "a = 2\n")
    repository.commit()
    repository.stage("a.py", "a = 3\n")
    repository.write("change.patch", repository.git("diff", "--cached") + "\n")
    chosen = {
        "REVIEWBOT_ENGINE": "scripted",
        "REVIEWBOT_MODEL": script({"reply": {"findings": []}}),
    }
    arguments = shlex.split(command)[1:]
    if arguments[:2] == ["models", "pull"]:
        arguments.append("--help")  # a gigabyte is fetched by `make demo`, not by every test
    run = reviewbot(*arguments, environ=chosen)
    assert run.code == 0, run.err


def test_readme_has_commands_to_run() -> None:
    assert len(commands()) >= 6


def test_each_file_that_the_docs_name_is_there() -> None:
    for page in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        for name in re.findall(
            r"`((?:reviewbot|docs|benchmarks|evals|prompts|demo)/[\w./]*)`", text
        ):
            assert (ROOT / name).exists(), f"{page} names {name}"
