"""The questions that can be asked of a file's text: its outline, where it may be cut, and what can
be proven of it."""

from __future__ import annotations

from itertools import accumulate

from reviewbot.change.syntax import python_ast
from reviewbot.change.syntax.definition import Outline
from reviewbot.change.syntax.facts import Facts
from reviewbot.change.syntax.grammar import grammar
from reviewbot.change.syntax.language import language_of

# Languages whose grammar takes little that a compiler of theirs refuses. Those of shells, Ruby and
# PHP take nearly anything.
_PROVING = frozenset(
    {"c", "cpp", "csharp", "go", "java", "javascript", "rust", "tsx", "typescript"}
)

# What lies beyond was written by a program, and nobody reviews it by its definitions. tree-sitter
# takes time by the square of some broken text: 100,000 open brackets took a query over 6 s,
# 100 kB of `template<` on one line for 5 s in the C# parser. No callback of its stops it there.
LARGEST_BYTES = 500_000
LONGEST_LINE = 20_000
DEEPEST_BRACKETS = 1_000

_STEPS = {ord(bracket): 1 for bracket in "([{"} | {ord(bracket): -1 for bracket in ")]}"}
_NO_BRACKETS = bytes(set(range(256)) - set(_STEPS))


def outline(path: str, text: str) -> Outline | None:
    """What stands where in the text; None where its language is not known, its grammar (the
    extra `[context]`) is not installed, or no hand wrote a text so large."""
    source, language = _source(text), language_of(path, text)
    if source is None or language is None:
        return None
    if found := grammar(language):
        # Imported here, since it needs the package `tree_sitter`.
        from reviewbot.change.syntax import treesitter

        return treesitter.outline(found, language, source)
    return python_ast.outline(source) if language == "python" else None


def statement_starts(path: str, text: str) -> frozenset[int]:
    """The lines on which a statement, a definition or a member begins; none where unknown. What
    stands above a definition begins with it."""
    source, language = _source(text), language_of(path, text)
    if source is None or language is None:
        return frozenset()
    if found := grammar(language):
        from reviewbot.change.syntax import treesitter

        return treesitter.statement_starts(found, language, source)
    return python_ast.statement_starts(source) if language == "python" else frozenset()


def facts(path: str, text: str) -> Facts | None:
    """What can be proven of the text; None where no parser that proves anything is at hand."""
    source, language = _source(text), language_of(path, text)
    if source is None or language is None:
        return None
    if language == "python":
        from reviewbot.change.syntax import python_facts

        return python_facts.facts(source)
    found = grammar(language) if language in _PROVING else None
    if found is None:
        return None
    from reviewbot.change.syntax import treesitter_facts

    return treesitter_facts.facts(found, language, source)


def _source(text: str) -> bytes | None:
    """The bytes that the text was read from; None where no hand wrote them, or where it holds
    half a surrogate pair and so was read from none."""
    try:
        source = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return None
    return source if len(source) <= LARGEST_BYTES and _is_by_hand(source) else None


def _is_by_hand(source: bytes) -> bool:
    steps = map(_STEPS.__getitem__, source.translate(None, _NO_BRACKETS))
    depth = max(accumulate(steps), default=0)
    return depth <= DEEPEST_BRACKETS and max(map(len, source.split(b"\n"))) <= LONGEST_LINE
