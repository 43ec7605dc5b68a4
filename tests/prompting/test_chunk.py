from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.change.context.excerpt import Edited, Excerpt
from reviewbot.change.context.names import changed_words
from reviewbot.change.context.source import Reference
from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.budget import MARGIN_TOKENS, Budget, estimate_tokens
from reviewbot.prompting.chunk import GROUP_LINES, Chunk, Oversized, cut, reference_cost
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
    return Excerpt("f.py", "def f():", lines, names=changed_words(lines))


def _budget(free: int) -> Budget:
    return Budget(free + MARGIN_TOKENS, overhead=0, reserve=0)


def _cut(excerpt: Excerpt, budget: int) -> tuple[list[Chunk], list[Oversized]]:
    parts = list(cut([excerpt], _budget(budget)))
    chunks = [part for part in parts if isinstance(part, Chunk)]
    return chunks, [part for part in parts if isinstance(part, Oversized)]


def test_what_fits_is_one_chunk() -> None:
    excerpt = _excerpt((CONTEXT, "a"), (ADDED, "b"))
    assert list(cut([excerpt], _budget(1000))) == [Chunk("f.py", "def f():", excerpt.lines)]


def test_an_excerpt_without_changes_is_not_asked_about() -> None:
    assert list(cut([_excerpt((CONTEXT, "a")), _excerpt()], _budget(1000))) == []


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
    for part in cut(excerpts, _budget(budget)):
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
    rows: list[tuple[LineKind, str]], free: int
) -> None:
    chunks, _ = _cut(_excerpt(*rows), free)
    assert all(estimate_tokens(numbered(chunk.lines)) <= _budget(free).code for chunk in chunks)


def _chunks(excerpts: Sequence[Excerpt], free: int = 8000) -> list[Chunk]:
    return [part for part in cut(excerpts, _budget(free)) if isinstance(part, Chunk)]


def test_short_excerpts_that_use_one_name_are_reviewed_together() -> None:
    one = _excerpt((ADDED, "import parcel"))
    two = _excerpt((CONTEXT, "def f():"), (ADDED, "    parcel.send()"), first=40)
    (chunk,) = _chunks([one, two])
    assert chunk.lines == one.lines + two.lines
    assert chunk.changed == 2


@pytest.mark.parametrize(
    ("path", "header", "text"),
    [
        ("f.py", "def f():", "    return None"),  # keywords do not relate
        ("g.py", "def f():", "    parcel.send()"),
        ("f.py", "def other():", "    parcel.send()"),
        ("f.py", "def f():", "    parcel.send(" + "long_name, " * 120 + ")"),
    ],
)
def test_what_is_not_related_or_not_short_is_reviewed_apart(
    path: str, header: str, text: str
) -> None:
    one = _excerpt((ADDED, "import parcel"), (ADDED, "return None"))
    two = replace(_excerpt((ADDED, text), first=40), path=path, header=header)
    assert len(_chunks([one, two])) == 2


def test_many_changed_lines_are_not_put_together() -> None:
    many = [(ADDED, f"xx = {number}") for number in range(GROUP_LINES // 2 + 1)]
    assert len(_chunks([_excerpt(*many), _excerpt(*many, first=90)])) == 2
    assert len(_chunks([_excerpt(*many[:5]), _excerpt(*many[:5], first=90)])) == 1


def _referring(*references: Reference, text: str = "parcel.send(limit)") -> Excerpt:
    return replace(_excerpt((ADDED, text), (ADDED, "other()"), first=50), references=references)


PARCEL = Reference("p.py", "parcel", ((3, "class parcel:"),))
LIMIT = Reference("f.py", "limit", ((1, "limit = 30"),))
IMPORTS = Reference("f.py", "", ((1, "import parcel"),))


def test_references_come_along() -> None:
    (chunk,) = _chunks([_referring(LIMIT, IMPORTS, PARCEL)])
    assert chunk.references == (LIMIT, IMPORTS, PARCEL)
    assert chunk.left_out == ()


def test_references_without_room_are_named_and_nearer_ones_go_first() -> None:
    wide = Reference("w.py", "send", tuple((n, "word " * 30) for n in range(1, 9)))
    (chunk,) = _chunks([_referring(LIMIT, wide, PARCEL)])
    assert chunk.references == (LIMIT, PARCEL)
    assert chunk.left_out == ("definition of send (w.py:1)",)


def test_a_reference_is_shown_where_its_name_is_used_and_not_on_its_own_lines() -> None:
    (chunk,) = _chunks([_referring(LIMIT, text="parcel.send(1)")])
    assert chunk.references == ()
    own = Reference("f.py", "limit", ((50, "limit = 30"),))
    (chunk,) = _chunks([_referring(own)])
    assert (chunk.references, chunk.left_out) == ((), ())


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["aa", "bb", "ccc"]), st.integers(1, 9)), max_size=9),
    st.integers(0, 3000),
)
def test_references_stay_within_their_budget_and_none_is_lost(
    drawn: list[tuple[str, int]], free: int
) -> None:
    references = tuple(
        Reference(f"f{number}.py", name, tuple((n, f"{name} " * 9) for n in range(1, lines + 1)))
        for number, (name, lines) in enumerate(drawn)
    )
    excerpt = _referring(*references, text="aa(bb, ccc)")
    for chunk in _chunks([excerpt], free):
        spent = sum(map(reference_cost, chunk.references))
        assert spent <= _budget(free).related
        named = len(chunk.references) + len(chunk.left_out)
        assert named == (len(references) if chunk.own[0].text == "aa(bb, ccc)" else 0)


def test_edited_definitions_come_along_with_every_part() -> None:
    edited = (Edited("f", (Line(ADDED, "def f():", None, 1),)),)
    long = replace(_excerpt(*((ADDED, f"line {number}") for number in range(60))), edited=edited)
    chunks, _ = _cut(long, 200)
    assert len(chunks) > 1
    assert all(chunk.edited == edited for chunk in chunks)
    short = replace(_excerpt((ADDED, "import parcel")), edited=edited)
    other = replace(_excerpt((ADDED, "parcel.send()"), first=40), edited=edited)
    assert [chunk.edited for chunk in _chunks([short, other])] == [edited * 2]
