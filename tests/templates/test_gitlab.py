"""The GitLab component as a pipeline runs it: a real shell, real clones, a scripted engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Repository, required
from tests.templates.pipelines import PROGRAMS, QUALITY, gitlab, including, job

pytestmark = pytest.mark.slow

ZERO = "0" * 40
DEFECT: dict[str, object] = {
    "contains": "1 / 0",
    "reply": {
        "findings": [
            {
                "quote": "b = 1 / 0",
                "problem": "It divides by zero.",
                "category": "correctness",
                "severity": "error",
            }
        ]
    },
}
CLEAN: dict[str, object] = {"reply": {"findings": []}}


@pytest.fixture(autouse=True)
def _tool() -> None:
    if not (PROGRAMS / "gitlab-ci-local").exists() or shutil.which("rsync") is None:
        required("gitlab-ci-local")


@dataclass(frozen=True)
class Project:
    """`side` has a defect and wants to be reviewed its own way; `merged` is its merge into a `main`
    that has gone on."""

    host: Repository
    folder: Path
    base: str
    tip: str
    newer: str
    merged: str

    def clone(self, commit: str, *options: str) -> Repository:
        folder = self.folder / "runner" / "clone"
        url = f"file://{self.host.path}"
        self.host.git("clone", "--quiet", *options, url, str(folder))
        made = Repository(folder)
        made.git("fetch", "--quiet", *options, "origin", commit)
        made.git("checkout", "--quiet", "--detach", commit)
        return made

    def merge_request(self) -> dict[str, str]:
        """A detached pipeline; REVIEWBOT_GITLAB_TOKEN is there, and nothing is posted without the
        number of the merge request."""
        return {
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": self.base,
            "CI_COMMIT_SHA": self.tip,
            "CI_COMMIT_BEFORE_SHA": ZERO,
            "REVIEWBOT_GITLAB_TOKEN": "glpat-of-a-test",
        }


Made = Callable[..., Project]


@pytest.fixture
def made(repository: Repository, tmp_path: Path, script: Callable[..., str]) -> Made:
    def make(**inputs: object) -> Project:
        scripted = {"engine": "scripted", "model": script(DEFECT, CLEAN)}
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
        including(repository, scripted | given)
        repository.stage("a.py", "a = 1\n")
        base = repository.commit("base")
        repository.git("checkout", "--quiet", "-b", "side")
        repository.stage(".reviewbot.toml", "min_confidence = 1.0\n")
        repository.stage(QUALITY, "[]")
        repository.stage("b.py", "b = 1 / 0\n")
        tip = repository.commit("tip")
        repository.git("checkout", "--quiet", "main")
        repository.stage("m.py", "m = 1 / 0\n")
        newer = repository.commit("newer")
        repository.git("checkout", "--quiet", "-b", "merged")
        repository.git("merge", "--quiet", "--no-ff", "-m", "merged", "side")
        merged = repository.git("rev-parse", "HEAD")
        repository.git("checkout", "--quiet", "main")
        return Project(repository, tmp_path, base, tip, newer, merged)

    return make


def test_detached_merge_request_is_reviewed_and_advised(made: Made) -> None:
    project = made()
    done = job(project.clone(project.tip), **project.merge_request())
    assert done.ended == "PASS"
    assert "b.py:1: error: It divides by zero [RB-CORRECTNESS]" in done.printed
    assert (len(done.quality), len(done.report["findings"])) == (1, 1)
    assert {entry["path"] for entry in done.report["coverage"]} >= {"b.py"}
    assert done.report["scope"]["base"] == project.base


def test_merged_results_are_reviewed_as_the_merge_request_shows_them(made: Made) -> None:
    project = made()
    environ = project.merge_request() | {
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": project.tip,
        "CI_COMMIT_SHA": project.merged,
    }
    done = job(project.clone(project.merged), **environ)
    assert done.ended == "PASS"
    assert "m.py" not in {entry["path"] for entry in done.report["coverage"]}
    assert (done.report["scope"]["head"], len(done.quality)) == (project.tip, 1)


def test_a_finding_at_the_gate_fails_the_job_and_leaves_its_reports(made: Made) -> None:
    project = made(fail_on="error", reports="json=reviewbot.more.json")
    done = job(project.clone(project.tip), **project.merge_request())
    assert done.ended == "FAIL"
    assert len(done.quality) == len(done.report["findings"]) == 1
    assert (done.artifacts / "reviewbot.more.json").exists()


def test_an_engine_that_is_down_is_a_warning_with_a_report(made: Made) -> None:
    project = made(engine="ollama", model="m", url="http://127.0.0.1:9", linters="off")
    done = job(project.clone(project.tip), **project.merge_request())
    assert done.ended == "WARN"
    assert "no Ollama answers at 127.0.0.1:9" in done.printed
    assert (done.report["findings"], done.report["status"]) == ([], "incomplete")
    # The reporter may say there that it is incomplete.
    assert {entry["check_name"] for entry in done.quality} <= {"RB-INCOMPLETE"}


def test_a_host_that_was_not_allowed_fails_the_job(made: Made) -> None:
    project = made(engine="ollama", model="m", url="http://10.255.255.1:9")
    done = job(project.clone(project.tip), **project.merge_request())
    assert done.ended == "FAIL"
    assert "--allow-host" in done.printed
    assert not (done.artifacts / QUALITY).exists()


def test_a_shallow_clone_without_the_base_fails_the_job(made: Made) -> None:
    project = made()
    clone = project.clone(project.tip, "--depth=1")
    done = job(clone, **project.merge_request())
    assert done.ended == "FAIL"
    assert "does not hold CI_MERGE_REQUEST_DIFF_BASE_SHA" in done.printed
    assert 'GIT_DEPTH: "0"' in done.printed


def test_the_default_branch_has_a_report_to_compare_with(made: Made) -> None:
    project = made()
    environ = {
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_BRANCH": "main",
        "CI_DEFAULT_BRANCH": "main",
        "CI_COMMIT_SHA": project.newer,
        "CI_COMMIT_BEFORE_SHA": project.base,
    }
    done = job(project.clone(project.newer), **environ)
    assert (done.ended, done.quality, done.report["coverage"]) == ("PASS", [], [])


def test_a_repository_that_holds_the_jobs_own_folder_fails_it(made: Made) -> None:
    project = made()
    clone = project.clone(project.tip)
    clone.stage(".reviewbot-ci/venv/bin/reviewbot", "#!/bin/sh\n")
    done = job(clone, **project.merge_request())
    assert done.ended == "FAIL"
    assert "must not hold .reviewbot-ci" in done.printed


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"fail_on": "fatal"}, "fail-on"),
        ({"engine": "cloud"}, "engine"),
        ({"min_confidence": "2"}, "min-confidence"),
        ({"cache_key": "owner/repo"}, "cache-key"),
        ({"pull": "yes"}, "pull"),
    ],
)
def test_an_input_that_cannot_be_is_refused_before_any_job(
    made: Made, inputs: dict[str, object], told: str
) -> None:
    done = gitlab(made(**inputs).host, "--list-json")
    assert done.returncode != 0
    assert told in done.stdout + done.stderr


def test_control_a_misspelt_key_is_not_valid(repository: Repository) -> None:
    including(repository, {})
    path = repository.path / "ci" / "review.yml"
    path.write_text(path.read_text().replace("  artifacts:", "  artfacts:"))
    repository.git("add", ".")
    done = gitlab(repository, "--list-json")
    assert done.returncode != 0
    assert "artfacts" in done.stdout + done.stderr


def test_a_pipeline_with_the_service_is_valid(repository: Repository) -> None:
    """That it is run takes a container engine; its scheme is checked without one."""
    including(repository, {}, "review-with-ollama")
    repository.commit()
    done = gitlab(repository, "--preview")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "alias: ollama" in done.stdout
