"""The docs are true: what is made from the code is fresh, and the commands in them run."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Callable

import pytest

from reviewbot.config import user_prompts_folder
from reviewbot.prompting.trial import SAMPLES
from tests.conftest import ROOT, Repository, Reviewbot

PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]


_PAGES = ("architecture", "cache", "explain", "prompts", "quality")


def commands(page: str = "README.md") -> list[str]:
    """Each `$ reviewbot …` line in a page's console blocks."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("  #")[0] for block in blocks for line in block.splitlines()]
    return [line.removeprefix("$ ").strip() for line in lines if line.startswith("$ reviewbot ")]


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_fresh(name: str) -> None:
    made = PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == made, "run: make docs"


@pytest.mark.parametrize(
    "command", [*commands(), *commands("docs/cache.md"), *commands("docs/explain.md")]
)
def test_command_of_the_readme_and_its_pages_runs(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str], command: str
) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.stage("a.py", "a = 2\n")
    repository.commit()
    repository.stage("a.py", "a = 3\n")
    repository.write("change.patch", repository.git("diff", "--cached") + "\n")
    arguments = shlex.split(command)[1:]
    says = {"says": "`a` is another number.", "where": ["1"]}
    reply = {"explain": {"after": [says]}}.get(arguments[0], {"findings": []})
    chosen = {"REVIEWBOT_ENGINE": "scripted", "REVIEWBOT_MODEL": script({"reply": reply})}
    if arguments[:2] == ["models", "pull"]:
        arguments.append("--help")  # a gigabyte is fetched by `make demo`, not by every test
    run = reviewbot(*arguments, environ=chosen)
    assert run.code == 0, run.err


@pytest.mark.parametrize("command", commands("docs/prompts.md"))
def test_command_of_the_page_on_prompts_runs_with_its_example(
    reviewbot: Reviewbot, repository: Repository, command: str
) -> None:
    page = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```jinja\n(.*?)```", page, re.DOTALL)
    folder = user_prompts_folder()
    folder.mkdir(parents=True)
    (folder / "review_system.j2").write_text(example, encoding="utf-8")
    repository.stage("a.py", "a = 1\n")
    run = reviewbot(*shlex.split(command)[1:])
    assert run.code == 0, run.err
    assert "At most 4 findings" in run.out
    assert "Write each problem in Japanese (日本語)." in run.out


def test_the_page_on_prompts_names_each_template_and_variable() -> None:
    page = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
    for name, (sample, *_) in SAMPLES.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert all(f"`{variable}`" in row for variable in sample)


def test_readme_has_commands_to_run() -> None:
    assert len(commands()) >= 6


def test_each_file_that_the_docs_name_is_there() -> None:
    for page in ("README.md", "CONTRIBUTING.md", *map("docs/{}.md".format, _PAGES)):
        text = (ROOT / page).read_text(encoding="utf-8")
        for name in re.findall(
            r"`((?:reviewbot|docs|benchmarks|evals|prompts|demo)/[\w./]*)`", text
        ):
            assert (ROOT / name).exists(), f"{page} names {name}"
