"""What is refused before or while something is posted, and what is said of it: never the token."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.conftest import Run
from tests.hosts.conftest import Publish
from tests.hosts.faults import Fault
from tests.hosts.github_server import APP, GitHub
from tests.hosts.github_server import READ_ONLY as READ_ONLY_ON_GITHUB
from tests.hosts.gitlab_server import BOT, READ_ONLY, GitLab
from tests.hosts.samples import ADDED, HEAD, gitlab_diffs, report
from tests.serving import unused_port

_NO_ENVIRON: dict[str, str] = {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("{", "is no JSON: it was cut"),
        ("[]", "is no report"),
        (report(ADDED)[:-40], "is no JSON: it was cut"),
        (report(ADDED).replace('"schema_version":1', '"schema_version":9'), "schema_version 9"),
        ('{"schema_version": 1}', "is no JSON report of reviewbot"),
    ],
)
def test_what_is_no_report_is_not_published(
    gitlab: GitLab, to_gitlab: Publish, text: str, said: str
) -> None:
    run = to_gitlab(text)
    assert (run.code, gitlab.seen) == (2, [])
    assert said in run.err
    assert "make it anew" in run.err


def test_a_report_that_is_not_there_is_named(publish: Publish, tmp_path: Path) -> None:
    run = publish(report(), "gitlab", str(tmp_path / "other.json"), environ=_NO_ENVIRON)
    assert run.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--url, --project, --merge-request missing"),
        (("--url", "http://127.0.0.1:1", "--project", "7"), "--merge-request missing"),
    ],
)
def test_a_merge_request_that_is_not_named(
    publish: Publish, arguments: tuple[str, ...], said: str
) -> None:
    run = publish(report(), "gitlab", *arguments, environ=_NO_ENVIRON)
    assert run.code == 2
    assert said in run.err


@pytest.mark.parametrize("ref", ["refs/heads/main", "", "refs/pull/x/merge"])
def test_a_pull_request_that_is_not_named(publish: Publish, ref: str) -> None:
    environ = {"GITHUB_REPOSITORY": "octo/shop", "GITHUB_REF": ref}
    run = publish(report(), "github", environ=environ)
    assert run.code == 2
    assert "--pull-request is missing" in run.err


def test_without_a_token_nothing_is_opened(
    gitlab: GitLab, to_gitlab: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_JOB_TOKEN", "glcbt-job")
    run = to_gitlab(report(), token="")
    assert (run.code, gitlab.seen) == (2, [])
    assert "REVIEWBOT_GITLAB_TOKEN is not set" in run.err
    assert "a job's token cannot post discussions" in run.err


@pytest.mark.parametrize("token", ["glpat-\x1b[31m", "glpat-with blank", "größe"])
def test_a_token_that_no_header_can_hold(gitlab: GitLab, to_gitlab: Publish, token: str) -> None:
    run = to_gitlab(report(), token=token)
    assert (run.code, gitlab.seen) == (2, [])
    assert "holds a character that cannot be sent" in run.err


def test_a_url_alone_permits_nothing(publish: Publish) -> None:
    environ = {"CI_API_V4_URL": "https://192.0.2.1/api/v4", "CI_PROJECT_ID": "7"}
    run = publish(report(), "gitlab", "--merge-request", "3", environ=environ)
    assert run.code == 2
    assert "--allow-host 192.0.2.1" in run.err
    plain = ("--url", "http://192.0.2.1", "--allow-host", "192.0.2.1", "--merge-request", "3")
    run = publish(report(), "gitlab", *plain, environ=environ)
    assert run.code == 2
    assert "--allow-plaintext" in run.err


def test_a_host_that_is_not_there(publish: Publish) -> None:
    url = f"http://127.0.0.1:{unused_port()}"
    arguments = ("--url", url, "--project", "7", "--merge-request", "3", "--wait", "0")
    run = publish(report(), "gitlab", *arguments, environ=_NO_ENVIRON)
    assert run.code == 3
    assert "ConnectError" in run.err


@pytest.mark.parametrize(
    ("token", "said"),
    [("glpat-unknown", "must be a project, group"), (READ_ONLY, "needs the scope `api`")],
)
def test_gitlab_refuses_the_token(
    gitlab: GitLab, to_gitlab: Publish, token: str, said: str
) -> None:
    run = to_gitlab(report(ADDED), token=token)
    assert run.code in (2, 3)
    assert said in run.err
    assert gitlab.notes() == []


@pytest.mark.parametrize("token", ["ghp_unknown", READ_ONLY_ON_GITHUB])
def test_github_refuses_the_token(github: GitHub, to_github: Publish, token: str) -> None:
    run = to_github(report(ADDED), token=token)
    assert run.code == 2
    assert "nothing was posted" in run.err
    assert "REVIEWBOT_GITHUB_TOKEN" in run.err
    assert github.comments == []


def test_a_project_that_cannot_be_seen(gitlab: GitLab, to_gitlab: Publish) -> None:
    run = to_gitlab(report(ADDED), "--project", "secret/place")
    assert run.code == 2
    assert "404 Project Not Found; nothing was posted" in run.err
    assert "check --project" in run.err


def test_gitlab_links_to_a_host_of_its_own_are_not_needed(
    gitlab: GitLab, to_gitlab: Publish
) -> None:
    gitlab.external_links = "https://gitlab.example.test"
    for text in "abcde":
        gitlab.add("person", text)
    assert to_gitlab(report(ADDED)).code == 0
    assert to_gitlab(report(ADDED)).out == "reviewbot: nothing to change\n"


def test_a_redirect_is_not_followed(gitlab: GitLab, to_gitlab: Publish) -> None:
    there = f"{gitlab.url}/elsewhere"
    gitlab.faults.append(Fault("GET", "versions", 307, headers={"location": there}))
    run = to_gitlab(report(ADDED))
    assert run.code == 3
    assert "redirect (307), which is not followed" in run.err
    assert not any("elsewhere" in request.path for request in gitlab.seen)


def test_a_wait_that_is_too_long_is_told_at_once(gitlab: GitLab, to_gitlab: Publish) -> None:
    gitlab.faults.append(Fault("GET", "versions", 429, headers={"retry_after": "3600"}))
    run = to_gitlab(report(ADDED))
    assert run.code == 3
    assert "asks to wait 3600 s" in run.err


def test_a_merge_request_without_a_diff_yet(gitlab: GitLab, to_gitlab: Publish) -> None:
    gitlab.versions.clear()
    run = to_gitlab(report(ADDED))
    assert run.code == 3
    assert "run the command again" in run.err


@pytest.mark.parametrize("kind", ["staged", "diff"])
def test_a_report_of_no_commit_is_refused(gitlab: GitLab, to_gitlab: Publish, kind: str) -> None:
    document = json.loads(report(ADDED))
    document["scope"] |= {"kind": kind, "head": "", "label": "the staged change"}
    run = to_gitlab(json.dumps(document))
    assert (run.code, gitlab.notes()) == (2, [])
    assert "which is no commit" in run.err


@pytest.mark.parametrize("status", [307, 400, 401, 403, 404, 409, 422, 429, 500, 503])
@pytest.mark.parametrize(("method", "path"), [("GET", "user"), ("POST", "discussions$")])
def test_no_failure_prints_the_token_though_the_host_repeats_it(
    gitlab: GitLab, to_gitlab: Publish, status: int, method: str, path: str
) -> None:
    """The fixture looks for it in all that is printed; here it is looked for in other spellings."""
    gitlab.has_drafts = False
    body = json.dumps({"message": f"bad {BOT} {quote(BOT, safe='')}", "error": BOT})
    headers = {"location": f"http://127.0.0.1/{BOT}", "x_token": BOT}
    gitlab.faults.append(Fault(method, path, status, times=99, headers=headers, body=body))
    run = to_gitlab(report(ADDED), "--wait", "0")
    assert run.code in (2, 3)
    _is_clean(run, BOT)


@pytest.mark.parametrize("status", [401, 403, 422, 500])
def test_github_either(github: GitHub, to_github: Publish, status: int) -> None:
    body = json.dumps({"message": APP, "errors": [{"message": APP}]})
    github.faults.append(Fault("POST", "graphql", status, times=99, body=body))
    run = to_github(report(ADDED), "--wait", "0")
    assert run.code in (2, 3)
    _is_clean(run, APP)


def test_a_token_in_a_report_is_not_posted(gitlab: GitLab, to_gitlab: Publish) -> None:
    """Whoever reviews a change that adds the token must not publish it; nor does a dry run."""
    told = report(ADDED).replace("This is wrong", BOT)
    _is_clean(to_gitlab(told, "--dry-run"), BOT)
    assert to_gitlab(told).code == 0
    assert BOT not in "".join(note["body"] for note in gitlab.notes())


def _is_clean(run: Run, token: str) -> None:
    for spelling in (token, quote(token, safe=""), token[6:], repr(token), "Bearer"):
        assert spelling not in run.out + run.err


def test_whoever_moved_the_head_meanwhile(gitlab: GitLab, to_gitlab: Publish) -> None:
    """The newest state is the one with the highest number, in whatever order they come."""
    gitlab.push("c" * 40, gitlab_diffs())
    gitlab.versions.reverse()
    assert to_gitlab(report(ADDED, head=HEAD)).code == 3
    assert to_gitlab(report(ADDED, head="c" * 40)).code == 0


_GARBAGE = [
    *("", "null", "[]", "{}", "[1]", '"x"', "<html>busy</html>", '{"id": "x"}', '{"head": 1}'),
    *('[{"notes": 1}]', '[{"notes": [1]}]', '[{"notes": [{"author": 1, "body": 2}]}]', "[" * 9999),
    *(
        '{"diffs": 1}',
        '{"diffs": [1, {"diff": 5}]}',
        '[{"id": "5"}]',
        '{"data": 1}',
        '{"data": {}}',
    ),
    *('[{"user": 1, "body": []}]', '[{"filename": "\\ud800"}]', '{"errors": 1}', '{"errors": [1]}'),
]


@pytest.mark.parametrize("text", _GARBAGE)
@pytest.mark.parametrize(
    "path", ["user$", "versions$", r"versions/\d+", "discussions", "draft_not"]
)
def test_an_answer_of_another_form_is_no_bug_of_ours(
    gitlab: GitLab, to_gitlab: Publish, path: str, text: str
) -> None:
    """`publish` fails for a traceback."""
    gitlab.faults.append(Fault("GET", path, 200, times=99, body=text))
    run = to_gitlab(report(ADDED), "--wait", "0")
    assert "bug" not in run.err


@pytest.mark.parametrize("text", _GARBAGE)
@pytest.mark.parametrize("path", ["pulls/5$", "files", "graphql", "pulls/5/comments", "check-runs"])
def test_nor_one_of_github(github: GitHub, to_github: Publish, path: str, text: str) -> None:
    method = "POST" if path == "graphql" else "GET"
    github.faults.append(Fault(method, path, 200, times=99, body=text))
    form = "checks" if path == "check-runs" else "review"
    run = to_github(report(ADDED), "--wait", "0", "--as", form)
    assert "bug" not in run.err
