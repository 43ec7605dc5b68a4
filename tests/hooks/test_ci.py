"""What a CI job is told, and the scope that follows: each kind of pipeline, on real clones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import GitError, UsageError
from reviewbot.hooks.ci import ci_scope
from tests.conftest import Repository

ZERO = "0" * 40


@dataclass(frozen=True)
class Project:
    """`main` has one commit (`newer`) that the branch `side` does not; `side` has two of its own,
    and `merged` is their merge, as a host makes it for a merged-results pipeline."""

    host: Repository
    base: str
    newer: str
    first: str
    tip: str
    merged: str

    def clone(self, folder: Path, commit: str, *options: str) -> Repository:
        """A clone as a runner makes it, with one commit checked out."""
        self.host.git("clone", "--quiet", *options, f"file://{self.host.path}", str(folder))
        made = Repository(folder)
        depth = [option for option in options if option.startswith("--depth")]
        made.git("fetch", "--quiet", *depth, "origin", commit)
        made.git("checkout", "--quiet", "--detach", commit)
        return made


@pytest.fixture
def project(repository: Repository) -> Project:
    repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    repository.stage("a.py", "a = 1\n")
    base = repository.commit("base")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.stage("s.py", "s = 1\n")
    first = repository.commit("first")
    repository.stage("t.py", "t = 1\n")
    tip = repository.commit("tip")
    repository.git("checkout", "--quiet", "main")
    repository.stage("m.py", "m = 1\n")
    newer = repository.commit("newer")
    repository.git("checkout", "--quiet", "-b", "merged")
    repository.git("merge", "--quiet", "--no-ff", "-m", "merged", "side")
    merged = repository.git("rev-parse", "HEAD")
    repository.git("checkout", "--quiet", "main")
    return Project(repository, base, newer, first, tip, merged)


def paths(clone: Repository, scope: Scope) -> list[str]:
    return [file.path for file in capture(Git(clone.path), scope).files]


def scope_of(clone: Repository, environ: Mapping[str, str]) -> Scope:
    return ci_scope(Git(clone.path), environ)


# GitLab


def detached(project: Project) -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": project.base,
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "",
        "CI_COMMIT_SHA": project.tip,
        "CI_COMMIT_BEFORE_SHA": ZERO,
        "CI_DEFAULT_BRANCH": "main",
    }


def merged_results(project: Project) -> dict[str, str]:
    return detached(project) | {
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": project.tip,
        "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": project.newer,
        "CI_COMMIT_SHA": project.merged,
    }


def branch(commit: str, name: str = "side", before: str = ZERO) -> dict[str, str]:
    return {
        "CI_PIPELINE_SOURCE": "push",
        "CI_COMMIT_SHA": commit,
        "CI_COMMIT_BRANCH": name,
        "CI_COMMIT_BEFORE_SHA": before,
        "CI_DEFAULT_BRANCH": "main",
    }


def test_detached_merge_request(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", project.tip)
    scope = scope_of(clone, detached(project))
    assert (scope.base, scope.head, scope.advised_by) == (project.base, project.tip, project.base)
    assert scope.label.startswith("merge request !7, ")
    assert paths(clone, scope) == ["s.py", "t.py"]


def test_merged_results_are_the_tip_and_not_the_merge(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", project.merged)
    scope = scope_of(clone, merged_results(project))
    assert (scope.base, scope.head) == (project.base, project.tip)
    assert paths(clone, scope) == ["s.py", "t.py"]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_shallow_clone_gives_the_same_range_or_says_what_to_fetch(
    project: Project, tmp_path: Path, depth: int
) -> None:
    """Detached at depth 3 the base is there; below it what the remedy says brings it."""
    clone = project.clone(tmp_path / "clone", project.tip, f"--depth={depth}", "--branch=side")
    if depth < 3:
        with pytest.raises(GitError, match="does not hold CI_MERGE_REQUEST_DIFF_BASE_SHA") as error:
            scope_of(clone, detached(project))
        assert 'GIT_DEPTH: "0"' in error.value.remedy
        fetch = error.value.remedy.partition("git ")[2]
        clone.git(*fetch.split())
    scope = scope_of(clone, detached(project))
    assert paths(clone, scope) == ["s.py", "t.py"]


def test_shallow_clone_of_a_merge_that_lacks_the_tip_is_refused(
    project: Project, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", project.merged, "--depth=1")
    clone.git("fetch", "--quiet", "--depth=1", "origin", project.base)
    with pytest.raises(GitError, match="CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"):
        scope_of(clone, merged_results(project))


def test_base_that_is_no_ancestor_is_refused(project: Project, tmp_path: Path) -> None:
    """It would show what the target has and the branch has not as removed."""
    clone = project.clone(tmp_path / "clone", project.tip)
    environ = detached(project) | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": project.newer}
    with pytest.raises(GitError, match="is not an ancestor") as error:
        scope_of(clone, environ)
    assert error.value.remedy == "start a new pipeline"


@pytest.mark.parametrize("text", ["", "main", "--output=x", "HEAD~1", "1234567", "x" * 40])
def test_base_that_is_no_commit_id_is_refused(project: Project, text: str) -> None:
    environ = detached(project) | {"CI_MERGE_REQUEST_DIFF_BASE_SHA": text}
    with pytest.raises(UsageError, match="CI_MERGE_REQUEST_DIFF_BASE_SHA is"):
        scope_of(project.host, environ)


def test_default_branch_has_an_empty_change(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", project.newer, "--depth=1")
    scope = scope_of(clone, branch(project.newer, "main", before=project.base))
    assert (scope.base, scope.head, scope.advised_by) == (project.newer,) * 3
    assert paths(clone, scope) == []


@pytest.mark.parametrize("before", [ZERO, "", "1" * 40])
def test_new_or_replaced_branch_begins_where_it_parted(
    project: Project, tmp_path: Path, before: str
) -> None:
    clone = project.clone(tmp_path / "clone", project.tip)
    scope = scope_of(clone, branch(project.tip, before=before))
    assert (scope.base, scope.head, scope.advised_by) == (project.base, project.tip, project.base)


def test_force_push_begins_where_the_branch_parted(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", project.tip)
    scope = scope_of(clone, branch(project.tip, before=project.newer))
    assert scope.base == project.base


def test_push_begins_at_the_tip_before_and_the_default_branch_says_how(
    project: Project, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", project.tip)
    scope = scope_of(clone, branch(project.tip, before=project.first))
    assert (scope.base, scope.advised_by) == (project.first, project.base)
    assert paths(clone, scope) == ["t.py"]


def test_branch_in_a_clone_that_is_too_shallow_is_refused(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", project.tip, "--depth=1", "--no-single-branch")
    with pytest.raises(GitError, match="no common ancestor here") as error:
        scope_of(clone, branch(project.tip, before=project.first))
    assert 'GIT_DEPTH: "0"' in error.value.remedy


def test_branch_in_a_clone_without_the_default_branch_is_refused(
    project: Project, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", project.tip, "--single-branch", "--branch=side")
    environ = branch(project.tip, before=project.first)
    with pytest.raises(GitError, match="does not hold the branch main") as error:
        scope_of(clone, environ)
    clone.git(*error.value.remedy.partition("git ")[2].split())
    assert scope_of(clone, environ).base == project.first


def test_tag_has_no_change(project: Project) -> None:
    environ = branch(project.tip) | {"CI_COMMIT_BRANCH": "", "CI_COMMIT_TAG": "v1"}
    with pytest.raises(UsageError, match="of a tag"):
        scope_of(project.host, environ)


@pytest.mark.parametrize("name", ["CI_COMMIT_SHA", "CI_DEFAULT_BRANCH"])
def test_variable_that_is_missing_is_named(project: Project, name: str) -> None:
    environ = branch(project.tip)
    del environ[name]
    with pytest.raises(UsageError, match=f"{name} is not set"):
        scope_of(project.host, environ)


# GitHub, Gitea, Forgejo


def github(
    tmp_path: Path, event: object, sha: str = "", ref: str = "refs/heads/side"
) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    return {"GITHUB_EVENT_PATH": str(path), "GITHUB_SHA": sha, "GITHUB_REF": ref}


def pull_request(project: Project) -> dict[str, Any]:
    """`base` is the target's tip, not where the branch parted from it."""
    ends = {"base": {"sha": project.newer}, "head": {"sha": project.tip}}
    return {"number": 3, "pull_request": ends}


