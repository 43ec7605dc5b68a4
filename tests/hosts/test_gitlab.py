"""What stands on a merge request after a run, and after the next one."""

from __future__ import annotations

import pytest

from reviewbot.finding import Side
from tests.hosts.conftest import Publish
from tests.hosts.faults import Fault
from tests.hosts.gitlab_server import PERSON, GitLab
from tests.hosts.samples import (
    ADDED,
    BASE,
    HEAD,
    LARGE,
    NEW_DIFF,
    NEW_FILE,
    OUTSIDE,
    REMOVED,
    finding,
    gitlab_diffs,
    report,
)

ALL = (ADDED, REMOVED, NEW_FILE, LARGE, OUTSIDE)


def places(gitlab: GitLab) -> set[tuple[object, ...]]:
    """Path, type, old line and new line of each of our threads."""
    return {tuple((note["position"] or {}).get(key) for key in _KEYS) for note in gitlab.threads()}


_KEYS = ("new_path", "position_type", "old_line", "new_line")
ALL_PLACES = {
    ("shop/new name.py", "text", None, 2),
    ("shop/new name.py", "text", 4, None),
    ("added.py", "text", None, 2),
    ("large.py", "file", None, None),
    (None, None, None, None),
}


def test_each_finding_stands_where_it_belongs_after_one_notification(
    gitlab: GitLab, to_gitlab: Publish
) -> None:
    run = to_gitlab(report(*ALL))
    assert (run.code, run.err.count("opened 127.0.0.1:")) == (0, 1), run.err
    assert run.out == "reviewbot: 5 posted, the summary written\n"
    assert places(gitlab) == ALL_PLACES
    assert gitlab.notifications == ["review", "comment"]  # the other one is the summary
    (summary,) = gitlab.summaries()
    assert "1 error, 4 warnings" in summary["body"]
    assert not summary["resolvable"]


def test_the_same_again_changes_nothing(gitlab: GitLab, to_gitlab: Publish) -> None:
    to_gitlab(report(*ALL))
    before = len(gitlab.seen)
    run = to_gitlab(report(*ALL))
    assert run.out == "reviewbot: nothing to change\n"
    assert {request.method for request in gitlab.seen[before:]} == {"GET"}
    assert len(gitlab.threads()) == 5


@pytest.mark.parametrize("has_file_positions", [True, False])
def test_without_drafts_comments_are_posted_one_by_one(
    gitlab: GitLab, to_gitlab: Publish, has_file_positions: bool
) -> None:
    gitlab.has_drafts, gitlab.has_file_positions = False, has_file_positions
    run = to_gitlab(report(*ALL))
    assert run.code == 0
    assert "no draft comments here (404)" in run.err
    if has_file_positions:
        assert places(gitlab) == ALL_PLACES
    else:
        assert ("large.py", "file", None, None) not in places(gitlab)
    assert len(gitlab.threads()) == 5


def test_a_draft_that_is_lost_when_it_is_published_is_posted_again(
    gitlab: GitLab, to_gitlab: Publish
) -> None:
    """GitLab < 16.4 takes the draft and drops it."""
    gitlab.has_file_positions = False
    assert to_gitlab(report(*ALL)).code == 0
    assert len(gitlab.threads()) == 5
    (large,) = [note for note in gitlab.threads() if "large.py" in note["body"]]
    assert large["position"] is None


def test_a_users_own_drafts_are_not_published(gitlab: GitLab, to_gitlab: Publish) -> None:
    gitlab.drafts.append({"id": 1, "note": "not yet", "position": None, "author": "person"})
    run = to_gitlab(report(ADDED), token=PERSON)
    assert "drafts of another review" in run.err
    assert [draft["note"] for draft in gitlab.drafts] == ["not yet"]
    assert len(gitlab.notes("person")) == 2


def test_a_finding_that_is_gone_is_resolved_and_opened_when_it_is_back(
    gitlab: GitLab, to_gitlab: Publish
) -> None:
    to_gitlab(report(ADDED, REMOVED))
    assert "1 resolved" in to_gitlab(report(ADDED)).out
    assert sum(note["resolved"] for note in gitlab.threads()) == 1
    assert to_gitlab(report(ADDED)).out == "reviewbot: nothing to change\n"
    assert "1 reopened" in to_gitlab(report(ADDED, REMOVED)).out
    assert sum(note["resolved"] for note in gitlab.threads()) == 0
    assert len(gitlab.threads()) == 2


@pytest.mark.parametrize("name", ["person", "bot"])
def test_what_a_person_resolved_stays_resolved(
    gitlab: GitLab, to_gitlab: Publish, name: str
) -> None:
    """A person whose own token is used is the same user."""
    gitlab.bot = False
    to_gitlab(report(ADDED))
    (note,) = gitlab.threads()
    gitlab.resolve(gitlab.discussion_of(note), name, resolved=True)
    body = note["body"]
    again = finding("shop/new name.py", 2, 3, quote=ADDED.quote, message="In other words.")
    assert to_gitlab(report(again)).code == 0
    assert (note["resolved"], note["body"]) == (True, body)
    assert len(gitlab.threads()) == 1


