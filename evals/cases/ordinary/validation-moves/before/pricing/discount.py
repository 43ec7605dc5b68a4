"""Discounts of the wholesale shop."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Discount:
    code: str
    percent: int

    def apply(self, cents: int) -> int:
        return cents - cents * self.percent // 100


def parse_discount(text: str) -> Discount:
    """Read `CODE:percent`, as it stands in the file of the sales department."""
    code, _, percent = text.partition(":")
    discount = Discount(code.strip().upper(), int(percent))
    if discount.percent < 1 or discount.percent > 90:
        raise ValueError(f"{discount.code}: a discount is 1 to 90 percent")
    return discount


def best(discounts: list[Discount], cents: int) -> int:
    return min((discount.apply(cents) for discount in discounts), default=cents)
