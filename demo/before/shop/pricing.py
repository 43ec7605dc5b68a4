"""Prices, in cents."""


def with_discount(cents: int, percent: int) -> int:
    """The price after a discount, rounded down."""
    if percent < 0 or percent > 100:
        raise ValueError(f"a discount of {percent} % makes no sense")
    return cents - cents * percent // 100


def with_tax(cents: int, rate: int) -> int:
    """The price with tax; the rate is in percent."""
    return cents + cents * rate // 100
