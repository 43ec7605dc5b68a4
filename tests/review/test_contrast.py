"""What a model's answers about two versions say."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.prompt import Completion, Finish
from reviewbot.review.calibration import calibration
from reviewbot.review.contrast import Contrast, odds


def _answer(text: str = "A", **likeliest: float) -> Completion:
    return Completion(text, Finish.LENGTH, 100, 1, likeliest=tuple(likeliest.items()))


def test_odds_are_the_difference_of_the_log_probabilities() -> None:
    assert odds(_answer(a=-0.5, b=-1.5)) == 1.0
    assert odds(_answer(b=-0.5, a=-1.5)) == -1.0


def test_a_word_that_is_not_told_is_as_likely_as_the_last_one_that_is() -> None:
    assert odds(_answer(a=-0.1, the=-3.0, version=-5.0)) == pytest.approx(4.9)
    assert odds(_answer(the=-0.1, b=-2.0, version=-5.0)) == pytest.approx(-3.0)


@pytest.mark.parametrize(("text", "sign"), [("A", 1), (" b\n", -1)])
def test_without_probabilities_the_answer_is_a_vote(text: str, sign: int) -> None:
    found = odds(_answer(text))
    assert found is not None
    assert found * sign > 0


@pytest.mark.parametrize("text", ["Both", "", "<think>"])
def test_an_answer_that_is_neither_word_tells_nothing(text: str) -> None:
    assert odds(_answer(text)) is None
    assert not Contrast(_answer(text), _answer("A"), 0).tells
    assert not Contrast(_answer("A"), _answer(text), 0).tells
    assert Contrast(_answer("A"), _answer("B"), 0).tells


@given(st.floats(-5, 5), st.floats(-2, 2))
def test_what_a_model_gives_to_a_place_cancels(place: float, worth: float) -> None:
    """It prefers A by `place` whatever stands there, and the new version by `worth`."""
    old_first = _answer(a=place - worth, b=0.0)
    new_first = _answer(a=place + worth, b=0.0)
    assert math.isclose(Contrast(old_first, new_first, 0).preference, worth, abs_tol=1e-9)


@given(st.floats(-30, 30), st.floats(-30, 30), st.integers(-10_000, 10_000))
def test_a_doubt_is_a_probability_and_falls_with_the_preference(
    one: float, other: float, grown: int
) -> None:
    low, high = sorted((one, other))
    doubts = [calibration().doubt(preference, grown) for preference in (low, high)]
    assert 0 <= doubts[1] <= doubts[0] <= 1


def test_code_that_shrinks_is_doubted_more_at_the_same_preference() -> None:
    shrunk, same, grown = (calibration().doubt(0.0, by) for by in (-200, 0, 200))
    assert shrunk > same > grown
