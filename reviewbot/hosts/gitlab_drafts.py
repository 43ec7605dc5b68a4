"""New comments as one review: drafts that are published together, with one notification."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx

from reviewbot.errors import HostError
from reviewbot.hosts.gitlab_notes import Notes, Version, positions
from reviewbot.hosts.marks import mark_of
from reviewbot.hosts.remarks import Remark
from reviewbot.hosts.wire import Patience, StatusError

_ABSENT = (httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND, httpx.codes.METHOD_NOT_ALLOWED)
# A publication that fails again and again is given up early: comments can be posted one by one.
_PATIENCE = 6.0


@dataclass(frozen=True, slots=True)
class Drafts:
    notes: Notes

    def publish(self, remarks: Iterable[Remark], version: Version, suggestion: str) -> None:
        """Publish what can be published this way. The caller looks up what was.

        Drafts belong to the token's user, and are published all together: where that user has
        begun a review by hand, nothing is done.
        """
        tell = self.notes.api.tell
        try:
            own = self._all()
            if any(_key(draft) is None for draft in own):
                tell("the token's user has drafts of another review: comments are posted singly")
                return
            self._delete(own)  # left over from a run that was stopped
            for remark in remarks:
                self._draft(remark, version, suggestion)
            self._publish()
        except StatusError as error:
            if error.status not in _ABSENT:
                raise
            tell(f"no draft comments here ({error.status}): comments are posted singly")
            with suppress(StatusError):
                self._delete(self._all())

    def _draft(self, remark: Remark, version: Version, suggestion: str) -> None:
        """Make a draft where the remark should stand. One that GitLab refuses is left to the way
        that can fall back to another place."""
        stands, position = next(positions(remark.place, version))
        body: dict[str, Any] = {"note": remark.body(suggestion, stands)}
        if position is not None:
            body["position"] = position
        try:
            self.notes.api.send(
                "POST",
                f"{self.notes.path}/draft_notes",
                body,
                done=lambda: remark.key in map(_key, self._all()),
            )
        except StatusError as error:
            if error.status != httpx.codes.BAD_REQUEST:
                raise

    def _publish(self) -> None:
        if not self._all():
            return
        api = self.notes.api
        soon = replace(api, patience=Patience(min(_PATIENCE, api.patience.left)))
        path = f"{self.notes.path}/draft_notes/bulk_publish"
        try:
            soon.send("POST", path, {}, done=lambda: not self._all())
        except StatusError:
            raise
        except HostError as error:
            api.tell(f"{error.message}: comments are posted singly")
            self._delete(self._all())

    def _all(self) -> list[dict[str, Any]]:
        return list(self.notes.api.pages(f"{self.notes.path}/draft_notes"))

    def _delete(self, drafts: Iterable[dict[str, Any]]) -> None:
        """Delete drafts of ours; one that is gone meanwhile was deleted by a lost answer."""
        for draft in drafts:
            if _key(draft) is None:
                continue
            try:
                self.notes.api.send("DELETE", f"{self.notes.path}/draft_notes/{draft.get('id')}")
            except StatusError as error:
                if error.status != httpx.codes.NOT_FOUND:
                    raise


def _key(draft: dict[str, Any]) -> str | None:
    mark = mark_of(str(draft.get("note")))
    return mark.key if mark else None
