"""What stands on a pull request after a run, and after the next one."""

from __future__ import annotations

import json

import pytest

from tests.hosts.conftest import Publish
from tests.hosts.faults import Fault
from tests.hosts.github_server import HUMAN, GitHub
from tests.hosts.samples import (
    ADDED,
    HEAD,
    LARGE,
    NEW_FILE,
    OUTSIDE,
    REMOVED,
    finding,
    report,
)

ALL = (ADDED, REMOVED, NEW_FILE, LARGE, OUTSIDE)
_KEYS = ("path", "subject_type", "side", "start_line", "line")
ALL_PLACES = {
    ("shop/new name.py", None, "RIGHT", 2, 3),
    ("shop/new name.py", None, "LEFT", None, 4),
    ("added.py", None, "RIGHT", None, 2),
    ("large.py", "file", None, None, None),
}


def places(github: GitHub) -> set[tuple[object, ...]]:
    return {tuple(comment.get(key) for key in _KEYS) for comment in github.comments}


def test_each_finding_stands_where_it_belongs_in_one_review(
    github: GitHub, to_github: Publish
) -> None:
    run = to_github(report(*ALL))
    assert run.code == 0, run.err
    assert run.out == "reviewbot: 4 posted, the summary written\n"
    assert places(github) == ALL_PLACES
    assert len(github.reviews) == 1
    (summary,) = github.talk
    assert "`elsewhere.py:4`" in summary["body"]  # no comment can stand there
    assert f"opened 127.0.0.1:{github.url.rpartition(':')[2]}" in run.err


@pytest.mark.parametrize("token", ["", HUMAN])
def test_the_same_again_changes_nothing(github: GitHub, to_github: Publish, token: str) -> None:
    chosen = {"token": token} if token else {}
    to_github(report(*ALL), **chosen)
    run = to_github(report(*ALL), **chosen)
    assert run.out == "reviewbot: nothing to change\n"
    assert (len(github.comments), len(github.talk), len(github.reviews)) == (4, 1, 1)


def test_a_review_that_is_refused_is_posted_singly(github: GitHub, to_github: Publish) -> None:
    github.faults.append(Fault("POST", "reviews$", 422, body='{"message": "no"}'))
    run = to_github(report(*ALL))
    assert run.code == 0
    assert "answers 422: no: comments are posted singly" in run.err
    assert places(github) == ALL_PLACES


def test_a_comment_that_is_refused_everywhere_is_in_the_summary(
    github: GitHub, to_github: Publish
) -> None:
    github.faults.append(Fault("POST", "(reviews|pulls/5/comments)$", 422, times=99))
    run = to_github(report(ADDED))
    assert run.code == 0
    assert "a finding in shop/new name.py is in the summary alone" in run.err
    assert github.comments == []
    assert "`shop/new name.py:2`" in github.talk[0]["body"]


def test_a_finding_that_is_gone_is_hidden_and_shown_when_it_is_back(
    github: GitHub, to_github: Publish
) -> None:
    to_github(report(ADDED, REMOVED))
    gone = next(comment for comment in github.comments if comment["side"] == "LEFT")
    assert "1 resolved" in to_github(report(ADDED)).out
    assert github.hidden == {gone["node_id"]}
    assert to_github(report(ADDED)).out == "reviewbot: nothing to change\n"
    assert "1 reopened" in to_github(report(ADDED, REMOVED)).out
    assert github.hidden == set()
    assert len(github.comments) == 2


def test_a_token_that_may_hide_nothing_is_told(github: GitHub, to_github: Publish) -> None:
    to_github(report(ADDED))
    github.can_hide = False
    run = to_github(report())
    assert run.code == 0
    assert "Resource not accessible by integration: a comment that is no longer true" in run.err
    github.can_hide = True
    assert "1 resolved" in to_github(report()).out


def test_an_incomplete_review_hides_nothing(github: GitHub, to_github: Publish) -> None:
    to_github(report(ADDED))
    to_github(report(problem="the engine went away", failed=3))
    assert github.hidden == set()
    assert "**INCOMPLETE" in github.talk[0]["body"]


def test_other_words_update_the_comment_and_others_are_left_alone(
    github: GitHub, to_github: Publish
) -> None:
    to_github(report(ADDED))
    (ours,) = github.comments
    theirs = github.new("human", **{**ours, "user": github.user("human"), "id": 7, "node_id": "H"})
    github.comments.append({**theirs, "user": github.user("human")})
    again = finding("shop/new name.py", 2, 3, quote=ADDED.quote, message="In other words.")
    assert "1 updated" in to_github(report(again)).out
    assert "In other words." in github.comments[0]["body"]
    to_github(report())
    assert github.hidden == {ours["node_id"]}
    assert "In other words." not in github.comments[1]["body"]


def test_the_cap_holds(github: GitHub, to_github: Publish) -> None:
    to_github(report(*ALL), "--max-comments", "1")
    assert places(github) == {("added.py", None, "RIGHT", None, 2)}
    assert github.talk[0]["body"].count("- warning ") == 4


