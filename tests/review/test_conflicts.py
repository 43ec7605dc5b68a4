from __future__ import annotations

import pytest

from reviewbot.change.changeset import Line, LineKind
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


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", ">>>>>>> topic", "||||||| base", "<<<<<<<"])
def test_what_is_left_of_a_conflict_is_found(marker: str) -> None:
    assert _spans("a", marker, "b") == [[2]]


def test_an_opened_conflict_that_is_opened_again_is_two() -> None:
    assert _spans("<<<<<<< a", "<<<<<<< b", ">>>>>>> b") == [[1], [2, 3]]


@pytest.mark.parametrize(
    "text",
    ["=======", "Title\n=======", "  <<<<<<< HEAD", "<<<<<<<< eight", ">>>>>> six", "<<<<<<<x"],
)
def test_what_only_looks_like_a_marker_is_left_alone(text: str) -> None:
    assert _spans(*text.split("\n")) == []
