"""What reviews cost: at an API's prices, and on a machine of one's own.

All arithmetic is exact (fractions); what is printed is rounded, nothing else. What the cache
answered was asked of nobody, and costs nothing in either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from reviewbot.history.entry import Counts
from reviewbot.history.prices import Prices

MILLION = 1_000_000
DAYS_A_MONTH = Fraction(36525, 1200)
MONTHS_A_YEAR = 12
_JOULES = 3_600_000  # of a kilowatt-hour
_HOUR = 3_600
# A rate that is seen for a few days says little of a year.
LEAST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Used:
    """What reviews took within a number of days."""

    days: Fraction
    new_tokens: int
    cached_tokens: int
    written_tokens: int
    busy_seconds: Fraction

    @staticmethod
    def of(counts: Counts, days: Fraction) -> Used:
        cached = min(counts.cached_tokens, counts.prompt_tokens)
        busy = Fraction(str(round(counts.busy_seconds, 3)))
        return Used(days, counts.prompt_tokens - cached, cached, counts.completion_tokens, busy)


@dataclass(frozen=True, slots=True)
class Api:
    """What the same tokens cost at an API, in the currency: tokens × price ÷ 1,000,000 each."""

    read: Fraction
    cached: Fraction
    written: Fraction

    @property
    def total(self) -> Fraction:
        return self.read + self.cached + self.written


@dataclass(frozen=True, slots=True)
class Power:
    """Electricity: kilowatt-hours = watts × seconds ÷ 3,600,000, while it answers and while the
    machine waits for a question; `price` is of one kilowatt-hour."""

    busy_seconds: Fraction
    busy_kwh: Fraction
    idle_seconds: Fraction
    idle_kwh: Fraction
    price: Fraction

    @property
    def kwh(self) -> Fraction:
        return self.busy_kwh + self.idle_kwh

    @property
    def total(self) -> Fraction:
        return self.kwh * self.price


def api_cost(used: Used, prices: Prices) -> Api | None:
    """None where the user has said no price. Tokens that the engine kept from an earlier call are
    charged at `api_cached_input`, or as any other where there is no such price."""
    if prices.api_input is None or prices.api_output is None:
        return None
    again = prices.api_input if prices.api_cached_input is None else prices.api_cached_input
    return Api(
        used.new_tokens * prices.api_input / MILLION,
        used.cached_tokens * again / MILLION,
        used.written_tokens * prices.api_output / MILLION,
    )


def power_cost(used: Used, prices: Prices) -> Power | None:
    """None where the user has not said what electricity costs. Idle are the hours that the machine
    is on for reviews (`idle_hours` × days) less the time in which it answered, never less than
    none."""
    if prices.watts is None or prices.kwh is None:
        return None
    idle = max(Fraction(0), prices.idle_hours * _HOUR * used.days - used.busy_seconds)
    return Power(
        used.busy_seconds,
        prices.watts * used.busy_seconds / _JOULES,
        idle,
        prices.idle_watts * idle / _JOULES,
        prices.kwh,
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """Going on as it was. `api_month` and `power_month` are in the currency a month of 30.4375
    days; `purchase` is paid when it begins, and again after each `lifetime_months`."""

    api_month: Fraction
    power_month: Fraction
    purchase: Fraction = Fraction(0)
    lifetime_months: int | None = None

    @property
    def saving(self) -> Fraction:
        """What a month costs less on one's own machine, its price left aside; negative where the
        API is cheaper even so."""
        return self.api_month - self.power_month

    def api(self, months: int) -> Fraction:
        """api_month × months."""
        return self.api_month * months

    def own(self, months: int) -> Fraction:
        """purchase × the machines that were needed + power_month × months."""
        life = self.lifetime_months
        machines = 1 if life is None else max(1, -(-months // life))
        return self.purchase * machines + self.power_month * months

    @property
    def break_even(self) -> int | None:
        """The first whole month at whose end the own machine cost no more: purchase ÷ saving,
        rounded up; 0 where nothing was bought. None: never, because a month saves nothing, or the
        machine is bought anew before it has paid for itself."""
        if self.saving < 0 or (self.purchase and not self.saving):
            return None
        month = ceil(self.purchase / self.saving) if self.purchase else 0
        return None if self.lifetime_months is not None and month > self.lifetime_months else month

    @property
    def loss_a_month(self) -> Fraction:
        """What a month costs more on the own machine, its price spread over its lifetime; without
        a lifetime its price is left aside."""
        spread = self.purchase / self.lifetime_months if self.lifetime_months else Fraction(0)
        return spread - self.saving

    def worth(self, months: int) -> Fraction:
        """The most that a machine may cost and still have paid for itself by then: saving × months,
        or none."""
        return max(Fraction(0), self.saving * months)


def outlook(days: Fraction, api: Api, power: Power, prices: Prices) -> Outlook:
    """Rates: what was spent ÷ the days it took × 30.4375. A lifetime is cut to whole months."""
    a_month = DAYS_A_MONTH / days
    life = prices.lifetime_years
    return Outlook(
        api.total * a_month,
        power.total * a_month,
        prices.purchase or Fraction(0),
        None if life is None else int(life * MONTHS_A_YEAR),
    )
