"""The test server is honest: a client that others wrote gets the answers that GitLab gives it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from gitlab import Gitlab
from gitlab.exceptions import GitlabAuthenticationError, GitlabCreateError, GitlabUpdateError

from tests.hosts.gitlab_server import BOT, PERSON, GitLab
from tests.hosts.samples import BASE, HEAD


@pytest.fixture
def merge_request(gitlab: GitLab) -> Iterator[Any]:
    with Gitlab(gitlab.url, private_token=BOT) as client:
        yield client.projects.get("group/shop", lazy=True).mergerequests.get(3, lazy=True)


def position(**more: object) -> dict[str, object]:
    return {
        "position_type": "text",
        "base_sha": BASE,
        "start_sha": BASE,
        "head_sha": HEAD,
        "old_path": "shop/old.py",
        "new_path": "shop/new name.py",
        **more,
    }


@pytest.mark.parametrize(
    "lines", [{"new_line": 2}, {"old_line": 4}, {"old_line": 2, "new_line": 4}]
)
def test_a_line_of_the_diff_is_taken(merge_request: Any, lines: dict[str, int]) -> None:
    made = merge_request.discussions.create({"body": "x", "position": position(**lines)})
    assert made.attributes["notes"][0]["resolvable"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"new_line": 4},  # unchanged, so both are needed
        {"old_line": 2},
        {"new_line": 2, "old_line": 2},  # added
        {"new_line": 40},
        {"new_line": 2, "old_path": None},
        {"new_line": 2, "new_path": None},
        {"new_line": 2, "head_sha": "c" * 40},
    ],
)
def test_any_other_position_is_refused(merge_request: Any, wrong: dict[str, object]) -> None:
    with pytest.raises(GitlabCreateError) as caught:
        merge_request.discussions.create({"body": "x", "position": position(**wrong)})
    assert caught.value.response_code == 400
    assert "line_code" in str(caught.value)


def test_pages_threads_and_drafts_work(merge_request: Any, gitlab: GitLab) -> None:
    for text in ("one", "two", "three"):
        merge_request.discussions.create({"body": text})
    found = merge_request.discussions.list(get_all=True)
    assert [item.attributes["notes"][0]["body"] for item in found] == ["one", "two", "three"]
    found[1].resolved = True
    found[1].save()
    assert [note["resolved"] for note in gitlab.notes()] == [False, True, False]

    merge_request.draft_notes.create({"note": "good", "position": position(new_line=2)})
    merge_request.draft_notes.create({"note": "lost", "position": position(new_line=40)})
    assert "good" not in [note["body"] for note in gitlab.notes()]
    merge_request.draft_notes.bulk_publish()
    bodies = [note["body"] for note in gitlab.notes()]
    assert ("good" in bodies, "lost" in bodies, gitlab.drafts) == (True, False, [])


def test_what_is_not_allowed_is_refused(merge_request: Any, gitlab: GitLab) -> None:
    theirs = gitlab.add("person", "hello")
    note = merge_request.discussions.get(theirs["id"], lazy=True).notes.get(
        theirs["notes"][0]["id"], lazy=True
    )
    note.body = "changed"
    with pytest.raises(GitlabUpdateError, match="403"):
        note.save()
    with (
        Gitlab(gitlab.url, private_token="wrong") as other,
        pytest.raises(GitlabAuthenticationError),
    ):
        other.auth()
    with Gitlab(gitlab.url, job_token="a-job") as job, pytest.raises(GitlabAuthenticationError):
        job.projects.get(7, lazy=True).mergerequests.get(3, lazy=True).discussions.list()
    with Gitlab(gitlab.url, private_token=PERSON) as person:
        person.auth()
        assert person.user is not None
        assert person.user.username == "person"


def test_quick_actions_are_carried_out(merge_request: Any, gitlab: GitLab) -> None:
    merge_request.discussions.create({"body": "nice\n/approve\n```\n/close\n```"})
    assert gitlab.executed == ["approve"]