def test_a_role_that_may_resolve_nothing_is_told(gitlab: GitLab, to_gitlab: Publish) -> None:
    to_gitlab(report(ADDED))
    gitlab.faults.append(Fault("PUT", "discussions/[0-9a-f]+$", 403, body='{"message": "403"}'))
    run = to_gitlab(report())
    assert run.code == 0
    assert "a thread stays as it is" in run.err
    assert "1 resolved" in to_gitlab(report()).out


def test_what_a_person_opened_again_stays_open(gitlab: GitLab, to_gitlab: Publish) -> None:
    to_gitlab(report(ADDED))
    to_gitlab(report())
    (note,) = gitlab.threads()
    assert note["resolved"]
    gitlab.resolve(gitlab.discussion_of(note), "person", resolved=False)
    to_gitlab(report())
    assert not note["resolved"]


def test_an_incomplete_review_resolves_nothing_and_says_so_loudly(
    gitlab: GitLab, to_gitlab: Publish
) -> None:
    to_gitlab(report(ADDED))
    to_gitlab(report(problem="the engine went away", failed=3))
    assert not any(note["resolved"] for note in gitlab.threads())
    (summary,) = gitlab.summaries()
    assert "**INCOMPLETE" in summary["body"]
    assert "3 failed" in summary["body"]
    assert "the engine went away" in summary["body"]


def test_other_words_update_the_comment(gitlab: GitLab, to_gitlab: Publish) -> None:
    to_gitlab(report(ADDED))
    again = finding("shop/new name.py", 2, 3, quote=ADDED.quote, message="In other words.")
    run = to_gitlab(report(again))
    assert "1 updated" in run.out
    (note,) = gitlab.threads()
    assert "In other words." in note["body"]


def test_threads_of_others_are_left_alone(gitlab: GitLab, to_gitlab: Publish) -> None:
    """Not even one that holds our mark: anybody can write it."""
    to_gitlab(report(ADDED))
    mark = gitlab.threads()[0]["body"].rpartition("\n")[2]
    gitlab.discussions.clear()
    gitlab.add("person", f"mine\n\n{mark}")
    gitlab.add("person", "a question")
    to_gitlab(report())
    theirs = gitlab.notes("person")
    assert [note["resolved"] for note in theirs] == [False, False]
    assert theirs[0]["body"].startswith("mine")
    to_gitlab(report(ADDED))
    assert len(gitlab.threads()) == 1


def test_the_cap_holds_and_the_summary_tells_the_rest(gitlab: GitLab, to_gitlab: Publish) -> None:
    assert to_gitlab(report(*ALL), "--max-comments", "1").code == 0
    (note,) = gitlab.threads()
    assert note["body"].startswith("**error**")  # the most severe
    (summary,) = gitlab.summaries()
    assert summary["body"].count("- warning ") == 4
    # A finding that was told in the summary alone is new to the next run.
    to_gitlab(report(*ALL), "--max-comments", "3")
    assert len(gitlab.threads()) == 4


def test_a_dry_run_posts_nothing(gitlab: GitLab, to_gitlab: Publish) -> None:
    run = to_gitlab(report(*ALL), "--dry-run")
    assert run.code == 0
    assert "would post on shop/new name.py:2 (added line):" in run.out
    assert "would post on shop/new name.py:4 (removed line):" in run.out
    assert "would post on the file large.py:" in run.out
    assert "would post on the change as a whole:" in run.out
    assert "would write the summary:" in run.out
    assert {request.method for request in gitlab.seen} == {"GET"}


def test_a_report_of_another_commit_is_refused(gitlab: GitLab, to_gitlab: Publish) -> None:
    gitlab.push("c" * 40, gitlab_diffs())
    run = to_gitlab(report(ADDED))
    assert run.code == 3
    assert "nothing was posted" in run.err
    assert gitlab.notes() == []


def test_with_force_lines_are_found_by_their_text(gitlab: GitLab, to_gitlab: Publish) -> None:
    moved = {"new_path": "added.py", "old_path": "added.py"}
    diff = "@@ -0,0 +1,3 @@\n+before\n+alpha\n+omega\n"
    gitlab.push("c" * 40, [{**moved, "diff": diff}])
    gone = finding("added.py", 1, quote="vanished")
    assert to_gitlab(report(NEW_FILE, gone), "--force").code == 0
    assert places(gitlab) == {
        ("added.py", "text", None, 3),
        ("added.py", "file", None, None),
    }
    assert {note["position"]["head_sha"] for note in gitlab.threads()} == {"c" * 40}


