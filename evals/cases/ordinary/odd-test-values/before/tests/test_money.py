"""Amounts are rounded the way the bank does it: half to even."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest

CENT = Decimal("0.01")


def to_cents(text: str) -> Decimal:
    return Decimal(text).quantize(CENT, rounding=ROUND_HALF_EVEN)


@pytest.mark.parametrize(
    ("text", "rounded"),
    [
        ("1.234", "1.23"),
        ("1.236", "1.24"),
    ],
)
def test_half_to_even(text: str, rounded: str) -> None:
    assert str(to_cents(text)) == rounded


def test_sum_is_exact() -> None:
    assert sum([Decimal("0.1")] * 3) == Decimal("0.3")
