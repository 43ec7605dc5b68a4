"""A GitLab that holds to its documented rules, as far as merge requests' comments go.

By GitLab's API documents (discussions, draft notes, notes, pagination) and its own source: a
position without both paths or off the diff is refused with the words of `DiffNote`; a draft's
position is looked at when it is published, and one that fails then is dropped without a word; a
line that begins with a quick action is carried out. `tests/hosts/test_gitlab_server.py` holds it
against python-gitlab.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.hosts.faults import Fault, diff_rows, due
from tests.serving import Handler, Request, Served, serving

BOT, PERSON = "glpat-bot/secret+token", "glpat-person"
READ_ONLY = "glpat-read-only"
_BAD_LINE = (
    '400 Bad request - Note {:line_code=>["can\'t be blank", "must be a valid line code"],'
    ' :position=>["is incomplete"]}'
)
_SHAS = ("base_sha", "start_sha", "head_sha")
_ACTION = re.compile(r"^/(approve|merge|close|label|assign|unapprove|reopen)\b", re.M | re.I)
# GitLab's own reading of what is code, which knows no longer fences than three.
_CODE = re.compile(r"^```.+?\n```$", re.M | re.S)


class Refused(Exception):  # noqa: N818
    def __init__(self, status: int, message: object) -> None:
        self.status = status
        self.body = message if isinstance(message, dict) else {"message": message}


@dataclass
class GitLab:
    """One merge request (project 7, also `group/shop`; number 3)."""

    url: str = ""
    page_size: int = 2
    has_drafts: bool = True
    has_file_positions: bool = True
    bot: bool = True
    external_links: str = ""
    versions: list[dict[str, Any]] = field(default_factory=list)
    discussions: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    executed: list[str] = field(default_factory=list)
    notifications: list[str] = field(default_factory=list)
    seen: list[Request] = field(default_factory=list)
    number: int = 100

    def user(self, name: str) -> dict[str, Any]:
        return {"id": {"bot": 11, "person": 22}[name], "username": name}

    def push(self, head: str, diffs: list[dict[str, Any]], base: str = "b" * 40) -> None:
        self.versions.insert(
            0,
            {
                "id": 500 + len(self.versions),
                "base_commit_sha": base,
                "start_commit_sha": base,
                "head_commit_sha": head,
                "diffs": diffs,
            },
        )

    def notes(self, author: str = "bot") -> list[dict[str, Any]]:
        """The first note of each discussion of one author."""
        firsts = (discussion["notes"][0] for discussion in self.discussions)
        return [note for note in firsts if note["author"]["username"] == author]

    def threads(self) -> list[dict[str, Any]]:
        return [n for n in self.notes() if "reviewbot:finding" in n["body"]]

    def summaries(self) -> list[dict[str, Any]]:
        return [n for n in self.notes() if "reviewbot:summary" in n["body"]]

    def discussion_of(self, note: dict[str, Any]) -> dict[str, Any]:
        return next(d for d in self.discussions if d["notes"][0] is note)

    def add(
        self, author: str, body: str, position: dict[str, Any] | None = None, *, alone: bool = False
    ) -> dict[str, Any]:
        """What a person writes, or what was posted."""
        self.executed += _ACTION.findall(_CODE.sub("", body))
        self.number += 1
        note = {
            "id": self.number,
            "type": None if alone else "DiffNote" if position else "DiscussionNote",
            "body": body,
            "author": self.user(author),
            "system": False,
            "resolvable": not alone,
            "resolved": False,
            "resolved_by": None,
            "position": position,
        }
        name = f"{self.number:040x}"
        self.discussions.append({"id": name, "individual_note": alone, "notes": [note]})
        return self.discussions[-1]

    def resolve(self, discussion: dict[str, Any], name: str, *, resolved: bool) -> None:
        for note in discussion["notes"]:
            note["resolved"] = resolved
            note["resolved_by"] = self.user(name) if resolved else None

    def check(self, position: dict[str, Any]) -> None:
        for key in (*_SHAS, "position_type"):
            if not position.get(key):
                raise Refused(400, {"error": f"position[{key}] is missing"})
        allowed = ("text", "image", "file") if self.has_file_positions else ("text", "image")
        if position["position_type"] not in allowed:
            raise Refused(400, {"error": "position[position_type] does not have a valid value"})
        shas = [tuple(v[f"{k[:-4]}_commit_sha"] for k in _SHAS) for v in self.versions]
        given = tuple(position[key] for key in _SHAS)
        if given not in shas or not position.get("old_path") or not position.get("new_path"):
            raise Refused(400, _BAD_LINE)
        file = self._file(self.versions[shas.index(given)], position)
        row = (position.get("old_line"), position.get("new_line"))
        if position["position_type"] == "text" and row not in diff_rows(file["diff"]):
            raise Refused(400, _BAD_LINE)

    def _file(self, version: dict[str, Any], position: dict[str, Any]) -> dict[str, Any]:
        paths = (position["old_path"], position["new_path"])
        for file in version["diffs"]:
            if (file["old_path"], file["new_path"]) == paths:
                found: dict[str, Any] = file
                return found
        raise Refused(400, _BAD_LINE)

    def publish(self, name: str) -> None:
        mine = [draft for draft in self.drafts if draft["author"] == name]
        for draft in mine:
            self.drafts.remove(draft)
            try:
                if draft["position"]:
                    self.check(draft["position"])
            except Refused:
                continue
            self.add(name, draft["note"], draft["position"])
        if mine:
            self.notifications.append("review")


_Route = Callable[[GitLab, str, re.Match[str], dict[str, Any]], Any]
_ROUTES: list[tuple[str, re.Pattern[str], _Route]] = []


def _route(method: str, path: str) -> Callable[[_Route], _Route]:
    def keep(route: _Route) -> _Route:
        pattern = path.replace("MR", r"/projects/(?:7|group/shop)/merge_requests/3")
        _ROUTES.append((method, re.compile(f"/api/v4{pattern}"), route))
        return route

    return keep


@_route("GET", "/user")
def _user(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return {**lab.user(name), "bot": lab.bot and name == "bot"}


@_route("GET", "MR")
def _merge_request(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return {"iid": 3, "project_id": 7}


@_route("GET", "MR/versions")
def _versions(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return [{key: value for key, value in v.items() if key != "diffs"} for v in lab.versions]


@_route("GET", r"MR/versions/(\d+)")
def _version(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return _one(lab.versions, int(found[1]))


@_route("GET", "MR/discussions")
def _discussions(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return lab.discussions


@_route("POST", "MR/discussions")
def _start(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    if not body.get("body"):
        raise Refused(400, {"error": "body is missing"})
    if body.get("position"):
        lab.check(body["position"])
    lab.notifications.append("comment")
    return lab.add(name, body["body"], body.get("position"))


@_route("POST", "MR/notes")
def _note(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    lab.notifications.append("comment")
    return lab.add(name, body["body"], alone=True)["notes"][0]


@_route("PUT", "MR/discussions/([0-9a-f]+)")
def _resolve(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    discussion = _one(lab.discussions, found[1])
    if not discussion["notes"][0]["resolvable"]:
        raise Refused(403, "403 Forbidden")
    lab.resolve(discussion, name, resolved=body["resolved"])
    return discussion


@_route("GET", r"MR/discussions/([0-9a-f]+)")
def _discussion(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return _one(lab.discussions, found[1])


@_route("PUT", r"MR/discussions/([0-9a-f]+)/notes/(\d+)")
def _edit(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    note = _one(_one(lab.discussions, found[1])["notes"], int(found[2]))
    if note["author"]["username"] != name:
        raise Refused(403, "403 Forbidden")
    lab.executed += _ACTION.findall(_CODE.sub("", body["body"]))
    note["body"] = body["body"]
    return note


@_route("GET", "MR/draft_notes")
def _drafts(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    return [draft for draft in _enabled(lab) if draft["author"] == name]


@_route("POST", "MR/draft_notes")
def _draft(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    drafts = _enabled(lab)
    for key in (*_SHAS, "position_type"):
        if "position" in body and not body["position"].get(key):
            raise Refused(400, {"error": f"position[{key}] is missing"})
    lab.number += 1
    position = body.get("position")
    drafts.append({"id": lab.number, "note": body["note"], "position": position, "author": name})
    return drafts[-1]


@_route("DELETE", r"MR/draft_notes/(\d+)")
def _delete(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    draft = _one([d for d in _enabled(lab) if d["author"] == name], int(found[1]))
    lab.drafts.remove(draft)


@_route("POST", "MR/draft_notes/bulk_publish")
def _publish(lab: GitLab, name: str, found: re.Match[str], body: dict[str, Any]) -> Any:
    _enabled(lab)
    lab.publish(name)


def _enabled(lab: GitLab) -> list[dict[str, Any]]:
    if not lab.has_drafts:
        raise Refused(404, {"error": "404 Not Found"})
    return lab.drafts


def _one(items: list[dict[str, Any]], wanted: object) -> dict[str, Any]:
    for item in items:
        if item["id"] == wanted:
            return item
    raise Refused(404, "404 Not found")


def _name(request: Request) -> str:
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    token = request.headers.get("private-token") or bearer
    if token not in (BOT, PERSON, READ_ONLY):  # a job's token, too: it reaches no discussions
        raise Refused(401, "401 Unauthorized")
    if token == READ_ONLY and request.method != "GET":
        raise Refused(403, {"error": "insufficient_scope", "error_description": "needs api"})
    return "person" if token == PERSON else "bot"


def _answer(lab: GitLab, request: Request) -> tuple[int, Any]:
    path = unquote(urlsplit(request.path).path)
    try:
        name = _name(request)
        for method, pattern, route in _ROUTES:
            found = pattern.fullmatch(path)
            if found and method == request.method:
                data = route(lab, name, found, request.json if request.body else {})
                return {"POST": 201}.get(method, 200) if data is not None else 204, data
    except Refused as refusal:
        return refusal.status, refusal.body
    return 404, {"message": "404 Project Not Found"}


@contextmanager
def gitlab_server() -> Iterator[GitLab]:
    lab = GitLab()

    def answer(handler: Handler, request: Request) -> None:
        fault = due(lab.faults, request)
        if fault is not None and not fault.after:
            fault.say(handler)
            return
        status, data = _answer(lab, request)
        if fault is not None:
            fault.say(handler)
            return
        headers = {} if data is None else {"content_type": "application/json"}
        if isinstance(data, list):
            data, paged = _page(lab, request, data)
            headers |= paged
        handler.say(b"" if data is None else json.dumps(data), status, **headers)

    with serving(answer) as served:
        lab.url, lab.seen = served.url, served.seen
        yield lab


def _page(lab: GitLab, request: Request, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
    query = parse_qs(urlsplit(request.path).query)
    size = min(int(query.get("per_page", ["20"])[0]), lab.page_size)
    page = int(query.get("page", ["1"])[0])
    has_more = len(items) > page * size
    # The links that GitLab makes hold the address that it was set up with.
    address = lab.external_links or lab.url
    link = f'<{address}{urlsplit(request.path).path}?page={page + 1}>; rel="next"'
    headers = {"x_next_page": str(page + 1) if has_more else "", "x_page": str(page)}
    headers |= {"link": link} if has_more else {}
    return items[(page - 1) * size : page * size], headers


__all__ = ["BOT", "PERSON", "READ_ONLY", "GitLab", "Served", "gitlab_server"]