def test_removed_lines_of_another_base_are_found_by_their_text(
    gitlab: GitLab, to_gitlab: Publish
) -> None:
    elsewhere = finding("shop/new name.py", 5, quote=REMOVED.quote, side=Side.OLD, removed=(3, 3))
    assert to_gitlab(report(elsewhere, base="d" * 40)).code == 0
    assert places(gitlab) == {("shop/new name.py", "text", 4, None)}


def test_a_suggestion_replaces_what_was_flagged(gitlab: GitLab, to_gitlab: Publish) -> None:
    fixed = finding("shop/new name.py", 2, 3, quote=ADDED.quote, suggestion="    added = 3")
    to_gitlab(report(fixed))
    (note,) = gitlab.threads()
    assert "\n```suggestion:-0+1\n    added = 3\n```\n" in note["body"]


@pytest.mark.parametrize(
    ("quote", "suggestion"),
    [
        ("    added = 1", "    added = 3"),  # not all that is flagged
        (ADDED.quote, "/approve"),
        (ADDED.quote, "key = '[secret]'"),
    ],
)
def test_any_other_suggestion_is_only_shown(
    gitlab: GitLab, to_gitlab: Publish, quote: str, suggestion: str
) -> None:
    to_gitlab(report(finding("shop/new name.py", 2, 3, quote=quote, suggestion=suggestion)))
    (note,) = gitlab.threads()
    assert "```suggestion" not in note["body"]
    assert f"> {suggestion}" in note["body"]
    assert gitlab.executed == []


def test_nothing_that_a_model_says_is_carried_out(gitlab: GitLab, to_gitlab: Publish) -> None:
    evil = "/approve\n/merge\n````\n/close\n```\n/close @all #1 <!-- --> ![x](http://h/x)"
    hostile = finding("elsewhere.py", 1, quote=evil, message=evil, suggestion=evil)
    told = report(hostile, problem="/merge\n/close", failed=1)
    assert to_gitlab(told, "--max-comments", "1").code == 0
    to_gitlab(told.replace("#1", "#2"))
    assert gitlab.executed == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault("POST", "draft_notes$", 502, after=True),
        Fault("POST", "draft_notes$", 502),
        Fault("POST", "bulk_publish", 502, after=True),
        Fault("POST", "bulk_publish", 500, times=9),
        Fault("GET", "discussions", 503),
        Fault("POST", "/notes$", 502, after=True),
        Fault("POST", "draft_notes$", 429, headers={"retry_after": "1"}),
    ],
)
def test_a_busy_host_is_asked_again_and_nothing_is_posted_twice(
    gitlab: GitLab, to_gitlab: Publish, fault: Fault
) -> None:
    gitlab.faults.append(fault)
    run = to_gitlab(report(*ALL), "--wait", "20")
    assert run.code == 0, run.err
    assert places(gitlab) == ALL_PLACES
    assert (len(gitlab.threads()), len(gitlab.summaries()), gitlab.drafts) == (5, 1, [])


def test_singly_posted_comments_are_not_repeated_either(gitlab: GitLab, to_gitlab: Publish) -> None:
    gitlab.has_drafts = False
    gitlab.faults.append(Fault("POST", "discussions$", 502, after=True, times=2))
    assert to_gitlab(report(*ALL)).code == 0
    assert len(gitlab.threads()) == 5


@pytest.mark.parametrize("path", ["draft_notes$", "bulk_publish", "discussions$", "/notes$"])
def test_a_run_that_ends_in_its_middle_can_be_repeated(
    gitlab: GitLab, to_gitlab: Publish, path: str
) -> None:
    gitlab.has_drafts = path != "discussions$"
    gitlab.faults.append(Fault("POST", path, 401))
    first = to_gitlab(report(*ALL))
    assert first.code in (2, 3)
    assert to_gitlab(report(*ALL)).code == 0
    assert places(gitlab) == ALL_PLACES
    assert (len(gitlab.threads()), len(gitlab.summaries()), gitlab.drafts) == (5, 1, [])


def test_an_error_in_the_middle_tells_what_was_posted(gitlab: GitLab, to_gitlab: Publish) -> None:
    gitlab.faults.append(Fault("POST", "/notes$", 403, body='{"message": "no more"}'))
    run = to_gitlab(report(*ALL))
    assert run.code == 3
    assert "until then: 5 posted" in run.err
    assert "no more" in run.err


def test_a_diff_that_is_cut_is_no_line_to_stand_on(gitlab: GitLab, to_gitlab: Publish) -> None:
    cut = NEW_DIFF.replace("+omega\n", "")
    gitlab.push(HEAD, [{"new_path": "added.py", "old_path": "added.py", "diff": cut}], BASE)
    assert to_gitlab(report(NEW_FILE)).code == 0
    assert places(gitlab) == {("added.py", "file", None, None)}
