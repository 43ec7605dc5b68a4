"""Every run of changed lines has a mark, and a mark is a place in the change."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.explain.marks import marks_of, packed, pieces
from reviewbot.finding import Location, Side
from tests.marked import chunk_of

_EDIT = chunk_of(
    " def f(x):\n-    if x > 0:\n+    if x >= 0:\n         return x\n a\n b\n c\n d\n-e"
)


def test_a_mark_stands_before_each_run() -> None:
    (piece,) = pieces([_EDIT])
    assert piece.text.split("\n") == [
        " 10|def f(x):",
        "[1]",
        "-  |    if x > 0:",
        "+11|    if x >= 0:",
        " 12|        return x",
        " 13|a",
        " 14|b",
        " 15|c",
        " 16|d",
        "[2]",
        "- |e",
    ]


def test_a_mark_is_the_lines_behind_it() -> None:
    (piece,) = pieces([_EDIT])
    assert piece.places == {
        "1": Location("f.py", Side.NEW, 11, 11),
        "2": Location("f.py", Side.OLD, 16, 16, (17, 17)),
    }


def test_a_statement_stands_where_its_names_do() -> None:
    """A model that cites the first mark for everything is put right, one that is right is left."""
    marks = marks_of(
        pieces([chunk_of("+def one(): ..."), chunk_of("+def two(): one()", path="g.py")])
    )
    assert marks.settled("`two` is new.", ["1"]) == ("2",)
    assert marks.settled("`one` is new.", ["1"]) == ("1",)
    assert marks.settled("`two` calls `one`.", ["2", "1"]) == ("2",)
    assert marks.settled("It is faster.", ["2"]) == ("2",)
    assert marks.settled("`two` is new.", ["9"]) == ()


def test_marks_count_through_all_chunks() -> None:
    found = list(pieces([_EDIT, chunk_of("+x", path="g.py")]))
    assert [list(piece.places) for piece in found] == [["1", "2"], ["3"]]


_CHUNKS = st.lists(
    st.lists(st.sampled_from(" +-"), min_size=1, max_size=30).map(
        lambda signs: chunk_of("\n".join(f"{sign}line" for sign in signs))
    ),
    max_size=5,
)


@given(_CHUNKS)
def test_every_changed_line_stands_behind_a_mark(chunks: list) -> None:  # type: ignore[type-arg]
    for piece in pieces(chunks):
        rows = piece.text.split("\n")
        changed = [at for at, row in enumerate(rows) if row[0] in "+-"]
        marks = [at for at, row in enumerate(rows) if row[0] == "["]
        assert len(marks) == len(piece.places)
        assert all(any(mark < at for mark in marks) for at in changed)
        assert all(rows[mark + 1][0] in "+-" for mark in marks)


@given(_CHUNKS, st.integers(1, 400))
def test_packs_hold_all_pieces_in_order_and_no_more_than_fits(chunks: list, room: int) -> None:  # type: ignore[type-arg]
    found = list(pieces(chunks))
    packs = list(packed(found, room))
    assert [piece for pack in packs for piece in pack] == found
    assert all(len(pack) == 1 or sum(p.tokens for p in pack) <= room for pack in packs)
