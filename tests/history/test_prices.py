"""The user's prices: read as they were written, and told what is wrong with them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from reviewbot.errors import ConfigError
from reviewbot.history.prices import Prices, read_prices


def test_numbers_are_the_decimal_ones_that_were_written() -> None:
    table = {"api_input": 0.1, "watts": 280, "currency": "EUR"}
    found = read_prices(table, "config.toml", {"kwh": "0.30", "watts": "90", "purchase": None})
    assert found == Prices(
        api_input=Fraction(1, 10), watts=Fraction(90), kwh=Fraction(3, 10), currency="EUR"
    )


def test_nothing_is_built_in() -> None:
    prices = read_prices({}, "config.toml", {})
    assert prices == Prices()
    assert {prices.api_input, prices.watts, prices.kwh, prices.purchase} == {None}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("watts", -1),
        ("watts", True),
        ("watts", float("nan")),
        ("watts", float("inf")),
        ("watts", [280]),
        pytest.param("watts", 10**5000, id="watts-long"),
        ("kwh", "1e999999999"),
        ("kwh", "1e-999999999"),
        ("kwh", "1/3"),
        ("kwh", ""),
        ("idle_hours", 25),
        ("lifetime_years", 0),
        ("currency", 7),
        ("currency", ""),
        ("currency", "thalers of old"),
    ],
)
def test_what_is_no_price_is_told(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=rf"config\.toml: \[costs\] `{key}`"):
        read_prices({key: value}, "config.toml", {})


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"`api_inputs`.*api_input"):
        read_prices({"api_inputs": 1}, "config.toml", {})


def test_a_flag_is_named_as_one() -> None:
    with pytest.raises(ConfigError, match=r"^--api-input: `api_input` cannot be 'x'"):
        read_prices({}, "config.toml", {"api_input": "x"})
