"""The script of the component alone: in the plainest shell, and in a clone of another user."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import Repository
from tests.templates.pipelines import reviewbot_command, template


def run(repository: Repository, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The job's script with the inputs' defaults, as `sh` runs it."""
    head, body = template("review").split("\n---\n")
    inputs = yaml.safe_load(head)["spec"]["inputs"]

    def value(match: re.Match[str]) -> str:
        return str(inputs[match[1]]["default"]).replace("False", "false")

    (job,) = yaml.safe_load(re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", value, body)).values()
    known = {"CI_PROJECT_DIR": str(repository.path)}
    own = {key: text.replace("$CI_PROJECT_DIR", str(repository.path)) for key, text in
           job["variables"].items()}  # fmt: skip
    path = f"{reviewbot_command(folder).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-e", "-c", "\n".join(job["before_script"] + job["script"])],
        cwd=repository.path,
        env=os.environ | known | own | {"PATH": path} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def variables(repository: Repository, script: Callable[..., str]) -> dict[str, str]:
    repository.stage("a.py", "a = 1\n")
    base = repository.commit()
    repository.stage("b.py", "b = 2\n")
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": repository.commit(),
        "REVIEWBOT_ENGINE": "scripted",
        "REVIEWBOT_MODEL": script({"reply": {"findings": []}}),
    }


def test_the_plainest_shell_runs_it(
    repository: Repository, tmp_path: Path, variables: dict[str, str]
) -> None:
    outside = tmp_path / "outside"
    (repository.path / "reviewbot.json").symlink_to(outside)
    done = run(repository, tmp_path, **variables, JOB_REPORTS="json=reviewbot.a json=reviewbot.b")
    assert done.returncode == 0, done.stderr
    assert "0 findings; 1 of 1 changed line reviewed" in done.stdout
    written = {path.name for path in repository.path.iterdir()} - {".git", "a.py", "b.py"}
    reports = {"gl-code-quality-report.json", "reviewbot.json", "reviewbot.a", "reviewbot.b"}
    assert written == {".reviewbot-ci", *reports}
    assert not outside.exists(), "a report went where a link of the change pointed"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a clone to another user")
def test_a_clone_of_another_user_is_trusted_for_the_job_alone(
    repository: Repository, tmp_path: Path, variables: dict[str, str]
) -> None:
    for path in (repository.path, repository.path / ".git"):
        os.chown(path, 12345, 12345)
    assert run(repository, tmp_path, **variables, GIT_CONFIG_COUNT="0").returncode == 2
    done = run(repository, tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    assert not (Path.home() / ".gitconfig").exists()
