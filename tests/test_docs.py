"""The docs are true: what is made from the code is fresh, and the commands in them run."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Callable
from typing import get_args

import pytest

from reviewbot.change.syntax.language import LANGUAGES
from reviewbot.config import user_prompts_folder
from reviewbot.prompting.trial import SAMPLES
from reviewbot.settings import FormatName
from tests.conftest import ROOT, Repository, Reviewbot

PAGES = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"]


_PAGES = (
    *("architecture", "cache", "ci", "explain", "muting", "prompts", "publish", "quality"),
    *("reports", "rules", "setup", "index", "quickstart", "privacy", "platforms"),
    *("fleet", "scale", "stats", "sweep", "troubleshooting"),
)


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


_RUN = [
    *commands(),
    *(
        line
        for page in (
            "cache",
            "ci",
            "explain",
            "hooks",
            "quickstart",
            "reports",
            "setup",
            "stats",
            "sweep",
        )
        for line in commands(f"docs/{page}.md")
    ),
]


@pytest.mark.parametrize("command", _RUN)
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
    job = {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": repository.git("rev-parse", "HEAD~1"),
        "CI_COMMIT_SHA": repository.git("rev-parse", "HEAD"),
    }
    arguments = shlex.split(command)[1:]
    says = {"says": "`a` is another number.", "where": ["1"]}
    reply = {"explain": {"after": [says]}}.get(arguments[0], {"findings": []})
    chosen = {"REVIEWBOT_ENGINE": "scripted", "REVIEWBOT_MODEL": script({"reply": reply})}
    if arguments[:2] == ["models", "pull"]:
        arguments.append("--help")  # a gigabyte is fetched by `make demo`, not by every test
    run = reviewbot(*arguments, environ=chosen | job)
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


def test_the_example_of_the_page_on_rules_is_one(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```markdown\n(.*?)```", page, re.DOTALL)
    (told,) = re.findall(r"^src/orders\.py:.*$", page, re.MULTILINE)
    problem = told.partition("error: ")[2].partition(" [")[0]
    claim = {"quote": "print(order)", "problem": f"{problem}.", "category": "api-contract"}
    found = {**claim, "severity": "note", "rule": "no-print"}
    chosen = {
        "REVIEWBOT_ENGINE": "scripted",
        "REVIEWBOT_MODEL": script({"reply": {"findings": [found]}}),
    }
    repository.stage(".reviewbot/rules/no-print.md", example)
    repository.commit()
    repository.stage("src/orders.py", "print(order)\n")
    show, review = (
        reviewbot(*shlex.split(line)[1:], environ=chosen) for line in commands("docs/rules.md")
    )
    assert "- no-print (error): No print. Output goes through the logger" in show.out
    assert told in review.out.splitlines()


def test_the_page_on_rules_names_each_language() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f"`{' '.join(LANGUAGES)}`" in page


def test_the_commands_of_the_page_on_muting_run_one_after_the_other(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    page = (ROOT / "docs" / "muting.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```console\n(.*?)```", page, re.DOTALL)
    claim = {"quote": "a = 3", "problem": "No.", "category": "test", "severity": "note"}
    chosen = {
        "REVIEWBOT_ENGINE": "scripted",
        "REVIEWBOT_MODEL": script({"reply": {"findings": [claim]}}),
    }
    repository.commit()
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.stage("a.py", "a = 3\n")
    repository.commit()
    repository.stage("b.py", "a = 3\n")
    runs = [reviewbot(*shlex.split(line)[1:], environ=chosen) for line in block.splitlines()]
    assert [run.code for run in runs] == [0, 0, 0]
    repository.git("reset", "--quiet", "--soft", "HEAD~1")
    again = reviewbot("review", "--baseline", ".reviewbot-baseline.json", environ=chosen)
    assert "1 finding (1 new, 1 known)" in again.out


def test_the_page_on_prompts_names_each_template_and_variable() -> None:
    page = (ROOT / "docs" / "prompts.md").read_text(encoding="utf-8")
    for name, (sample, *_) in SAMPLES.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{name}`"))
        assert all(f"`{variable}`" in row for variable in sample)


def test_the_page_on_reports_has_a_row_for_each_format() -> None:
    page = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    table = page.partition("| format |")[2].partition("\n\n")[0]
    assert {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row)[:2]} >= set(
        get_args(FormatName)
    )


def test_readme_has_commands_to_run() -> None:
    assert len(commands()) >= 6


def test_each_file_that_the_docs_name_is_there() -> None:
    for page in ("README.md", "CONTRIBUTING.md", *map("docs/{}.md".format, _PAGES)):
        text = (ROOT / page).read_text(encoding="utf-8")
        for name in re.findall(
            r"`((?:reviewbot|docs|benchmarks|evals|prompts|demo|templates)/[\w./]*)`", text
        ):
            assert (ROOT / name).exists(), f"{page} names {name}"
