"""A pull request's comments through GitHub's API: what is read of them, and what is sent.

REST has no way to hide a comment, so that goes through GraphQL; so does the question whose the
token is, which REST does not answer to a workflow's token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from reviewbot.changeset import Line, LineKind
from reviewbot.errors import HostError
from reviewbot.hosts.github_target import PullRequest
from reviewbot.hosts.marks import is_summary, mark_of
from reviewbot.hosts.place import FileDiff, Place, file_diff
from reviewbot.hosts.plan import Thread
from reviewbot.hosts.wire import Api, mapping

_VIEWER = "query { viewer { login } }"
_MINIMIZE = (
    "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED})"
    " { clientMutationId } }"
)
_UNMINIMIZE = (
    "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { clientMutationId } }"
)


@dataclass(frozen=True, slots=True)
class Comments:
    """One pull request."""

    api: Api
    target: PullRequest

    @property
    def pull(self) -> str:
        return f"{self.target.path}/pulls/{self.target.number}"

    def head(self) -> str:
        sha = mapping(self.api.get(self.pull).item().get("head")).get("sha")
        if not isinstance(sha, str):
            raise HostError(
                f"{self.api.endpoint.host} does not say at which commit the change is",
                "run the command again",
            )
        return sha

    def files(self) -> Iterator[FileDiff]:
        for item in self.api.pages(f"{self.pull}/files"):
            path = str(item.get("filename"))
            old_path = str(item.get("previous_filename") or path)
            yield file_diff(path, old_path, str(item.get("patch") or ""))

    def user(self) -> str:
        login = mapping(self._graphql(_VIEWER).get("viewer")).get("login")
        if not isinstance(login, str):
            raise HostError(
                f"{self.api.endpoint.host} does not say whose the token is",
                "check the token: docs/publish.md",
            )
        return login

    def own(self, user: str) -> list[Thread]:
        """The user's own comments that reviewbot marked; no reply is one."""
        return [
            _thread(item)
            for item in self.api.pages(f"{self.pull}/comments")
            if _is_by(item, user) and mark_of(str(item.get("body")))
        ]

    def summary(self, user: str) -> tuple[str, str] | None:
        """The number and the text of the summary that stands there."""
        path = f"{self.target.path}/issues/{self.target.number}/comments"
        for item in self.api.pages(path):
            if _is_by(item, user) and is_summary(str(item.get("body"))):
                return str(item.get("id")), str(item.get("body"))
        return None

    def review(self, head: str, comments: list[dict[str, Any]], done: Callable[[], bool]) -> None:
        """Post all comments as one review, with one notification. GitHub takes all or none."""
        count = "1 comment" if len(comments) == 1 else f"{len(comments)} comments"
        body = {
            "commit_id": head,
            "event": "COMMENT",
            "body": f"reviewbot: {count} on this change.",
            "comments": comments,
        }
        self.api.send("POST", f"{self.pull}/reviews", body, done=done)

    def comment(self, head: str, comment: dict[str, Any], done: Callable[[], bool]) -> None:
        self.api.send("POST", f"{self.pull}/comments", {"commit_id": head, **comment}, done=done)

    def edit(self, number: str, text: str) -> None:
        self.api.send("PATCH", f"{self.target.path}/pulls/comments/{number}", {"body": text})

    def say(self, text: str, user: str) -> None:
        self.api.send(
            "POST",
            f"{self.target.path}/issues/{self.target.number}/comments",
            {"body": text},
            done=lambda: self.summary(user) is not None,
        )

    def edit_summary(self, number: str, text: str) -> None:
        self.api.send("PATCH", f"{self.target.path}/issues/comments/{number}", {"body": text})

    def hide(self, node: str, *, hidden: bool) -> None:
        self._graphql(_MINIMIZE if hidden else _UNMINIMIZE, id=node)

    def _graphql(self, query: str, **variables: str) -> dict[str, Any]:
        """Ask once more as often as needed: every query here can be repeated."""
        base = self.api.endpoint.url
        address = f"{base.removesuffix('/v3')}/graphql"
        body = {"query": query, "variables": variables}
        found = self.api.send("POST", address, body, done=lambda: False).item()
        if found.get("errors"):
            said = self.api.clean(str(_first(found["errors"]).get("message") or "no message"))
            raise HostError(f"{self.api.endpoint.host} refuses: {said}")
        return mapping(found.get("data"))


def position(place: Place) -> dict[str, Any]:
    """Where a comment stands, in GitHub's words."""
    if place.file is None:
        return {}
    if not place.lines:
        return {"path": place.file.path, "subject_type": "file"}
    first, last = place.lines[0], place.lines[-1]
    if any(line.kind is not first.kind for line in place.lines):
        last = first
    side, number = _side(last)
    found: dict[str, Any] = {"path": place.file.path, "side": side, "line": number}
    if last is not first:
        found |= {"start_side": side, "start_line": _side(first)[1]}
    return found


def _side(line: Line) -> tuple[str, int | None]:
    removed = line.kind is LineKind.REMOVED
    return ("LEFT", line.old_no) if removed else ("RIGHT", line.new_no)


def _is_by(item: dict[str, Any], user: str) -> bool:
    """A bot's login has a suffix that some answers leave out."""
    author = mapping(item.get("user"))
    login = str(author.get("login"))
    return login == user or (author.get("type") == "Bot" and login == f"{user}[bot]")


def _thread(item: dict[str, Any]) -> Thread:
    body = str(item.get("body"))
    mark = mark_of(body)
    assert mark is not None  # noqa: S101  (asked before)
    return Thread(
        id=str(item.get("node_id")),
        note=str(item.get("id")),
        key=mark.key,
        body=body,
        closed="by us" if mark.gone else "no",
        was_gone=mark.gone,
        stands="file" if item.get("subject_type") == "file" else "line",
    )


def _first(errors: object) -> dict[str, Any]:
    return mapping(errors[0]) if isinstance(errors, list) and errors else {}
