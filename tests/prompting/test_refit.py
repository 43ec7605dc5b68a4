from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change.context.source import Reference
from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk, Oversized, reference_cost
from reviewbot.prompting.refit import fitted
from reviewbot.prompting.windows import line_cost

BUDGET = Budget(8192, 1000, 480)
SMALL = replace(BUDGET, window=2200, code_scale=2.0)


def _chunk(texts: list[str], start: int = 0, *references: Reference) -> Chunk:
    lines = tuple(Line(LineKind.ADDED, text, None, number) for number, text in enumerate(texts, 1))
    return Chunk("f.py", "def f():", lines, start, references)


def _cost(chunk: Chunk) -> int:
    return sum(line_cost(line.text) for line in chunk.lines)


def test_a_chunk_that_fits_stays_as_it_is() -> None:
    chunk = _chunk(["call(one, two)"] * 20, start=4)
    assert list(fitted(chunk, BUDGET)) == [chunk]


def test_references_go_before_code_does_the_farthest_first() -> None:
    near, far = (Reference(f"{n}.py", n, ((1, "x = 1"),) * 3) for n in ("near", "far"))
    room = reference_cost(near)
    budget = replace(BUDGET, window=1000 + 480 + 160 + 5 * room)
    chunk = _chunk(["x"], 0, near, far)
    (left,) = fitted(chunk, budget)
    assert isinstance(left, Chunk)
    assert (left.references, left.left_out) == ((near,), (far.label,))
    assert left.lines == chunk.lines


@given(
    st.lists(st.sampled_from(["", "call(one, two)", "x = 日本語", "a b " * 200]), min_size=1),
    st.integers(0, 5),
)
def test_every_line_that_a_chunk_answers_for_comes_back_once(texts: list[str], start: int) -> None:
    chunk = _chunk(texts, min(start, len(texts) - 1))
    parts = list(fitted(chunk, SMALL))
    chunks = [part for part in parts if isinstance(part, Chunk)]
    own = [line for part in chunks for line in part.own]
    own += [part.line for part in parts if isinstance(part, Oversized)]
    assert sorted(line.new_no or 0 for line in own) == [line.new_no for line in chunk.own]
    assert all(_cost(part) <= SMALL.code for part in chunks)