def test_pull_request_begins_where_it_parted(project: Project, tmp_path: Path) -> None:
    clone = project.clone(tmp_path / "clone", project.merged)
    scope = scope_of(clone, github(tmp_path, pull_request(project), project.merged))
    assert (scope.base, scope.head) == (project.base, project.tip)
    assert scope.label.startswith("pull request #3, ")


def test_pull_request_in_a_checkout_of_one_commit_is_refused(
    project: Project, tmp_path: Path
) -> None:
    clone = project.clone(tmp_path / "clone", project.merged, "--depth=1")
    with pytest.raises(GitError, match="does not hold the pull request's commit") as error:
        scope_of(clone, github(tmp_path, pull_request(project), project.merged))
    assert "fetch-depth: 0" in error.value.remedy


def test_merge_group_is_what_the_queue_would_merge(project: Project, tmp_path: Path) -> None:
    group = {"merge_group": {"base_sha": project.newer, "head_sha": project.merged}}
    clone = project.clone(tmp_path / "clone", project.merged)
    scope = scope_of(clone, github(tmp_path, group, project.merged))
    assert (scope.base, scope.head) == (project.newer, project.merged)


def test_push_on_github(project: Project, tmp_path: Path) -> None:
    event = {"before": project.first, "repository": {"default_branch": "main"}}
    clone = project.clone(tmp_path / "clone", project.tip)
    scope = scope_of(clone, github(tmp_path, event, project.tip))
    assert (scope.base, scope.advised_by) == (project.first, project.base)
    on_main = scope_of(clone, github(tmp_path, event, project.newer, "refs/heads/main"))
    assert paths(clone, on_main) == []
    with pytest.raises(UsageError, match="for no branch"):
        scope_of(clone, github(tmp_path, event, project.tip, "refs/tags/v1"))


