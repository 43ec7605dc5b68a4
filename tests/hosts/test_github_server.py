"""The test server is honest: a client that others wrote gets the answers that GitHub gives it."""

from __future__ import annotations

from typing import Any

import pytest
from github import Auth, Github
from github.GithubException import BadCredentialsException, GithubException

from tests.hosts.github_server import APP, HUMAN, GitHub
from tests.hosts.samples import HEAD

FILE = "shop/new name.py"
GOOD: Any = {"path": FILE, "body": "x", "line": 2, "side": "RIGHT"}
OFF_DIFF = "must be part of the diff"


def repository(github: GitHub, token: str = APP) -> Any:
    client = Github(
        auth=Auth.Token(token),
        base_url=github.url,
        retry=None,
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    return client.get_repo("octo/shop")


def review(github: GitHub, *comments: Any) -> None:
    found = repository(github)
    found.get_pull(5).create_review(
        commit=found.get_commit(HEAD), body="b", event="COMMENT", comments=list(comments)
    )


def test_a_review_is_taken_whole_or_not_at_all(github: GitHub) -> None:
    removed = {"path": FILE, "body": "y", "line": 4, "side": "LEFT"}
    ranged = {"path": FILE, "body": "z", "line": 3, "side": "RIGHT", "start_line": 2}
    review(github, GOOD, removed, ranged)
    assert [comment["body"] for comment in github.comments] == ["x", "y", "z"]
    with pytest.raises(GithubException, match=OFF_DIFF):
        review(github, GOOD, {**GOOD, "line": 40})
    assert len(github.comments) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"line": 9, "side": "RIGHT"},
        {"line": 9, "side": "LEFT"},
        {"line": 2, "side": "RIGHT", "start_line": 3},
        {"path": "elsewhere.py", "line": 2},
    ],
)
def test_any_other_line_is_refused(github: GitHub, wrong: dict[str, object]) -> None:
    with pytest.raises(GithubException) as caught:
        review(github, {**GOOD, **wrong})
    assert caught.value.status == 422


def test_a_file_comment_is_made_singly(github: GitHub) -> None:
    found = repository(github)
    pull, commit = found.get_pull(5), found.get_commit(HEAD)
    pull.create_review_comment(body="f", commit=commit, path=FILE, subject_type="file")
    assert github.comments[0]["subject_type"] == "file"
    with pytest.raises(GithubException):
        review(github, {"path": FILE, "body": "f", "subject_type": "file"})


def test_pages_are_linked(github: GitHub) -> None:
    review(github, *(GOOD | {"body": text} for text in "abcde"))
    found = repository(github).get_pull(5).get_review_comments()
    assert [comment.body for comment in found] == list("abcde")


def test_what_is_not_allowed_is_refused(github: GitHub) -> None:
    github.talk.append(github.new("human", body="mine"))
    (comment,) = repository(github).get_pull(5).get_issue_comments()
    assert comment.body == "mine"
    with pytest.raises(BadCredentialsException):
        repository(github, "wrong")
    with pytest.raises(GithubException, match="via a GitHub App"):
        repository(github, HUMAN).create_check_run("x", HEAD, output={"title": "t", "summary": "s"})


def test_fifty_annotations_a_request(github: GitHub) -> None:
    one: Any = {
        "path": FILE,
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "notice",
        "message": "m",
    }
    output: Any = {"title": "t", "summary": "s"}
    made = repository(github).create_check_run("x", HEAD, output=output)
    made.edit(output={**output, "annotations": [one] * 50})
    with pytest.raises(GithubException, match="50"):
        made.edit(output={**output, "annotations": [one] * 51})
    assert github.checks[0]["output"]["annotations_count"] == 50
