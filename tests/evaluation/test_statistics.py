"""Intervals and tests, held against what is known of them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reviewbot.evaluation.statistics import Term, auc, estimate, over_groups, permutation

_PARTS = st.lists(
    st.tuples(st.integers(0, 5).map(float), st.integers(0, 5).map(float)), min_size=1, max_size=12
)


@hypothesis_settings(max_examples=40)
@given(parts=_PARTS)
def test_an_interval_holds_its_estimate(parts: list[tuple[float, float]]) -> None:
    found = estimate([Term(parts)])
    below = sum(part[1] for part in parts)
    if not below:
        assert found.value is None
        return
    assert found.value == pytest.approx(sum(part[0] for part in parts) / below)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert found.low <= found.value <= found.high


def test_the_same_rows_give_the_same_interval() -> None:
    parts = [(float(n % 3), 2.0) for n in range(20)]
    assert estimate([Term(parts)]) == estimate([Term(parts)])


def test_an_interval_is_as_wide_as_the_normal_one_where_that_holds() -> None:
    """100 groups, 40 of them with 1: the standard error is 0.049."""
    found = estimate([Term([(float(n < 40), 1.0) for n in range(100)])])
    assert found.low == pytest.approx(0.304, abs=0.02)
    assert found.high == pytest.approx(0.496, abs=0.02)


def test_alike_members_of_a_group_do_not_narrow_the_interval() -> None:
    alone = estimate([Term([(float(n < 4), 1.0) for n in range(10)])])
    doubled = estimate([Term([(2.0 * (n < 4), 2.0) for n in range(10)])])
    assert (alone.low, alone.high) == (doubled.low, doubled.high)


def test_a_difference_of_ratios_has_the_sign_of_its_terms() -> None:
    found = estimate([Term([(1.0, 1.0)] * 5), Term([(1.0, 4.0)] * 5, -1)])
    assert found.value == pytest.approx(0.75)


@given(
    scores=st.lists(st.tuples(st.integers(0, 4).map(float), st.booleans()), min_size=1, max_size=12)
)
def test_auc_is_the_share_of_pairs_in_order(scores: list[tuple[float, bool]]) -> None:
    above = [score for score, positive in scores if positive]
    below = [score for score, positive in scores if not positive]
    if not above or not below:
        assert auc(scores) is None
        return
    wins = sum((a > b) + (a == b) / 2 for a in above for b in below)
    assert auc(scores) == pytest.approx(wins / (len(above) * len(below)))


def test_any_statistic_is_drawn_over_groups() -> None:
    found = over_groups([[1], [2], [3]], lambda items: sum(items) / len(items))
    assert found.value == 2.0
    assert found.low is not None
    assert found.high is not None
    assert 1.0 <= found.low < 2.0 < found.high <= 3.0


# The paired test


def _terms(values: list[float]) -> list[Term]:
    return [Term([(value, 1.0) for value in values])]


def test_no_difference_has_no_evidence() -> None:
    assert permutation(_terms([1.0, 0.0]), _terms([1.0, 0.0])) == 1.0


def test_few_groups_are_flipped_in_all_ways() -> None:
    """Of 32 ways two are as far apart as five groups that all got better."""
    assert permutation(_terms([0.0] * 5), _terms([1.0] * 5)) == pytest.approx(2 / 32)


def test_many_groups_that_all_got_better_are_no_chance() -> None:
    p = permutation(_terms([0.0] * 40), _terms([1.0] * 40))
    assert p is not None
    assert p < 0.001


def test_nothing_to_divide_by_is_no_test() -> None:
    none = [Term([(0.0, 0.0), (0.0, 0.0)])]
    assert permutation(none, _terms([1.0, 1.0])) is None


def test_where_there_is_no_difference_p_is_about_uniform() -> None:
    """200 pairs of runs that differ by chance alone: about a tenth below 0.1, a half below 0.5.
    The draws have a seed, so the counts are the same each time."""
    chance = random.Random(1)  # noqa: S311
    below = {0.1: 0, 0.5: 0}
    for _ in range(200):
        ours = [chance.random() for _ in range(10)]
        theirs = [chance.random() for _ in range(10)]
        p = permutation(_terms(ours), _terms(theirs))
        assert p is not None
        for limit in below:
            below[limit] += p < limit
    assert 10 <= below[0.1] <= 32
    assert 80 <= below[0.5] <= 120
