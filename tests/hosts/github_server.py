"""A GitHub that holds to its documented rules, as far as a pull request's comments go.

By GitHub's REST documents (pull request reviews and comments, issue comments, check runs,
pagination by links) and GraphQL's (viewer, minimizeComment): a review is taken whole or not at
all, a line must be part of the diff, a file comment is made singly, 50 annotations a request.
`tests/hosts/test_github_server.py` holds it against PyGithub.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.hosts.faults import Fault, diff_rows, due
from tests.serving import Handler, Request, serving

APP, HUMAN, READ_ONLY = "ghs_workflow/secret", "ghp_human", "ghs_read_only"
_LINE = "pull_request_review_thread.line must be part of the diff"


class Refused(Exception):  # noqa: N818
    def __init__(self, status: int, message: str, *errors: str) -> None:
        self.status = status
        self.body = {"message": message} | ({"errors": list(errors)} if errors else {})


@dataclass
class GitHub:
    """One pull request: number 5 of `octo/shop`."""

    url: str = ""
    head: str = "a" * 40
    page_size: int = 2
    link_host: str = ""
    can_hide: bool = True
    files: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    talk: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    number: int = 1000

    def user(self, name: str) -> dict[str, Any]:
        if name == "human":
            return {"login": "human", "id": 2, "type": "User"}
        return {"login": "github-actions[bot]", "id": 41, "type": "Bot"}

    def new(self, name: str, /, **more: Any) -> dict[str, Any]:
        self.number += 1
        return {
            "id": self.number,
            "node_id": f"N_{self.number}",
            "url": f"{self.url}/x/{self.number}",
            "user": self.user(name),
            **more,
        }

    def check_comment(self, comment: dict[str, Any]) -> None:
        file = next((f for f in self.files if f["filename"] == comment.get("path")), None)
        if file is None:
            raise Refused(422, "Validation Failed", "pull_request_review_thread.path is invalid")
        if comment.get("subject_type") == "file":
            return
        rows = diff_rows(file.get("patch", ""))
        at = 0 if comment.get("side", "RIGHT") == "LEFT" else 1
        lines = {row[at] for row in rows if at or row[1] is None}
        for key in ("line", "start_line"):
            if (key == "line" or key in comment) and comment.get(key) not in lines:
                raise Refused(422, "Validation Failed", _LINE)
        if comment.get("start_line", 0) >= comment["line"]:
            raise Refused(422, "Validation Failed", "start_line must precede the end line.")


_Route = Callable[[GitHub, str, re.Match[str], dict[str, Any]], Any]
_ROUTES: list[tuple[str, re.Pattern[str], _Route]] = []


def _route(method: str, path: str) -> Callable[[_Route], _Route]:
    def keep(route: _Route) -> _Route:
        _ROUTES.append((method, re.compile(path.replace("REPO", "/repos/octo/shop")), route))
        return route

    return keep


@_route("GET", "REPO")
def _repository(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return {"full_name": "octo/shop", "name": "shop", "url": f"{hub.url}/repos/octo/shop"}


@_route("GET", "/user")
def _user(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    if name != "human":
        raise Refused(403, "Resource not accessible by integration")
    return hub.user(name)


@_route("GET", "REPO/pulls/5")
def _pull(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    path = "/repos/octo/shop"
    return {
        "number": 5,
        "head": {"sha": hub.head},
        "url": f"{hub.url}{path}/pulls/5",
        "issue_url": f"{hub.url}{path}/issues/5",
    }


@_route("GET", "REPO/commits/([0-9a-f]+)")
def _commit(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return {"sha": found[1]}


@_route("GET", "REPO/pulls/5/files")
def _files(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return hub.files


@_route("GET", "REPO/pulls/5/comments")
def _comments(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return hub.comments


@_route("POST", "REPO/pulls/5/reviews")
def _review(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    if body["event"] != "COMMENT" or not body.get("body") or body["commit_id"] != hub.head:
        raise Refused(422, "Unprocessable Entity")
    for comment in body["comments"]:
        if "subject_type" in comment:
            raise Refused(422, "Invalid request", "subject_type is not a permitted key")
        hub.check_comment(comment)
    hub.comments += [hub.new(name, **comment) for comment in body["comments"]]
    hub.reviews.append(hub.new(name, body=body["body"]))
    return hub.reviews[-1]


@_route("POST", "REPO/pulls/5/comments")
def _comment(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    if body["commit_id"] != hub.head:
        raise Refused(422, "Validation Failed", "commit_id is not part of the pull request")
    hub.check_comment(body)
    hub.comments.append(hub.new(name, **body))
    return hub.comments[-1]


@_route("PATCH", r"REPO/pulls/comments/(\d+)")
def _edit(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return _edited(hub, hub.comments, name, int(found[1]), body)


@_route("GET", "REPO/issues/5/comments")
def _talk(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return hub.talk


@_route("POST", "REPO/issues/5/comments")
def _say(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    hub.talk.append(hub.new(name, body=body["body"]))
    return hub.talk[-1]


@_route("PATCH", r"REPO/issues/comments/(\d+)")
def _edit_talk(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return _edited(hub, hub.talk, name, int(found[1]), body)


def _edited(
    hub: GitHub, items: list[dict[str, Any]], name: str, number: int, body: dict[str, Any]
) -> dict[str, Any]:
    item = next(item for item in items if item["id"] == number)
    if item["user"] != hub.user(name):
        raise Refused(403, "Forbidden")
    item["body"] = body["body"]
    return item


@_route("GET", "REPO/commits/([0-9a-f]+)/check-runs")
def _checks(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    runs = [run for run in hub.checks if run["head_sha"] == found[1]]
    return {"total_count": len(runs), "check_runs": runs}


@_route("POST", "REPO/check-runs")
def _check(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    if name == "human":
        raise Refused(403, "You must authenticate via a GitHub App.")
    output = {**body["output"], "annotations_count": 0, "annotations": []}
    made = hub.new(name, **{**body, "output": output, "conclusion": None})
    made["url"] = f"{hub.url}/repos/octo/shop/check-runs/{made['id']}"
    hub.checks.append(made)
    return made


@_route("PATCH", r"REPO/check-runs/(\d+)")
def _update_check(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    run = next(run for run in hub.checks if run["id"] == int(found[1]))
    added = body.get("output", {}).get("annotations", [])
    if len(added) > 50:
        raise Refused(422, "Invalid request", "No more than 50 items are allowed")
    run["output"]["annotations"] += added
    run["output"]["annotations_count"] += len(added)
    run |= {key: value for key, value in body.items() if key != "output"}
    return run


@_route("POST", "/graphql")
def _graphql(hub: GitHub, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    node = body["variables"].get("id")
    if "viewer" in body["query"]:
        return {"data": {"viewer": {"login": hub.user(name)["login"]}}}
    if not hub.can_hide:
        error = {"type": "FORBIDDEN", "message": "Resource not accessible by integration"}
        return {"data": None, "errors": [error]}
    (hub.hidden.discard if "unminimize" in body["query"] else hub.hidden.add)(node)
    return {"data": {}}


def _name(request: Request) -> str:
    token = request.headers.get("authorization", "").partition(" ")[2]
    if token not in (APP, HUMAN, READ_ONLY):
        raise Refused(401, "Bad credentials")
    if token == READ_ONLY and request.method != "GET" and request.path != "/graphql":
        raise Refused(403, "Resource not accessible by integration")
    return "human" if token == HUMAN else "app"


def _answer(hub: GitHub, request: Request) -> tuple[int, Any]:
    path = urlsplit(request.path).path
    try:
        name = _name(request)
        for method, pattern, route in _ROUTES:
            found = pattern.fullmatch(path)
            if found and method == request.method:
                data = route(hub, name, found, request.json if request.body else {})
                return (201 if method == "POST" and path != "/graphql" else 200), data
    except Refused as refusal:
        return refusal.status, refusal.body
    return 404, {"message": "Not Found"}


@contextmanager
def github_server() -> Iterator[GitHub]:
    hub = GitHub()

    def answer(handler: Handler, request: Request) -> None:
        fault = due(hub.faults, request)
        if fault is not None and not fault.after:
            fault.say(handler)
            return
        status, data = _answer(hub, request)
        if fault is not None:
            fault.say(handler)
            return
        headers = {"content_type": "application/json"}
        if isinstance(data, list):
            data, more = _page(hub, request, data)
            headers |= more
        handler.say(json.dumps(data), status, **headers)

    with serving(answer) as served:
        hub.url, hub.seen = served.url, served.seen
        yield hub


def _page(hub: GitHub, request: Request, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
    query = parse_qs(urlsplit(request.path).query)
    size = min(int(query.get("per_page", ["30"])[0]), hub.page_size)
    page = int(query.get("page", ["1"])[0])
    address = (hub.link_host or hub.url) + urlsplit(request.path).path
    link = f'<{address}?per_page={size}&page={page + 1}>; rel="next", <{address}>; rel="last"'
    more = {"link": link} if len(items) > page * size else {}
    return items[(page - 1) * size : page * size], more
