"""An explanation as Markdown, for a note or a description of a merge request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot.explain.explanation import Explanation, Statement
from reviewbot.explain.formats.places import cited
from reviewbot.explain.formats.text import SECTIONS
from reviewbot.plain import plain_path
from reviewbot.reporters.markdown_text import code_span, prose


def markdown(explanation: Explanation) -> str:
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"## {prose(explanation.scope.label)}"
    if explanation.status == "incomplete":
        yield from ("", "**Incomplete:** not all of the change is explained.")
    draft = explanation.draft
    if draft.intent:
        yield from ("", prose(draft.intent))
    for concern in draft.concerns:
        yield from _section(concern.title or "Changes", concern.statements)
    for name, title in SECTIONS:
        yield from _section(title, getattr(draft, name))
    yield from _section("The commit's message says something else", explanation.contradictions)
    if explanation.facts:
        yield from ("", "### Facts", "")
        yield from (f"- {prose(fact)}" for fact in explanation.facts)
    missing = [entry for entry in explanation.coverage if entry.failed]
    if missing or explanation.problems:
        yield from ("", "### Not explained", "")
        for entry in missing:
            yield f"- {code_span(plain_path(entry.path))}: {prose(entry.reason)}"
        yield from (f"- {prose(problem)}" for problem in explanation.problems)


def _section(title: str, statements: Sequence[Statement]) -> Iterator[str]:
    if statements:
        yield from ("", f"### {prose(title)}", "")
        yield from (f"- {prose(one.text)} ({code_span(cited(one.places))})" for one in statements)
