"""A merge request's comments through GitLab's API: what is read of them, and what is sent.

A draft's position is not checked before it is published, and a draft that fails then is lost
without a word (GitLab's own `DraftNotes::PublishService`). So what was published is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reviewbot.changeset import LineKind
from reviewbot.errors import HostError
from reviewbot.hosts.marks import is_summary, mark_of
from reviewbot.hosts.place import FileDiff, Place, file_diff
from reviewbot.hosts.plan import Closed, Thread
from reviewbot.hosts.remarks import Stands
from reviewbot.hosts.wire import Api, mapping


@dataclass(frozen=True, slots=True)
class User:
    id: int
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Version:
    """A state of the merge request's diff, and the three commits that positions name."""

    id: int
    base: str
    start: str
    head: str


@dataclass(frozen=True, slots=True)
class Note:
    """The first note of one of the user's own threads, or a note that stands alone."""

    discussion: str
    id: str
    body: str
    resolvable: bool
    resolved: bool
    resolved_by: int | None
    stands: Stands


@dataclass(frozen=True, slots=True)
class Notes:
    """One merge request. `path` is the one of its API."""

    api: Api
    path: str

    def user(self) -> User:
        found = self.api.get("/user").item()
        if not isinstance(found.get("id"), int):
            raise HostError(
                f"{self.api.endpoint.host} does not say whose the token is",
                "check the token: docs/publish.md",
            )
        return User(found["id"], found.get("bot") is True)

    def version(self) -> Version:
        """The newest state. Raises HostError where GitLab has not made one yet."""
        found = self.api.get(f"{self.path}/versions").items()
        try:
            newest = max(found, key=lambda item: int(item["id"]))
            base, start, head = (
                str(newest[f"{name}_commit_sha"]) for name in ("base", "start", "head")
            )
            return Version(int(newest["id"]), base, start, head)
        except (ValueError, KeyError, TypeError):
            raise HostError(
                "GitLab has no diff of this merge request yet", "run the command again in a minute"
            ) from None

    def files(self, version: Version) -> Iterator[FileDiff]:
        found = self.api.get(f"{self.path}/versions/{version.id}").item().get("diffs")
        for item in map(mapping, found if isinstance(found, list) else []):
            yield file_diff(*(str(item.get(key) or "") for key in ("new_path", "old_path", "diff")))

    def own(self, user: User) -> list[Note]:
        """The user's own notes that reviewbot marked, by nobody else's."""
        found = self.api.pages(f"{self.path}/discussions")
        notes = ((item, _first(item)) for item in found)
        return [
            _note(str(item.get("id")), first)
            for item, first in notes
            if mapping(first.get("author")).get("id") == user.id
            and (mark_of(str(first.get("body"))) or is_summary(str(first.get("body"))))
        ]

    def start(self, text: str, position: dict[str, Any] | None, key: str, user: User) -> None:
        """Begin a thread, once."""
        self.api.send(
            "POST",
            f"{self.path}/discussions",
            _with({"body": text}, position),
            done=lambda: key in {thread.key for thread in threads(self.own(user), user)},
        )

    def say(self, text: str, user: User) -> None:
        """Write the summary, which is no thread that somebody would have to resolve."""
        self.api.send(
            "POST",
            f"{self.path}/notes",
            {"body": text},
            done=lambda: any(is_summary(note.body) for note in self.own(user)),
        )

    def edit(self, discussion: str, note: str, text: str) -> None:
        self.api.send("PUT", f"{self.path}/discussions/{discussion}/notes/{note}", {"body": text})

    def resolve(self, discussion: str, *, resolved: bool) -> None:
        self.api.send("PUT", f"{self.path}/discussions/{discussion}", {"resolved": resolved})


def threads(notes: list[Note], user: User) -> Iterator[Thread]:
    """The threads about findings. Whoever works with a token of their own is no other user, so
    only the mark tells what reviewbot closed; a bot closes nothing by hand."""
    for note in notes:
        mark = mark_of(note.body)
        if mark is None:
            continue
        closed: Closed = "no"
        if note.resolved or not note.resolvable:
            ours = mark.gone or (user.is_bot and note.resolved_by == user.id)
            closed = "by us" if ours and note.resolved else "by others"
        yield Thread(note.discussion, note.id, mark.key, note.body, closed, mark.gone, note.stands)


def positions(place: Place, version: Version) -> Iterator[tuple[Stands, dict[str, Any] | None]]:
    """Where a comment may stand, the best first: its line, its file, the merge request."""
    if place.file is not None:
        both = {
            "base_sha": version.base,
            "start_sha": version.start,
            "head_sha": version.head,
            "old_path": place.file.old_path,
            "new_path": place.file.path,
        }
        if place.lines:
            line = place.lines[0]
            numbers = {} if line.kind is LineKind.REMOVED else {"new_line": line.new_no}
            numbers |= {} if line.kind is LineKind.ADDED else {"old_line": line.old_no}
            yield "line", {"position_type": "text", **both, **numbers}
        yield "file", {"position_type": "file", **both}
    yield "change", None


def _with(body: dict[str, Any], position: dict[str, Any] | None) -> dict[str, Any]:
    return body if position is None else {**body, "position": position}


def _first(discussion: dict[str, Any]) -> dict[str, Any]:
    notes = discussion.get("notes")
    return mapping(notes[0]) if isinstance(notes, list) and notes else {}


def _note(discussion: str, first: dict[str, Any]) -> Note:
    return Note(
        discussion,
        str(first.get("id")),
        str(first.get("body")),
        first.get("resolvable") is True,
        first.get("resolved") is True,
        mapping(first.get("resolved_by")).get("id"),
        _stands(first.get("position")),
    )


def _stands(position: object) -> Stands:
    if not isinstance(position, dict):
        return "change"
    return "file" if position.get("position_type") == "file" else "line"
