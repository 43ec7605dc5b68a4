"""An explanation as text. It is told while it is written: more of a draft adds lines, and changes
none that stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot.cells import wrapped
from reviewbot.explain.explanation import Draft, Explanation, Statement
from reviewbot.explain.formats.places import cited
from reviewbot.plain import inert, plain_line, plain_path
from reviewbot.report import total

_WIDTH = 92
SECTIONS = (
    ("before", "Before"),
    ("after", "Now"),
    ("risks", "Risks"),
    ("tests", "To test"),
    ("questions", "Questions"),
)


def draft_lines(draft: Draft) -> Iterator[str]:
    """What is said so far."""
    if draft.intent:
        yield from wrapped(draft.intent, _WIDTH)
    for concern in draft.concerns:
        yield from ("", concern.title or "Changes")
        yield from _statements(concern.statements)
    for name, title in SECTIONS:
        statements = getattr(draft, name)
        if statements:
            yield from ("", title)
            yield from _statements(statements)


def end_lines(explanation: Explanation) -> Iterator[str]:
    """What stands behind a draft: facts, the message, what is missing."""
    if explanation.contradictions:
        yield from ("", "The commit's message says something else")
        yield from _statements(explanation.contradictions)
    if explanation.facts:
        yield from ("", "Facts")
        for fact in explanation.facts:
            yield from wrapped(fact, _WIDTH, "  - ", "    ")
    yield ""
    for entry in explanation.coverage:
        if entry.failed:
            lines = f"{entry.failed} of {entry.changed} lines"
            yield f"not explained: {plain_path(entry.path)} ({lines}): {plain_line(entry.reason)}"
    for problem in explanation.problems:
        yield f"not explained in full: {plain_line(problem)}"
    yield _summary(explanation)


def inert_text(lines: Sequence[str]) -> str:
    return "".join(inert(f"{line}\n") for line in lines)


def _statements(statements: Sequence[Statement]) -> Iterator[str]:
    for one in statements:
        text = f"{one.text} [{cited(one.places)}]"
        yield from wrapped(text, _WIDTH, "  - ", "    ")


def _summary(explanation: Explanation) -> str:
    counts = total(explanation.coverage)
    state = "" if explanation.status == "complete" else "INCOMPLETE: "
    parts = [f"{counts.reviewed} of {counts.changed} changed lines explained"]
    parts += [f"{counts.skipped} skipped"] if counts.skipped else []
    dropped = explanation.draft.dropped
    parts += [f"{dropped} without a place in the change dropped"] if dropped else []
    if explanation.engine is not None:
        parts.append(f"{plain_line(explanation.engine.model)}, {explanation.timings.total:.1f} s")
    label = plain_line(explanation.scope.label)
    return f"reviewbot: {state}{label}: {'; '.join(parts)}"
