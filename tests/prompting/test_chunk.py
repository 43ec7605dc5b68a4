from __future__ import annotations

from collections.abc import Sequence
from itertools import count, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.change.changeset import Line, LineKind
from reviewbot.change.context import Excerpt
from reviewbot.prompting.budget import estimate_tokens
from reviewbot.prompting.chunk import Chunk, Oversized, cut
from reviewbot.prompting.render import numbered

ADDED, CONTEXT, REMOVED = LineKind.ADDED, LineKind.CONTEXT, LineKind.REMOVED


def _excerpt(*rows: tuple[LineKind, str], first: int = 1) -> Excerpt:
    old, new = count(first), count(first)
    lines = tuple(
        Line(
            kind,
            text,
            next(old) if kind is not ADDED else None,
            next(new) if kind is not REMOVED else None,
        )
        for kind, text in rows
    )
    return Excerpt("f.py", "def f():", lines)


def _cut(excerpt: Excerpt, budget: int) -> tuple[list[Chunk], list[Oversized]]:
    parts = list(cut([excerpt], budget))
    chunks = [part for part in parts if isinstance(part, Chunk)]
    return chunks, [part for part in parts if isinstance(part, Oversized)]


def test_what_fits_is_one_chunk() -> None:
    excerpt = _excerpt((CONTEXT, "a"), (ADDED, "b"))
    assert list(cut([excerpt], 1000)) == [Chunk("f.py", "def f():", excerpt.lines)]


def test_an_excerpt_without_changes_is_not_asked_about() -> None:
    assert list(cut([_excerpt((CONTEXT, "a")), _excerpt()], 1000)) == []


def test_a_cut_shows_some_lines_again_and_answers_for_none_of_them() -> None:
    excerpt = _excerpt(*((ADDED, f"line {number}") for number in range(60)))
    chunks, _ = _cut(excerpt, 200)
    assert len(chunks) > 1
    assert all(chunk.start > 0 for chunk in chunks[1:])
    for one, two in pairwise(chunks):
        assert two.lines[: two.start] == one.lines[-two.start :]


def test_a_line_that_fits_into_no_prompt_comes_back() -> None:
    excerpt = _excerpt((ADDED, "a"), (ADDED, "x y " * 500), (ADDED, "b"), (CONTEXT, "z " * 5000))
    chunks, oversized = _cut(excerpt, 100)
    assert [part.line for part in oversized] == [excerpt.lines[1]]
    assert [line.text for chunk in chunks for line in chunk.own] == ["a", "b"]


_KINDS = st.sampled_from([ADDED, CONTEXT, REMOVED])
_TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=40),
    st.sampled_from(["", "x" * 50, "a b " * 300, "\udce9" * 30, "日本語 " * 9]),
)
_EXCERPT = st.lists(st.tuples(_KINDS, _TEXTS), max_size=40)


def _changed(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.changed]


@settings(max_examples=200, deadline=None)
@given(st.lists(_EXCERPT, max_size=3), st.integers(0, 400))
def test_every_changed_line_is_answered_for_once_whatever_the_budget(
    rows: list[list[tuple[LineKind, str]]], budget: int
) -> None:
    excerpts = [_excerpt(*lines, first=1000 * number + 1) for number, lines in enumerate(rows)]
    found: list[Line] = []
    for part in cut(excerpts, budget):
        if isinstance(part, Oversized):
            found.append(part.line)
        else:
            assert part.changed > 0
            found.extend(part.own)
    wanted = [line for excerpt in excerpts for line in _changed(excerpt.lines)]
    key = {id(line): number for number, line in enumerate(wanted)}
    assert sorted(key[id(line)] for line in found) == list(range(len(wanted)))


@settings(max_examples=200, deadline=None)
@given(_EXCERPT, st.integers(0, 400))
def test_what_a_chunk_shows_is_within_the_budget(
    rows: list[tuple[LineKind, str]], budget: int
) -> None:
    chunks, _ = _cut(_excerpt(*rows), budget)
    assert all(estimate_tokens(numbered(chunk.lines)) <= budget for chunk in chunks)
