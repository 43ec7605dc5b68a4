"""Columns and lines by what a terminal shows of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reviewbot.cells import cells, cut, left, right, untabbed, wrapped

_WORDS = st.text(alphabet="ab -_`、。「」（）注文を返す한국어é\u0301😀\u3000", max_size=120)


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("注文", 4), ("한국", 4), ("e\u0301", 1), ("😀", 2), ("×", 1)]
)
def test_a_column_is_as_wide_as_a_terminal_shows_it(text: str, width: int) -> None:
    assert cells(text) == width
    assert left(text, 6) == text + " " * (6 - width)
    assert right(text, 6) == " " * (6 - width) + text
    assert left(text, 0) == right(text, 0) == text


def test_a_text_is_cut_between_characters() -> None:
    assert cut("注文を返す", 10) == "注文を返す"
    assert cut("注文を返す", 9) == "注文を返…"
    assert cut("e\u0301e\u0301e\u0301", 2) == "e\u0301e\u0301…"


def test_tabs_stand_at_cells() -> None:
    assert untabbed("注\t= 1", 4) == "注  = 1"
    assert untabbed("ab\t= 1", 4) == "ab  = 1"
    assert untabbed("\t\ta", 4) == "        a"


def test_japanese_is_broken_without_blanks_and_goes_on_behind_a_word_in_latin() -> None:
    text = "関数`total`は最後の注文を数えません。そのため、合計が小さくなります。"
    assert list(wrapped(text, 24, "- ", "  ")) == [
        "- 関数`total`は最後の注",
        "  文を数えません。そのた",
        "  め、合計が小さくなりま",
        "  す。",
    ]


def test_no_line_begins_with_what_closes_or_ends_with_what_opens() -> None:
    assert list(wrapped("注文です。注文です。", 8)) == ["注文で", "す。注文", "です。"]
    assert list(wrapped("注文は「注文」です", 8)) == ["注文は", "「注文」", "です"]


def test_latin_and_korean_are_broken_at_blanks() -> None:
    assert list(wrapped("the --no-cache way", 10)) == ["the", "--no-cache", "way"]
    assert list(wrapped("주문을 반환하는 함수", 16)) == ["주문을 반환하는", "함수"]
    assert list(wrapped("x" * 25, 10)) == ["x" * 10, "x" * 10, "x" * 5]


@given(_WORDS, st.integers(min_value=12, max_value=40))
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = list(wrapped(text, width, "- ", "  "))
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(line[2:].split()) for line in lines) == "".join(text.split())
