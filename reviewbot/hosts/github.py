"""Publish a report on a GitHub pull request: one review on its lines, and one summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from reviewbot.errors import HostError
from reviewbot.hosts.github_comments import Comments, position
from reviewbot.hosts.ledger import Ledger
from reviewbot.hosts.marks import Mark
from reviewbot.hosts.place import HostDiff, Place, by_path
from reviewbot.hosts.plan import Plan, plan, same_text
from reviewbot.hosts.rehearsal import rehearsal
from reviewbot.hosts.remarks import Remark, remarks
from reviewbot.hosts.summary import summary
from reviewbot.hosts.wire import StatusError
from reviewbot.hosts.wishes import Wishes, check_head

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import ReportDocument

# A suggestion replaces all lines that its comment stands on.
_SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class _Run:
    comments: Comments
    user: str
    head: str
    ledger: Ledger

    def posted(self) -> set[str]:
        return {thread.key for thread in self.comments.own(self.user)}


def publish(document: ReportDocument, comments: Comments, wishes: Wishes, ledger: Ledger) -> str:
    """Bring the pull request's comments into line with the report. Returns what was done, or for
    a dry run what would be.

    A finding in a file that the pull request does not change is told in the summary: GitHub has
    no other place for it. Raises HostError and its kin; `ledger` then holds what was done before.
    """
    head = comments.head()
    check_head(document, head, force=wishes.force)
    diff = HostDiff(
        by_path(comments.files()), same_head=document.scope.head == head, same_base=False
    )
    run = _Run(comments, comments.user(), head, ledger)
    found = remarks(document, diff)
    placed = [remark for remark in found if remark.place.file is not None]
    outside = [remark for remark in found if remark.place.file is None]
    complete = document.status == "complete"
    todo = plan(placed, comments.own(run.user), wishes.most, complete=complete)
    if wishes.dry_run:
        return rehearsal(todo, summary(document, (*outside, *todo.over)), _SUGGESTION)
    _keep(run, todo)
    refused = _post(run, todo)
    _close(run, todo)
    _summarise(run, summary(document, (*outside, *refused, *todo.over)))
    return ledger.text()


def _keep(run: _Run, todo: Plan) -> None:
    for thread, remark in todo.standing:
        if thread.closed == "by us":
            run.comments.hide(thread.id, hidden=False)
            run.ledger.add("reopened")
        text = remark.body(_SUGGESTION, thread.stands)
        if not same_text(thread.body, text):
            run.comments.edit(thread.note, text)
            run.ledger.add("updated")


def _post(run: _Run, todo: Plan) -> list[Remark]:
    """Post the new comments; returns those that GitHub takes nowhere."""
    on_lines = [remark for remark in todo.new if remark.place.lines]
    singly = [remark for remark in todo.new if not remark.place.lines]
    if on_lines:
        keys = {remark.key for remark in on_lines}
        try:
            bodies = [_comment(remark, remark.place) for remark in on_lines]
            run.comments.review(run.head, bodies, lambda: keys <= run.posted())
            run.ledger.add("posted", len(on_lines))
        except StatusError as error:
            if error.status != httpx.codes.UNPROCESSABLE_ENTITY:
                raise
            run.comments.api.tell(f"{error.message}: comments are posted singly")
            singly = [*on_lines, *singly]
    return [remark for remark in singly if not _post_one(run, remark)]


def _post_one(run: _Run, remark: Remark) -> bool:
    """Post one comment on its line, else on its file."""
    said = ""
    places = [remark.place, Place(remark.place.file)] if remark.place.lines else [remark.place]
    for place in places:
        try:
            body = _comment(remark, place)
            run.comments.comment(run.head, body, lambda: remark.key in run.posted())
        except StatusError as error:
            if error.status != httpx.codes.UNPROCESSABLE_ENTITY:
                raise
            said = error.message
        else:
            run.ledger.add("posted")
            return True
    run.comments.api.tell(f"{said}: a finding in {remark.finding.path} is in the summary alone")
    return False


def _comment(remark: Remark, place: Place) -> dict[str, Any]:
    text = remark.body(_SUGGESTION, "line" if place.lines else "file")
    return {"body": text, **position(place)}


def _close(run: _Run, todo: Plan) -> None:
    """Hide first and mark then, as a comment that is marked and seen was brought back by hand."""
    for thread in todo.gone:
        try:
            run.comments.hide(thread.id, hidden=True)
        except StatusError:
            raise
        except HostError as error:  # GraphQL's refusals have no status
            run.comments.api.tell(f"{error.message}: a comment that is no longer true stays")
            continue
        text = thread.body.replace(str(Mark(thread.key)), str(Mark(thread.key, gone=True)))
        run.comments.edit(thread.note, text)
        run.ledger.add("resolved")


def _summarise(run: _Run, text: str) -> None:
    standing = run.comments.summary(run.user)
    if standing is None:
        run.comments.say(text, run.user)
    elif not same_text(standing[1], text):
        run.comments.edit_summary(standing[0], text)
    else:
        return
    run.ledger.add("summary")
