"""How a change is reviewed is never the change's to say: settings come from before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Repository, Reviewbot

UNSURE: dict[str, object] = {
    "reply": {
        "findings": [
            {
                "quote": "b = 1 / 0",
                "problem": "It divides by zero.",
                "category": "correctness",
                "severity": "error",
            }
        ]
    }
}
HOSTILE = 'min_confidence = 1.0\nfail_on = "never"\nlinters = "off"\n'


@pytest.fixture
def hostile(repository: Repository) -> dict[str, str]:
    """A merge request that wants to be reviewed its own way, by every file that could say so."""
    repository.stage(".reviewbot.toml", 'fail_on = "error"\nlinters = "on"\n')
    repository.stage("a.py", "a = 1\n")
    base = repository.commit("base")
    repository.git("branch", "target")
    repository.stage(".reviewbot.toml", HOSTILE)
    repository.stage("pyproject.toml", "[tool.ruff]\n[tool.reviewbot]\nmin_confidence = 1.0\n")
    repository.stage(".reviewbotignore", "*.py\n")
    repository.stage(".gitattributes", "*.py linguist-generated\n")
    repository.stage("b.py", "b = 1 / 0\nprint(undefined)\n")
    return {"base": base, "head": repository.commit("hostile")}


def gitlab(commits: dict[str, str]) -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": commits["base"],
        "CI_COMMIT_SHA": commits["head"],
    }


def found(report: dict[str, Any]) -> set[str]:
    return {entry["rule"] for entry in report["findings"]}


@pytest.mark.parametrize(
    "scope", [("--ci",), ("--base", "target"), ("--range", "target.."), ("--commit", "HEAD")]
)
def test_a_hostile_merge_request_is_reviewed_by_the_rules_of_its_base(
    reviewbot: Reviewbot,
    hostile: dict[str, str],
    script: Callable[..., str],
    scope: tuple[str, ...],
) -> None:
    engine = ("--engine", "scripted", "--model", script(UNSURE))
    run = reviewbot("review", *scope, *engine, "--format", "json", environ=gitlab(hostile))
    assert run.code == 1, run.err
    assert found(run.report) == {"RB-CORRECTNESS", "LINT-RUFF-F821"}
    assert run.report["muted"] == []
    skipped = [entry["path"] for entry in run.report["coverage"] if entry["skipped"]]
    assert "b.py" not in skipped


def test_control_a_staged_change_is_reviewed_by_the_rules_that_stand_there(
    reviewbot: Reviewbot,
    repository: Repository,
    hostile: dict[str, str],
    script: Callable[..., str],
) -> None:
    repository.git("reset", "--quiet", "--soft", hostile["base"])
    run = reviewbot("review", "--engine", "scripted", "--model", script(UNSURE), "--format", "json")
    assert run.code == 0, run.err
    assert found(run.report) == set()


def test_a_linter_is_not_silenced_by_settings_of_its_own_that_come_with_the_change(
    reviewbot: Reviewbot, hostile: dict[str, str], script: Callable[..., str]
) -> None:
    auto = ("--ci", "--linters", "auto", "--engine", "scripted", "--model", script(UNSURE))
    report = reviewbot("review", *auto, "--format", "json", environ=gitlab(hostile)).report
    assert "LINT-RUFF-F821" in found(report)


def test_an_earlier_push_does_not_say_how_a_later_one_is_reviewed(
    reviewbot: Reviewbot,
    repository: Repository,
    hostile: dict[str, str],
    script: Callable[..., str],
) -> None:
    repository.git("update-ref", "refs/remotes/origin/main", hostile["base"])
    repository.stage("c.py", "b = 1 / 0\n")
    environ = {
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_BRANCH": "side",
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_BEFORE_SHA": hostile["head"],
        "CI_COMMIT_SHA": repository.commit("later"),
    }
    engine = ("--engine", "scripted", "--model", script(UNSURE))
    run = reviewbot("review", "--ci", *engine, "--format", "json", environ=environ)
    assert run.code == 1, run.err
    assert [entry["path"] for entry in run.report["coverage"]] == ["c.py"]


def test_the_table_in_the_bases_pyproject_holds(
    reviewbot: Reviewbot, repository: Repository, script: Callable[..., str]
) -> None:
    repository.stage("pyproject.toml", '[tool.reviewbot]\nfail_on = "error"\n')
    repository.commit()
    repository.git("rm", "--quiet", "pyproject.toml")
    repository.stage("b.py", "b = 1 / 0\n")
    repository.commit()
    engine = ("--engine", "scripted", "--model", script(UNSURE))
    assert reviewbot("review", "--range", "HEAD~1..", *engine).code == 1
    assert reviewbot("review", "--range", "HEAD~1..", *engine, "--no-config").code == 0


@pytest.mark.parametrize("text", ["engine = 'ollama'", "nonsense", "fail-on = 'error'"])
def test_a_file_of_the_base_that_is_wrong_is_named_with_its_commit(
    reviewbot: Reviewbot, repository: Repository, text: str
) -> None:
    repository.stage(".reviewbot.toml", text + "\n")
    base = repository.commit()
    repository.stage(".reviewbot.toml", "")
    repository.commit()
    run = reviewbot("review", "--range", f"{base}..HEAD")
    assert run.code == 2
    assert f"{base[:12]}:.reviewbot.toml" in run.err


def test_the_default_branch_has_a_report_without_findings_and_asks_no_engine(
    reviewbot: Reviewbot, repository: Repository, hostile: dict[str, str]
) -> None:
    environ = {
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_SHA": hostile["base"],
    }
    down = ("--engine", "ollama", "--model", "m", "--url", "http://127.0.0.1:9")
    report = f"json={repository.path}/r.json"
    run = reviewbot("review", "--ci", *down, "--report", report, environ=environ)
    assert run.code == 0
    assert run.out == "reviewbot: nothing to review in main: what is merged was reviewed before\n"
    assert '"findings": []' in (repository.path / "r.json").read_text()


def test_a_job_whose_engine_is_down_has_its_report_and_the_code_of_one(
    reviewbot: Reviewbot, repository: Repository, hostile: dict[str, str]
) -> None:
    down = ("--engine", "ollama", "--model", "m", "--url", "http://127.0.0.1:9")
    options = ("--ci", *down, "--linters", "off", "--report", f"json={repository.path}/r.json")
    assert reviewbot("review", *options, environ=gitlab(hostile)).code == 3
    assert '"status": "incomplete"' in (repository.path / "r.json").read_text()


def test_ci_is_one_scope_of_several(reviewbot: Reviewbot) -> None:
    assert reviewbot("review", "--ci", "--staged").code == 2
    run = reviewbot("review", "--ci")
    assert run.code == 2
    assert "no CI system is recognised" in run.err
