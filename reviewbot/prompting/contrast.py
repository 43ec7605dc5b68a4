"""Ask which of two versions of a piece of code is correct, without a word on which one is new.

Asked for its opinion of a change, a small model says the same of buggy and of correct code. Asked
to compare, it knows much more: see `docs/quality.md`. It prefers the version that it reads first,
so each question is asked in both orders.

The wording is not the user's to replace: what the answers are worth was measured with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import jinja2

from reviewbot.changeset import LineKind
from reviewbot.prompt import Layout, Message, Prompt, Sampling
from reviewbot.prompting.chunk import Chunk
from reviewbot.prompting.render import shown_path, without_system
from reviewbot.prompting.special import displayed
from reviewbot.prompting.templates import CONTRAST_SYSTEM, CONTRAST_VERSIONS, PACKAGED

CHOICE = ("A", "B")


@dataclass(frozen=True, slots=True)
class Versions:
    """An edit as the two texts that it leads from and to."""

    path: str
    before: str
    after: str

    @property
    def grown(self) -> int:
        """Characters that the edit adds, less those that it removes."""
        return len(self.after) - len(self.before)


def versions_of(chunk: Chunk) -> Versions | None:
    """The versions that a chunk shows; None for new code, which has nothing to be compared to.

    What another chunk answers for stands in both as it is now.
    """
    before, after = [], []
    for at, line in enumerate(chunk.lines):
        text, is_own = displayed(line.text), at >= chunk.start
        if line.kind is not LineKind.REMOVED:
            after.append(text)
        if line.kind is not (LineKind.ADDED if is_own else LineKind.REMOVED):
            before.append(text)
    found = Versions(chunk.path, "\n".join(before), "\n".join(after))
    return found if _is_edit(chunk) and found.before.split() != found.after.split() else None


def _is_edit(chunk: Chunk) -> bool:
    """Whether code is changed that was there: lines are removed, or not more are added than stand
    around them."""
    removed = any(line.kind is LineKind.REMOVED for line in chunk.own)
    added = sum(line.kind is LineKind.ADDED and bool(line.text.strip()) for line in chunk.own)
    around = sum(line.kind is LineKind.CONTEXT and bool(line.text.strip()) for line in chunk.lines)
    return removed or added <= around


def contrast_prompts(versions: Versions, layout: Layout) -> tuple[Prompt, Prompt]:
    """The question with the old code as version A, and with the new code as version A."""
    before, after = versions.before, versions.after
    return (
        _prompt(versions.path, (before, after), layout),
        _prompt(versions.path, (after, before), layout),
    )


def _prompt(path: str, texts: tuple[str, str], layout: Layout) -> Prompt:
    shown = {"path": shown_path(path), "a": texts[0], "b": texts[1]}
    system = _environment().get_template(CONTRAST_SYSTEM).render()
    question = _environment().get_template(CONTRAST_VERSIONS).render(shown)
    messages: tuple[Message, ...] = (
        Message("system", system.strip()),
        Message("user", question.strip()),
    )
    if layout != "system":
        messages = without_system(messages)
    return Prompt(messages, "", max_tokens=1, sampling=Sampling(), choice=CHOICE)


@cache
def _environment() -> jinja2.Environment:
    return PACKAGED.environment()
