"""What `reviewbot stats` tells, as a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from reviewbot.history.costs import (
    LEAST_DAYS,
    Api,
    Outlook,
    Power,
    Used,
    api_cost,
    outlook,
    power_cost,
)
from reviewbot.history.entry import Entry
from reviewbot.history.period import Period, Sum, by, model, month, summed
from reviewbot.history.prices import Prices


@dataclass(frozen=True, slots=True)
class Money:
    """None where the user has not said the prices that it takes. `bought` is the outlook with a
    machine that is bought for it, `there` with one that is there anyway; both are missing where
    the days are too few to go on from."""

    used: Used
    prices: Prices
    api: Api | None
    power: Power | None
    bought: Outlook | None = None
    there: Outlook | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """`unreadable` rows of the file are in no sum."""

    period: Period
    all: Sum
    kinds: Sequence[Sum]
    months: Sequence[Sum]
    models: Sequence[Sum]
    money: Money
    unreadable: int = 0


def stats_of(entries: Sequence[Entry], period: Period, money: Money, unreadable: int = 0) -> Stats:
    """Of the entries that are told of, all of them within the period."""
    return Stats(
        period,
        summed("all", entries),
        by(lambda entry: entry.kind, entries),
        by(month, entries),
        by(model, entries),
        money,
        unreadable,
    )


def money_of(
    entries: Sequence[Entry], days: Fraction, prices: Prices, *, extrapolates: bool
) -> Money:
    """`extrapolates`: go on from however few days."""
    used = Used.of(summed("all", entries).counts, days)
    found = Money(used, prices, api_cost(used, prices), power_cost(used, prices))
    enough = entries and days and (extrapolates or days >= LEAST_DAYS)
    if not (found.api and found.power and enough):
        return found
    there = outlook(days, found.api, found.power, replace(prices, purchase=None))
    bought = outlook(days, found.api, found.power, prices) if prices.purchase else None
    return replace(found, bought=bought, there=replace(there, lifetime_months=None))
