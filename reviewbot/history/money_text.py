"""What reviews cost, for a person: with its arithmetic, and with the answer that the cloud is
cheaper where it is."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from reviewbot.history.costs import LEAST_DAYS, Api, Outlook, Power
from reviewbot.history.prices import KEYS
from reviewbot.history.stats import Money

_NEEDED = {"api": ("api_input", "api_output"), "power": ("watts", "kwh")}
_NAMES = {"api": "an API", "power": "electricity"}
_CENT = Fraction(1, 100)
# Months after which what was spent is compared.
HORIZONS = {"1 year": 12, "3 years": 36}
_LONG = 36


def money_lines(money: Money, config: str) -> Iterator[str]:
    if money.api is None and money.power is None:
        yield f"money: no prices are set. They are yours to say, in {config} under [costs]:"
        for key in (*_NEEDED["api"], *_NEEDED["power"], "purchase"):
            yield f"   {key.ljust(10)}  {KEYS[key]}"
        yield "   or as options (--api-input, …); docs/stats.md has an example and the formulas"
        return
    name = money.prices.currency
    yield f"money{f' in {name}' if name else ''}, for {float(money.used.days):.1f} days"
    if money.api:
        yield from _api(money, money.api)
    if money.power:
        yield from _power(money, money.power)
    for what, found in (("api", money.api), ("power", money.power)):
        if found is None:
            keys = " and ".join(_NEEDED[what])
            yield f"   {_NAMES[what]}: not reckoned; set {keys} in {config} under [costs]"
    if money.api and money.power:
        yield ""
        yield from _outlook(money)


def _api(money: Money, api: Api) -> Iterator[str]:
    used, prices = money.used, money.prices
    again = prices.api_input if prices.api_cached_input is None else prices.api_cached_input
    rows = (
        ("read", used.new_tokens, prices.api_input, api.read),
        ("read before", used.cached_tokens, again, api.cached),
        ("written", used.written_tokens, prices.api_output, api.written),
    )
    for what, tokens, price, cost in rows:
        sum_of = f"{tokens:,} tokens × {_number(price)} ÷ 1,000,000"
        yield f"   {what.ljust(12)} {sum_of:>44} = {shown(cost):>10}"
    yield _total("the same at an API", api.total)


def _power(money: Money, power: Power) -> Iterator[str]:
    prices = money.prices
    rows = [("answering", power.busy_seconds, prices.watts, power.busy_kwh)]
    if power.idle_kwh:
        rows.append(("waiting", power.idle_seconds, prices.idle_watts, power.idle_kwh))
    for what, seconds, watts, kwh in rows:
        sum_of = f"{float(seconds) / 3600:,.2f} h × {_number(watts)} W × {_number(power.price)}"
        yield f"   {what.ljust(12)} {sum_of:>44} = {shown(kwh * power.price):>10}"
    yield _total(f"electricity, {float(power.kwh):,.2f} kWh", power.total)


def _total(what: str, cost: Fraction) -> str:
    return f"   {what.ljust(57)} = {shown(cost):>10}"


def _outlook(money: Money) -> Iterator[str]:
    bought, there = money.bought, money.there
    if there is None:
        yield (
            f"   {float(money.used.days):.1f} days are too few to go on from: from"
            f" {LEAST_DAYS} on, or with --extrapolate, years and the break-even are told"
        )
        return
    ways = {"API": there, "bought for it": bought, "there anyway": there}
    columns = {name: one for name, one in ways.items() if one is not None}
    yield "   " + "going on so".ljust(14) + "".join(name.rjust(16) for name in columns)
    yield _row("each month", [_cost(name, one, 0) for name, one in columns.items()])
    for name, months in HORIZONS.items():
        yield _row(name, [_cost(who, one, months) for who, one in columns.items()])
    ends = ["" if who == "API" else _break_even(one) for who, one in columns.items()]
    yield _row("break-even", ends)
    yield ""
    if bought is not None:
        yield from (f"   {line}" for line in bought_lines(bought))
    yield f"   {there_line(there)}"
    if there.saving > 0:
        yield f"   For 3 years of this, a machine may cost up to {shown(there.worth(36))}."
    yield "   An API counts tokens by a tokenizer of its own, and another model writes otherwise."


def _row(what: str, cells: list[str]) -> str:
    return ("   " + what.ljust(14) + "".join(cell.rjust(16) for cell in cells)).rstrip()


def _cost(who: str, one: Outlook, months: int) -> str:
    """After so many months; after 0 what one month takes, the price of the machine left aside."""
    if not months:
        return shown(one.api_month if who == "API" else one.power_month)
    return shown(one.api(months) if who == "API" else one.own(months))


def _break_even(one: Outlook) -> str:
    month = one.break_even
    if month is None:
        return "never"
    return f"month {month:,}" if month else "at once"


def bought_lines(one: Outlook) -> Iterator[str]:
    """What becomes of a machine that is bought for it."""
    month = one.break_even
    if month is not None:
        if month > _LONG:
            yield "The cloud is cheaper for years: a machine that is bought for it would have paid"
            yield f"for itself in month {month:,}, after {month / 12:.1f} years;"
        else:
            yield f"Bought for it, the machine has paid for itself in month {month:,};"
        parts = [f"after {name} {_cheaper(one, months)}" for name, months in HORIZONS.items()]
        yield f"{', '.join(parts)}."
    elif one.saving <= 0:
        loss = f", by {shown(-one.saving)} a month" if one.saving else ""
        yield f"Bought for it, the machine never pays for itself: the cloud is cheaper{loss} and"
        yield f"by the {shown(one.purchase)} that the machine costs."
    else:
        life = one.lifetime_months or 0
        yield (
            f"Bought for it, the machine never pays for itself: in its {life} months it saves"
            f" {shown(one.saving * life)}"
        )
        yield (
            f"and costs {shown(one.purchase)}. The cloud is cheaper by {shown(one.loss_a_month)}"
            " a month."
        )


def there_line(one: Outlook) -> str:
    """What becomes of a machine that is there anyway."""
    if one.saving > 0:
        return f"A machine that is there anyway is cheaper, by {shown(one.saving)} a month."
    if one.saving < 0:
        return (
            "Even beside a machine that is there anyway the cloud is cheaper, by"
            f" {shown(-one.saving)} a month."
        )
    return "A machine that is there anyway costs what the API does."


def _cheaper(one: Outlook, months: int) -> str:
    less = one.api(months) - one.own(months)
    if not less:
        return "both cost the same"
    return f"the {'machine' if less > 0 else 'cloud'} is cheaper by {shown(abs(less))}"


def shown(amount: Fraction) -> str:
    """To the cent. What is less than half of one is told to be more than nothing."""
    if 0 < abs(amount) < _CENT / 2:
        return "<0.01" if amount > 0 else ">-0.01"
    return f"{Decimal(amount.numerator) / Decimal(amount.denominator):,.2f}"


def _number(amount: Fraction | None) -> str:
    """As the user wrote it."""
    found = amount or Fraction(0)
    number = Decimal(found.numerator) / Decimal(found.denominator)
    return f"{number.normalize():f}"
