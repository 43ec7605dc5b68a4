"""The numbers that money is reckoned with: all of them the user's, none a default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from reviewbot.errors import ConfigError, nearest
from reviewbot.plain import plain_line

_LEAST, _MOST = Decimal("1e-9"), Decimal("1e9")
_LONGEST_CURRENCY = 8
# What a day and a price cannot be more than, and what a lifetime cannot be less than.
_BOUNDS = {"idle_hours": (Decimal(0), Decimal(24)), "lifetime_years": (Decimal("0.1"), Decimal(99))}


def _key(help_text: str, default: Any = None) -> Any:
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """None: not said. All prices are in one currency, whose name is printed and no more."""

    api_input: Fraction | None = _key("Price of a million tokens that an API reads.")
    api_output: Fraction | None = _key("Price of a million tokens that an API writes.")
    api_cached_input: Fraction | None = _key(
        "Price of a million tokens that an API has read before (none: as any other)."
    )
    watts: Fraction | None = _key(
        "Watts that the machine draws while it answers; of one that is on anyway, those that it"
        " draws more than else."
    )
    kwh: Fraction | None = _key("Price of a kilowatt-hour.")
    idle_watts: Fraction = _key(
        "Watts that a machine which is on for reviews alone draws while nobody asks.", Fraction(0)
    )
    idle_hours: Fraction = _key(
        "Hours of a day that such a machine is on, those in which it answers among them.",
        Fraction(0),
    )
    purchase: Fraction | None = _key("Price of the hardware, where it is bought for reviews.")
    lifetime_years: Fraction | None = _key(
        "Years after which it is bought anew (none: it outlives all that is reckoned)."
    )
    currency: str = _key("Name of the currency, as EUR.", "")


KEYS: Mapping[str, str] = {item.name: item.metadata["help"] for item in fields(Prices)}


def read_prices(table: Mapping[str, Any], source: str, flags: Mapping[str, str | None]) -> Prices:
    """The prices of the user's file, and those that flags say in their place. Raises ConfigError
    for a key that is unknown and for what is no number of its kind."""
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in KEYS:
            told = f"[costs] has no key `{plain_line(key)}`; {nearest(key, KEYS)}"
            raise ConfigError(f"{source}: {told}")
        values[key] = _value(key, value, f"{source}: [costs]")
    for key, text in flags.items():
        if text is not None:
            values[key] = _value(key, text, f"--{key.replace('_', '-')}:")
    return Prices(**values)


def _value(key: str, value: object, source: str) -> Fraction | str:
    if key == "currency":
        name = plain_line(value) if isinstance(value, str) else ""
        if not 0 < len(name) <= _LONGEST_CURRENCY:
            raise ConfigError(f"{source} `currency` is a name of at most {_LONGEST_CURRENCY} signs")
        return name
    least, most = _BOUNDS.get(key, (Decimal(0), _MOST))
    number = _number(value)
    if number is None or not least <= number <= most or 0 < number < _LEAST:
        shown = f" cannot be {plain_line(value)[:40]!r}:" if isinstance(value, str) else ":"
        raise ConfigError(f"{source} `{key}`{shown} it is a number from {least} to {most}")
    return Fraction(number)


def _number(value: object) -> Decimal | None:
    """The decimal number that was written, not the binary one that stands for it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):  # ValueError: an integer of thousands of digits
        return None
    return number if number.is_finite() else None
