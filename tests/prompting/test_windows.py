from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.changeset import Line, LineKind
from reviewbot.prompting.windows import Window, line_cost, windows

_KINDS = st.sampled_from(list(LineKind))


def _excerpt(texts: list[str], borders: frozenset[int] = frozenset()) -> Excerpt:
    lines = tuple(Line(LineKind.ADDED, text, None, number) for number, text in enumerate(texts, 1))
    return Excerpt("f.py", "", lines, borders=borders)


def _line(kind: LineKind, text: str, number: int) -> Line:
    old = None if kind is LineKind.ADDED else number
    new = None if kind is LineKind.REMOVED else number
    return Line(kind, text, old, new)


def _ends(excerpt: Excerpt, budget: int) -> list[int]:
    return [part.end for part in windows(excerpt, budget) if isinstance(part, Window)]


STATEMENTS = ["call(", "    one,", "    two,", ")"] * 12
BUDGET = sum(line_cost(text) for text in STATEMENTS[:19])


def test_a_long_excerpt_is_cut_where_a_statement_begins() -> None:
    borders = frozenset(range(1, 49, 4))
    for end in _ends(_excerpt(STATEMENTS, borders), BUDGET)[:-1]:
        assert end + 1 in borders


def test_without_a_parser_it_is_cut_before_the_least_indented_line() -> None:
    for end in _ends(_excerpt(STATEMENTS), BUDGET)[:-1]:
        assert not STATEMENTS[end].startswith(" ")


def test_an_outer_statement_is_a_better_border_than_an_inner_one() -> None:
    texts = ["if a:", *["    b()"] * 14, "c()", *["    d()"] * 3, "e()"]
    budget = sum(line_cost(text) for text in texts[:18])
    excerpt = _excerpt(texts, frozenset(range(1, len(texts) + 1)))
    assert _ends(excerpt, budget)[0] == 15


def test_removed_lines_stay_with_what_replaces_them() -> None:
    removed = [Line(LineKind.REMOVED, f"old{number}", number, None) for number in range(1, 9)]
    added = [Line(LineKind.ADDED, f"new{number}", None, number) for number in range(1, 9)]
    excerpt = Excerpt("f.py", "", (*removed, *added))
    budget = sum(line_cost(line.text) for line in removed)
    first = _ends(excerpt, budget)[0]
    assert first < 8


@given(
    st.lists(st.tuples(_KINDS, st.sampled_from(["", "a", "    b", "word " * 40])), max_size=60),
    st.integers(0, 300),
    st.frozensets(st.integers(1, 60), max_size=9),
)
def test_windows_follow_each_other_and_fit(
    rows: list[tuple[LineKind, str]], budget: int, borders: frozenset[int]
) -> None:
    lines = tuple(_line(kind, text, n) for n, (kind, text) in enumerate(rows, 1))
    excerpt = Excerpt("f.py", "", lines, borders=borders)
    found = [part for part in windows(excerpt, budget) if isinstance(part, Window)]
    for window in found:
        assert window.shown <= window.begin < window.end
        costs = [line_cost(line.text) for line in lines[window.shown : window.end]]
        assert sum(costs) == window.tokens <= budget
    for one, two in pairwise(found):
        assert one.end <= two.begin
    held = {at for window in found for at in range(window.begin, window.end)}
    assert held == {at for at, line in enumerate(lines) if line_cost(line.text) <= budget}
