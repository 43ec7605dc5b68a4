from __future__ import annotations

import pytest

from reviewbot.changeset import Line, LineKind
from reviewbot.review.conflicts import conflicts


def _spans(*texts: str) -> list[list[int | None]]:
    lines = [Line(LineKind.ADDED, text, None, number) for number, text in enumerate(texts, 1)]
    return [[line.new_no for line in markers] for markers in conflicts(lines)]


def test_a_conflict_is_found_whole() -> None:
    assert _spans("a", "<<<<<<< HEAD", "b", "=======", "c", ">>>>>>> topic", "d") == [[2, 6]]


def test_a_conflict_with_its_base_and_crlf() -> None:
    rows = ["<<<<<<< ours\r", "a\r", "||||||| 1234567\r", "b\r", "=======\r", ">>>>>>> theirs\r"]
    assert _spans(*rows) == [[1, 3, 6]]


def test_two_conflicts_are_two_findings() -> None:
    assert _spans("<<<<<<< a", ">>>>>>> b", "", "<<<<<<< a", ">>>>>>> b") == [[1, 2], [4, 5]]


@pytest.mark.parametrize(
    ("texts", "span"),
    [
        (["a", "<<<<<<< HEAD", "b"], [2]),
        (["<<<<<<< HEAD\r"], [1]),
        (["<<<<<<<", "b", "======="], [1]),
        (["<<<<<<<", "b", "=======\r", "c", ">>>>>>>"], [1, 5]),
        (["<<<<<<<", ">>>>>>>"], [1, 2]),
        (["<<<<<<< a", "||||||| base"], [1, 2]),
        (["a", "=======", "b", ">>>>>>> topic"], [4]),
        (["a", "=======", "b", ">>>>>>>"], [4]),
        (["=======", "||||||| base"], [2]),
        (["||||||| base", "=======", ">>>>>>> topic"], [3]),
    ],
)
def test_what_is_left_of_a_conflict_is_found(texts: list[str], span: list[int]) -> None:
    assert _spans(*texts) == [span]


def test_a_separator_bears_out_what_closes_further_down() -> None:
    assert _spans("=======", "<<<<<<< a", ">>>>>>> b", "c", ">>>>>>> d") == [[2, 3], [5]]


@pytest.mark.parametrize(
    "texts",
    [
        [">>>>>>> Heading"],
        ["> a", ">> b", ">>>>>>> a nested quote", ">>>>>>> of a mail"],
        ["Heading", ">>>>>>>"],
        ["Heading", "<<<<<<<"],
        ["Heading", "<<<<<<< ", "text"],
        ["Heading", "|||||||"],
        ["||||||| a | b", "text"],
        ["<<<<<<<", "|||||||"],
        [">>>>>>> Heading", "======="],
    ],
)
def test_quotes_and_underlines_of_seven_signs_are_no_conflict(texts: list[str]) -> None:
    assert _spans(*texts) == []


def test_an_opened_conflict_that_is_opened_again_is_two() -> None:
    assert _spans("<<<<<<< a", "<<<<<<< b", ">>>>>>> b") == [[1], [2, 3]]


@pytest.mark.parametrize(
    "text",
    ["=======", "Title\n=======", "  <<<<<<< HEAD", "<<<<<<<< eight", ">>>>>> six", "<<<<<<<x"],
)
def test_what_only_looks_like_a_marker_is_left_alone(text: str) -> None:
    assert _spans(*text.split("\n")) == []