@pytest.mark.parametrize(
    "event", [{}, [], {"pull_request": None}, {"pull_request": {"base": "x", "head": {"sha": 1}}}]
)
def test_event_without_a_change_is_refused(project: Project, tmp_path: Path, event: object) -> None:
    with pytest.raises(UsageError, match="the event in GITHUB_EVENT_PATH has no"):
        scope_of(project.host, github(tmp_path, event, project.tip))


def test_event_that_cannot_be_read_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the event"):
        scope_of(project.host, {"GITHUB_EVENT_PATH": str(tmp_path / "absent")})


# Jenkins


@pytest.mark.parametrize("built", ["tip", "merged"])
def test_change_request_of_jenkins(project: Project, tmp_path: Path, built: str) -> None:
    clone = project.clone(tmp_path / "clone", getattr(project, built))
    environ = {"JENKINS_URL": "http://ci/", "CHANGE_TARGET": "main", "CHANGE_ID": "5"}
    assert paths(clone, scope_of(clone, environ)) == ["s.py", "t.py"]


def test_build_of_a_branch_of_jenkins_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="CHANGE_TARGET is not set") as error:
        scope_of(project.host, {"JENKINS_URL": "http://ci/"})
    assert "--range" in error.value.remedy


def test_outside_of_any_system_it_is_refused(project: Project) -> None:
    with pytest.raises(UsageError, match="no CI system is recognised"):
        scope_of(project.host, {"CI": "true"})
