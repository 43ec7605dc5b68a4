"""Cut excerpts into chunks: what one prompt shows, and which changed lines it answers for.

One excerpt is one chunk, or several where it is too long; short ones of a file that use the same
names are reviewed together (a changed signature and its call, an import and its use).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TypeVar

from reviewbot.change.context.excerpt import Edited, Excerpt
from reviewbot.change.context.names import changed_words
from reviewbot.change.context.source import Reference
from reviewbot.change.rules.rule import Rule
from reviewbot.changeset import Line
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.ruled import rules_cost, shown_rules
from reviewbot.prompting.windows import line_cost, windows

_T = TypeVar("_T")

# Tokens and changed lines up to which related excerpts are put together. More changed lines a
# prompt are reviewed worse, see QUALITY_TOKENS.
GROUP_TOKENS = 400
GROUP_LINES = 40
# Tokens for the name of a reference's file.
_REFERENCE_OVERHEAD = 12
# Words of code that make no two excerpts related.
_KEYWORDS = """
and as assert async await bool break case catch char class const continue def default del do double
elif else end enum except export extends False false final finally float fn for from func function
global go if impl import in int interface is lambda let long map match mod module mut namespace new
nil None not null nullptr or package pass private protected pub public raise require return Self
self short static str String string struct super switch template then this throw throws trait True
true try type typedef undefined unless unsigned use using val var void when where while with yield
"""
_COMMON = frozenset(_KEYWORDS.split())


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one prompt reviews. It shows `lines` and answers for the changed ones from `start`
    on; what stands before is context, even where it is changed (another chunk answers for it).
    `left_out` names the references for which there was no room; `edited` are the definitions that
    its lines stand in, whole, as they were and as they are. `rules` are those that the prompt
    shows, `unshown` those for which there was no room."""

    path: str
    header: str
    lines: tuple[Line, ...]
    start: int = 0
    references: tuple[Reference, ...] = ()
    left_out: tuple[str, ...] = ()
    edited: tuple[Edited, ...] = ()
    # No part of its digest, under which the sizes of its parts are kept.
    rules: tuple[Rule, ...] = field(default=(), repr=False)
    unshown: tuple[Rule, ...] = field(default=(), repr=False)

    @property
    def own(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines[self.start :] if line.changed)

    @property
    def changed(self) -> int:
        return len(self.own)


@dataclass(frozen=True, slots=True)
class Oversized:
    """A changed line that fits into no prompt."""

    path: str
    line: Line


@dataclass(frozen=True, slots=True)
class _Part:
    """A chunk on its way: what its code costs in tokens, whether it is a whole excerpt, and what
    it may refer to."""

    chunk: Chunk
    excerpt: Excerpt
    tokens: int
    whole: bool

    @property
    def names(self) -> Set[str]:
        return set(self.excerpt.names if self.whole else changed_words(self.chunk.own))


def cut(excerpts: Iterable[Excerpt], budget: Budget) -> Iterator[Chunk | Oversized]:
    """Chunks whose code, references and rules stay within the budget (estimated).

    Every changed line is in the responsibility of exactly one chunk, or comes back as
    `Oversized`.
    """
    for rules, ruled in groupby(excerpts, key=lambda excerpt: excerpt.rules):
        shown, unshown = shown_rules(rules, budget)
        for part in _cut(ruled, budget.beside(rules_cost(shown))):
            if rules and isinstance(part, Chunk):
                yield replace(part, rules=shown, unshown=unshown)
            else:
                yield part


def _cut(excerpts: Iterable[Excerpt], budget: Budget) -> Iterator[Chunk | Oversized]:
    for part in _grouped(_parts(excerpts, budget.code), min(budget.code, GROUP_TOKENS)):
        yield part if isinstance(part, Oversized) else _referring(part, budget.related)


def _parts(excerpts: Iterable[Excerpt], code: int) -> Iterator[_Part | Oversized]:
    for excerpt in excerpts:
        for window in windows(excerpt, code):
            if isinstance(window, Line):
                yield Oversized(excerpt.path, window)
                continue
            lines = excerpt.lines[window.shown : window.end]
            start = window.begin - window.shown
            chunk = Chunk(excerpt.path, excerpt.header, lines, start, edited=excerpt.edited)
            if any(line.changed for line in lines[chunk.start :]):
                yield _Part(chunk, excerpt, window.tokens, len(lines) == len(excerpt.lines))


def _grouped(parts: Iterable[_Part | Oversized], most: int) -> Iterator[_Part | Oversized]:
    """The parts with those made one that stand in one file, are short and related."""
    held: _Part | None = None
    for part in parts:
        if isinstance(part, Oversized):
            yield part
        elif held is None:
            held = part
        elif _belong_together(held, part, most):
            held = _joined(held, part)
        else:
            yield held
            held = part
    if held is not None:
        yield held


def _belong_together(one: _Part, other: _Part, most: int) -> bool:
    return (
        one.chunk.path == other.chunk.path
        and one.whole
        and other.whole
        and other.chunk.header in ("", one.chunk.header)
        and one.tokens + other.tokens <= most
        and not _COMMON.issuperset(one.names & other.names)
        and one.chunk.changed + other.chunk.changed <= GROUP_LINES
    )


def _joined(one: _Part, other: _Part) -> _Part:
    lines = one.chunk.lines + other.chunk.lines
    first, second = one.excerpt, other.excerpt
    excerpt = replace(
        first,
        lines=lines,
        names=_united(first.names, second.names),
        references=_united(first.references, second.references),
        left_out=_united(first.left_out, second.left_out),
    )
    chunk = replace(one.chunk, lines=lines, edited=one.chunk.edited + other.chunk.edited)
    return _Part(chunk, excerpt, one.tokens + other.tokens, whole=True)


def _united(one: tuple[_T, ...], other: tuple[_T, ...]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(one + other))


def _referring(part: _Part, room: int) -> Chunk:
    """The chunk with the references that it needs and has room for."""
    excerpt = part.excerpt
    if not excerpt.references and not excerpt.left_out:
        return part.chunk
    names = part.names
    shown = {line.new_no for line in part.chunk.lines}
    taken, left_out = [], list(excerpt.left_out)
    for whole in excerpt.references:
        reference = _without(whole, shown) if whole.path == part.chunk.path else whole
        if not reference.lines or (reference.name and reference.name not in names):
            continue
        tokens = reference_cost(reference)
        if tokens <= room:
            room -= tokens
            taken.append(reference)
        else:
            left_out.append(reference.label)
    return replace(part.chunk, references=tuple(taken), left_out=tuple(left_out))


def _without(reference: Reference, shown: Set[int | None]) -> Reference:
    """The reference without lines that the chunk shows itself."""
    lines = tuple(line for line in reference.lines if line[0] not in shown)
    return reference if lines == reference.lines else replace(reference, lines=lines)


def reference_cost(reference: Reference) -> int:
    """Tokens of a reference in a prompt (estimated)."""
    return (
        _REFERENCE_OVERHEAD
        + estimate_tokens(reference.path)
        + sum(line_cost(text) for _, text in reference.lines)
    )
