"""Publish a report on a GitLab merge request: threads on its lines, and one summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from reviewbot.hosts.gitlab_drafts import Drafts
from reviewbot.hosts.gitlab_notes import Note, Notes, User, Version, positions, threads
from reviewbot.hosts.ledger import Ledger
from reviewbot.hosts.marks import Mark, is_summary
from reviewbot.hosts.place import HostDiff, by_path
from reviewbot.hosts.plan import Plan, Thread, plan, same_text
from reviewbot.hosts.rehearsal import rehearsal
from reviewbot.hosts.remarks import Remark, remarks
from reviewbot.hosts.summary import summary
from reviewbot.hosts.wire import StatusError
from reviewbot.hosts.wishes import Wishes, check_head

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import ReportDocument

# GitLab counts the lines that a suggestion replaces from the comment's own line on.
_SUGGESTION = "suggestion:-0+{below}"


@dataclass(frozen=True, slots=True)
class _Run:
    notes: Notes
    user: User
    version: Version
    ledger: Ledger


def publish(document: ReportDocument, notes: Notes, wishes: Wishes, ledger: Ledger) -> str:
    """Bring the merge request's comments into line with the report. Returns what was done, or
    for a dry run what would be.

    Raises HostError and its kin; `ledger` then holds what was done before.
    """
    user, version = notes.user(), notes.version()
    check_head(document, version.head, force=wishes.force)
    diff = HostDiff(
        by_path(notes.files(version)),
        same_head=document.scope.head == version.head,
        same_base=document.scope.base == version.base,
    )
    own = notes.own(user)
    found = remarks(document, diff)
    complete = document.status == "complete"
    todo = plan(found, threads(own, user), wishes.most, complete=complete)
    text = summary(document, todo.over)
    if wishes.dry_run:
        return rehearsal(todo, text, _SUGGESTION)
    run = _Run(notes, user, version, ledger)
    _keep(run, todo)
    _post(run, todo)
    _close(run, todo)
    _summarise(run, text, own)
    return ledger.text()


def _keep(run: _Run, todo: Plan) -> None:
    """Threads of findings that are still there. What a person closed is left closed."""
    for thread, remark in todo.standing:
        if thread.closed == "by others":
            continue
        if thread.closed == "by us" and _resolved(run, thread, resolved=False):
            run.ledger.add("reopened")
        text = remark.body(_SUGGESTION, thread.stands)
        if not same_text(thread.body, text):
            run.notes.edit(thread.id, thread.note, text)
            run.ledger.add("updated")


def _post(run: _Run, todo: Plan) -> None:
    if not todo.new:
        return
    Drafts(run.notes).publish(todo.new, run.version, _SUGGESTION)
    posted = {thread.key for thread in threads(run.notes.own(run.user), run.user)}
    run.ledger.add("posted", sum(remark.key in posted for remark in todo.new))
    for remark in todo.new:
        if remark.key not in posted:
            _start(run, remark)
            run.ledger.add("posted")


def _start(run: _Run, remark: Remark) -> None:
    """One thread, at the best place that GitLab takes."""
    for stands, position in positions(remark.place, run.version):
        try:
            run.notes.start(remark.body(_SUGGESTION, stands), position, remark.key, run.user)
        except StatusError as error:
            if error.status != httpx.codes.BAD_REQUEST or position is None:
                raise
        else:
            return


def _close(run: _Run, todo: Plan) -> None:
    """Resolve first and mark then: a thread that is marked and open was opened by a person."""
    for thread in todo.gone:
        if not _resolved(run, thread, resolved=True):
            continue
        run.ledger.add("resolved")
        text = thread.body.replace(str(Mark(thread.key)), str(Mark(thread.key, gone=True)))
        run.notes.edit(thread.id, thread.note, text)


def _resolved(run: _Run, thread: Thread, *, resolved: bool) -> bool:
    """Resolve a thread, or open it; False where the token's user may not, which is told."""
    try:
        run.notes.resolve(thread.id, resolved=resolved)
    except StatusError as error:
        if error.status != httpx.codes.FORBIDDEN:
            raise
        run.notes.api.tell(f"{error.message}: a thread stays as it is (the role Developer may)")
        return False
    return True


def _summarise(run: _Run, text: str, own: list[Note]) -> None:
    standing = [note for note in own if is_summary(note.body)]
    if not standing:
        run.notes.say(text, run.user)
    elif not same_text(standing[0].body, text):
        run.notes.edit(standing[0].discussion, standing[0].id, text)
    else:
        return
    run.ledger.add("summary")
