"""An explanation as Markdown, for a note or a description of a merge request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewbot.explain.explanation import Explanation, Statement
from reviewbot.explain.formats.places import cited
from reviewbot.explain.formats.text import SECTIONS
from reviewbot.plain import plain_line, plain_path

# What Markdown, or a host's own syntax (mentions, references, quick actions), would make of text.
_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#+!|~@$%&^/=-])")


def markdown(explanation: Explanation) -> str:
    return "\n".join(_lines(explanation)) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    yield f"## {_text(explanation.scope.label)}"
    if explanation.status == "incomplete":
        yield from ("", "**Incomplete:** not all of the change is explained.")
    draft = explanation.draft
    if draft.intent:
        yield from ("", _text(draft.intent))
    for concern in draft.concerns:
        yield from _section(concern.title or "Changes", concern.statements)
    for name, title in SECTIONS:
        yield from _section(title, getattr(draft, name))
    yield from _section("The commit's message says something else", explanation.contradictions)
    if explanation.facts:
        yield from ("", "### Facts", "")
        yield from (f"- {_text(fact)}" for fact in explanation.facts)
    missing = [entry for entry in explanation.coverage if entry.failed]
    if missing or explanation.problems:
        yield from ("", "### Not explained", "")
        for entry in missing:
            yield f"- {_code(plain_path(entry.path))}: {_text(entry.reason)}"
        yield from (f"- {_text(problem)}" for problem in explanation.problems)


def _section(title: str, statements: Sequence[Statement]) -> Iterator[str]:
    if statements:
        yield from ("", f"### {_text(title)}", "")
        yield from (f"- {_text(one.text)} ({_code(cited(one.places))})" for one in statements)


def _text(text: str) -> str:
    return _SIGNS.sub(r"\\\1", plain_line(text))


def _code(text: str) -> str:
    """A code span: its fence is longer than any within."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"
