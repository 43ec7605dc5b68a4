"""Prices, in cents."""


def _check_percent(percent: int) -> None:
    if not 0 <= percent <= 100:
        raise ValueError(f"{percent} % makes no sense")


def with_discount(cents: int, percent: int) -> int:
    """The price after a discount, rounded down."""
    _check_percent(percent)
    return cents - cents * percent // 100


def with_tax(cents: int, rate: int) -> int:
    """The price with tax; the rate is in percent."""
    _check_percent(rate)
    return cents + cents * rate // 100
