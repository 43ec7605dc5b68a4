"""What a run would do, for `--dry-run`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from reviewbot.changeset import LineKind
from reviewbot.hosts.plan import Plan, same_text
from reviewbot.hosts.remarks import Remark
from reviewbot.plain import plain_path

_KINDS = {
    LineKind.ADDED: "added line",
    LineKind.REMOVED: "removed line",
    LineKind.CONTEXT: "unchanged line",
}


def rehearsal(todo: Plan, summary: str, suggestion: str) -> str:
    return "\n".join(_parts(todo, summary, suggestion)) + "\n"


def _parts(todo: Plan, summary: str, suggestion: str) -> Iterator[str]:
    for remark in todo.new:
        yield f"would post on {_where(remark)}:"
        yield _indented(remark.body(suggestion))
    for thread, remark in todo.standing:
        if thread.closed == "by others":
            yield f"would leave closed, as a person did: {_where(remark)}"
            continue
        if thread.closed == "by us":
            yield f"would reopen the comment on {_where(remark)}"
        text = remark.body(suggestion, thread.stands)
        if not same_text(thread.body, text):
            yield f"would update the comment on {_where(remark)}:"
            yield _indented(text)
    for thread in todo.gone:
        yield f"would resolve the comment about finding {thread.key}"
    yield "would write the summary:"
    yield _indented(summary)


def _where(remark: Remark) -> str:
    """The place in the host's own diff."""
    place = remark.place
    if place.file is None:
        return "the change as a whole"
    path = plain_path(place.file.path)
    if not place.lines:
        return f"the file {path}"
    line = place.lines[0]
    return f"{path}:{line.new_no or line.old_no} ({_KINDS[line.kind]})"


def _indented(text: str) -> str:
    return textwrap.indent(text, "    ")
