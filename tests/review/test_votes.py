"""Several answers are votes on each finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.finding import Category, Finding, Location, Severity, Side
from reviewbot.review.votes import agreed


def _at(line: int, message: str = "wrong", path: str = "f.py", side: Side = Side.NEW) -> Finding:
    return Finding(
        rule="RB-CORRECTNESS",
        category=Category.CORRECTNESS,
        severity=Severity.ERROR,
        confidence=0.5,
        location=Location(path, side, line, line),
        quote="x",
        title=message,
        message=message,
        fingerprint=f"{path} {line}",
    )


def test_a_single_answer_stays_as_it_is() -> None:
    findings = [_at(1), _at(2)]
    assert list(agreed([findings])) == findings


def test_what_all_say_is_surer_and_what_one_says_is_less_sure() -> None:
    all_, two, one = agreed([[_at(1), _at(50)], [_at(2), _at(51), _at(100)], [_at(1)]])
    assert (all_.location.start_line, two.location.start_line, one.location.start_line) == (
        1,
        50,
        100,
    )
    assert all_.confidence > 0.7 > two.confidence > 0.5 > one.confidence


def test_the_first_answer_that_holds_a_finding_words_it() -> None:
    (found,) = agreed([[], [_at(7, "early")], [_at(8, "late")]])
    assert found.message == "early"


@pytest.mark.parametrize("other", [_at(14), _at(10, path="g.py"), _at(10, side=Side.OLD)])
def test_what_stands_elsewhere_is_another_finding(other: Finding) -> None:
    assert len(list(agreed([[_at(10)], [other]]))) == 2


@given(st.lists(st.lists(st.integers(1, 40).map(_at), max_size=4), min_size=1, max_size=5))
def test_nothing_is_lost_and_every_confidence_is_one(answers: list[list[Finding]]) -> None:
    found = list(agreed(answers))
    assert all(0 <= one.confidence <= 1 for one in found)
    for answer in answers:
        for finding in answer:
            line = finding.location.start_line
            assert any(abs(one.location.start_line - line) <= 3 for one in found)
