"""The money: worked examples by hand, and laws that hold for any prices."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.history.costs import Outlook, Used, api_cost, outlook, power_cost
from reviewbot.history.entry import Counts
from reviewbot.history.money_text import bought_lines, shown, there_line
from reviewbot.history.prices import Prices

USED = Used(Fraction(10), 2_000_000, 1_000_000, 500_000, Fraction(36_000))
PRICES = Prices(
    api_input=Fraction(3),
    api_output=Fraction(10),
    watts=Fraction(200),
    kwh=Fraction(1, 4),
    purchase=Fraction(400),
)

amounts = st.fractions(min_value=0, max_value=10_000, max_denominator=1000)
outlooks = st.builds(
    Outlook,
    api_month=amounts,
    power_month=amounts,
    purchase=amounts,
    lifetime_months=st.none() | st.integers(1, 120),
)


def test_counts_are_what_was_used() -> None:
    counts = Counts(
        prompt_tokens=3_000_000,
        cached_tokens=1_000_000,
        completion_tokens=500_000,
        load_seconds=100.0,
        wait_seconds=40.0,
        ask_seconds=35_940.0,
    )
    assert Used.of(counts, Fraction(10)) == USED
    more = replace(counts, cached_tokens=4_000_000)  # of an engine that miscounts
    assert Used.of(more, Fraction(10)).new_tokens == 0


def test_an_api_by_hand() -> None:
    found = api_cost(USED, PRICES)
    assert found is not None
    assert [found.read, found.cached, found.written, found.total] == [6, 3, 5, 14]
    cheaper = api_cost(USED, replace(PRICES, api_cached_input=Fraction(1, 10)))
    assert cheaper is not None
    assert cheaper.total == Fraction("11.1")
    assert api_cost(USED, replace(PRICES, api_output=None)) is None


def test_electricity_by_hand() -> None:
    found = power_cost(USED, PRICES)
    assert found is not None
    assert [found.kwh, found.total] == [2, Fraction(1, 2)]  # 10 h × 200 W
    waiting = replace(PRICES, idle_watts=Fraction(50), idle_hours=Fraction(8))
    both = power_cost(USED, waiting)
    assert both is not None
    assert [both.idle_seconds, both.kwh] == [70 * 3600, Fraction("5.5")]  # and 70 h × 50 W
    short = power_cost(USED, replace(waiting, idle_hours=Fraction(1, 2)))
    assert short is not None
    assert short.idle_kwh == 0  # on for 5 h, and at work for 10
    assert power_cost(USED, replace(PRICES, kwh=None)) is None


def test_an_outlook_by_hand() -> None:
    api, power = api_cost(USED, PRICES), power_cost(USED, PRICES)
    assert api is not None
    assert power is not None
    found = outlook(USED.days, api, power, replace(PRICES, lifetime_years=Fraction(5, 2)))
    assert found.api_month == 14 * Fraction("3.04375")
    assert found.power_month == Fraction("0.5") * Fraction("3.04375")
    assert found.lifetime_months == 30
    assert found.break_even == 10  # 400 ÷ 41.09 = 9.7
    assert found.own(36) == 2 * 400 + 36 * found.power_month


@given(outlooks)
def test_the_break_even_is_the_first_month_that_costs_no_more(found: Outlook) -> None:
    month = found.break_even
    if month is None:
        assert all(found.own(n) > found.api(n) for n in (1, 2, 3, 12, 36, 119, 120, 121, 2400))
        return
    assert found.own(month) <= found.api(month)
    if month:
        assert found.own(month - 1) > found.api(month - 1)


@given(outlooks, amounts)
def test_a_dearer_api_never_puts_off_the_break_even(found: Outlook, more: Fraction) -> None:
    dearer = replace(found, api_month=found.api_month + more)
    _is_no_later(dearer, found)


@given(outlooks, amounts)
def test_a_dearer_machine_never_hastens_it(found: Outlook, more: Fraction) -> None:
    _is_no_later(found, replace(found, purchase=found.purchase + more))
    _is_no_later(found, replace(found, power_month=found.power_month + more))


def _is_no_later(one: Outlook, other: Outlook) -> None:
    if other.break_even is not None:
        assert one.break_even is not None
        assert one.break_even <= other.break_even


@given(outlooks)
def test_what_a_machine_may_cost_is_where_the_totals_meet(found: Outlook) -> None:
    dearest = replace(found, purchase=found.worth(36), lifetime_months=None)
    if found.saving > 0:
        assert dearest.own(36) == dearest.api(36)
    else:
        assert dearest.purchase == 0


@given(
    st.builds(
        Used,
        st.fractions(min_value=Fraction(1, 10), max_value=4000, max_denominator=100),
        *[st.integers(0, 10**10)] * 3,
        amounts,
    ),
    st.builds(
        Prices,
        api_input=amounts,
        api_output=amounts,
        api_cached_input=st.none() | amounts,
        watts=amounts,
        kwh=amounts,
        idle_watts=amounts,
        idle_hours=st.fractions(0, 24, max_denominator=4),
    ),
    st.sampled_from(["api_input", "api_output", "watts", "kwh", "idle_watts"]),
)
def test_no_cost_falls_with_a_price(used: Used, prices: Prices, key: str) -> None:
    dearer = replace(prices, **{key: getattr(prices, key) + 1})
    for cost in (api_cost, power_cost):
        before, after = cost(used, prices), cost(used, dearer)
        assert before is not None
        assert after is not None
        assert after.total >= before.total >= 0


@given(outlooks)
def test_what_is_told_is_what_was_reckoned(found: Outlook) -> None:
    told = " ".join(bought_lines(found))
    assert ("never pays" in told) == (found.break_even is None)
    if found.break_even is None:
        assert "cloud is cheaper" in told
    elif (less := found.api(36) - found.own(36)) != 0:
        who = "machine" if less > 0 else "cloud"
        assert f"after 3 years the {who} is cheaper by {shown(abs(less))}." in told


@pytest.mark.parametrize(
    ("api", "power", "told"),
    [
        (5, 3, "A machine that is there anyway is cheaper, by 2.00 a month."),
        (3, 5, "Even beside a machine that is there anyway the cloud is cheaper, by 2.00 a month."),
        (3, 3, "A machine that is there anyway costs what the API does."),
    ],
)
def test_a_machine_that_is_there_anyway(api: int, power: int, told: str) -> None:
    assert there_line(Outlook(Fraction(api), Fraction(power))) == told


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        (Fraction(0), "0.00"),
        (Fraction(1, 1000), "<0.01"),
        (Fraction(-1, 1000), ">-0.01"),
        (Fraction(12345678, 10), "1,234,567.80"),
        (Fraction(1, 3), "0.33"),
    ],
)
def test_an_amount_is_told_to_the_cent(amount: Fraction, told: str) -> None:
    assert shown(amount) == told