def test_a_report_of_another_commit_is_refused(github: GitHub, to_github: Publish) -> None:
    github.head = "c" * 40
    run = to_github(report(ADDED))
    assert (run.code, github.comments) == (3, [])
    assert to_github(report(ADDED), "--force").code == 0
    assert places(github) == {("shop/new name.py", None, "RIGHT", 2, 3)}


def test_a_dry_run_posts_nothing(github: GitHub, to_github: Publish) -> None:
    run = to_github(report(*ALL), "--dry-run")
    assert "would post on shop/new name.py:4 (removed line):" in run.out
    assert (github.comments, github.talk) == ([], [])


def test_a_suggestion_replaces_the_lines_of_its_comment(github: GitHub, to_github: Publish) -> None:
    to_github(report(finding("added.py", 1, 2, quote="alpha\nomega", suggestion="beta")))
    (comment,) = github.comments
    assert (comment["start_line"], comment["line"]) == (1, 2)
    assert "\n```suggestion\nbeta\n```\n" in comment["body"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "reviews$", 502, after=True),
        Fault("POST", "reviews$", 502),
        Fault("POST", "pulls/5/comments$", 504, after=True),
        Fault("POST", "issues/5/comments$", 502, after=True),
        Fault("POST", "graphql", 502),
        Fault("POST", "reviews$", 403, headers={"retry_after": "1"}),
        Fault("POST", "reviews$", 429, headers={"retry_after": "1"}),
    ],
)
def test_a_busy_host_is_asked_again_and_nothing_is_posted_twice(
    github: GitHub, to_github: Publish, fault: Fault
) -> None:
    github.faults.append(fault)
    run = to_github(report(*ALL))
    assert run.code == 0, run.err
    assert (len(github.comments), len(github.talk), len(github.reviews)) == (4, 1, 1)


@pytest.mark.parametrize("path", ["reviews$", "pulls/5/comments$", "issues/5/comments$"])
def test_a_run_that_ends_in_its_middle_can_be_repeated(
    github: GitHub, to_github: Publish, path: str
) -> None:
    github.faults.append(Fault("POST", path, 401))
    assert to_github(report(*ALL)).code in (2, 3)
    assert to_github(report(*ALL)).code == 0
    assert places(github) == ALL_PLACES
    assert (len(github.comments), len(github.talk)) == (4, 1)


def test_pages_on_another_host_are_not_asked_for(github: GitHub, to_github: Publish) -> None:
    github.link_host = "http://elsewhere.test"
    run = to_github(report(ADDED))
    assert run.code == 3
    assert "another host (elsewhere.test): not followed" in run.err
    assert github.comments == []


# Checks


def test_a_check_run_has_all_annotations_fifty_a_request(
    github: GitHub, to_github: Publish
) -> None:
    many = [finding("added.py", 1 + at, quote=f"line {at}") for at in range(120)]
    told = report(*many)
    run = to_github(told, "--as", "checks", "--max-comments", "200")
    assert run.code == 0, run.err
    (check,) = github.checks
    assert check["output"]["annotations_count"] == 120
    assert (check["status"], check["conclusion"], check["head_sha"]) == (
        "completed",
        "neutral",
        HEAD,
    )
    sizes = [
        len(request.json.get("output", {}).get("annotations", []))
        for request in github.seen
        if request.method == "PATCH"
    ]
    assert sizes == [50, 50, 20, 0]
    again = to_github(told, "--as", "checks", "--max-comments", "200")
    assert again.out == "reviewbot: nothing to change\n"
    assert len(github.checks) == 1


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize(("status", "code"), [(502, 0), (401, 3)])
def test_annotations_are_never_made_twice(
    github: GitHub, to_github: Publish, after: bool, status: int, code: int
) -> None:
    many = [finding("added.py", 1 + at, quote=f"line {at}") for at in range(60)]
    github.faults.append(Fault("PATCH", "check-runs", status, after=after))
    first = to_github(report(*many), "--as", "checks", "--max-comments", "200")
    assert first.code == code, first.err
    assert to_github(report(*many), "--as", "checks", "--max-comments", "200").code == 0
    (check,) = github.checks
    lines = [item["start_line"] for item in check["output"]["annotations"]]
    assert sorted(lines) == list(range(1, 61))
    assert check["status"] == "completed"


def test_a_clean_review_is_a_success_and_an_incomplete_one_is_not(
    github: GitHub, to_github: Publish
) -> None:
    to_github(report(), "--as", "checks")
    to_github(report(problem="gone", failed=1), "--as", "checks")
    assert [check["conclusion"] for check in github.checks] == ["success", "neutral"]
    assert github.checks[1]["output"]["title"].startswith("INCOMPLETE")


def test_checks_need_an_apps_token(github: GitHub, to_github: Publish) -> None:
    run = to_github(report(ADDED), "--as", "checks", token=HUMAN)
    assert run.code == 2
    assert "checks: write" in run.err


def test_a_dry_run_of_checks_prints_them(github: GitHub, to_github: Publish) -> None:
    run = to_github(report(ADDED), "--as", "checks", "--dry-run")
    line = run.out.splitlines()[0].removeprefix("would annotate ")
    assert json.loads(line)["annotation_level"] == "warning"
    assert github.checks == []
