"""What reviews took, found and cost, for a program. Money is in the currency and not rounded to
cents; what was not reckoned is null."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from reviewbot.history.costs import Outlook
from reviewbot.history.money_text import HORIZONS
from reviewbot.history.period import Sum
from reviewbot.history.stats import Money, Stats

VERSION = 1


def stats_json(stats: Stats) -> str:
    found = {
        "version": VERSION,
        "period": {
            "begin": _moment(stats.period.begin),
            "end": _moment(stats.period.end),
            "days": _float(stats.period.days),
        },
        "all": _sum(stats.all),
        "kinds": [_sum(one) for one in stats.kinds],
        "months": [_sum(one) for one in stats.months],
        "models": [_sum(one) for one in stats.models],
        "unreadable": stats.unreadable,
        "money": _money(stats.money),
    }
    return json.dumps(found, indent=2) + "\n"


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _sum(one: Sum) -> dict[str, Any]:
    counts = {name: round(number, 3) for name, number in asdict(one.counts).items()}
    return {"name": one.name, "reviews": one.reviews, "incomplete": one.incomplete, **counts}


def _money(money: Money) -> dict[str, Any]:
    api, power = money.api, money.power
    return {
        "currency": money.prices.currency or None,
        "api": api and {**_floats(asdict(api)), "total": _float(api.total)},
        "electricity": power
        and {**_floats(asdict(power)), "kwh": _float(power.kwh), "total": _float(power.total)},
        "bought": money.bought and _outlook(money.bought),
        "there_anyway": money.there and _outlook(money.there),
    }


def _outlook(one: Outlook) -> dict[str, Any]:
    return {
        "api_month": _float(one.api_month),
        "power_month": _float(one.power_month),
        "purchase": _float(one.purchase),
        "lifetime_months": one.lifetime_months,
        "break_even_month": one.break_even,
        "after": [
            {"months": months, "api": _float(one.api(months)), "own": _float(one.own(months))}
            for months in HORIZONS.values()
        ],
    }


def _floats(values: dict[str, Fraction]) -> dict[str, float]:
    return {name: _float(value) for name, value in values.items()}


def _float(value: Fraction) -> float:
    return round(float(value), 6)
