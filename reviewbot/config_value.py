"""One setting's value, whatever its source: a known key, the right type, within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from reviewbot.errors import ConfigError, nearest
from reviewbot.settings import Settings

_MOST = 1_000_000_000
_CACHES = ("rediss://", "redis://", "unix://")


@cache
def known_keys() -> dict[str, Mapping[str, Any]]:
    return {item.name: item.metadata for item in fields(Settings) if item.metadata}


@cache
def types_of_keys() -> dict[str, Any]:
    from reviewbot.finding import Gate
    from reviewbot.prompt import Think

    return get_type_hints(Settings, localns={"Gate": Gate, "Think": Think})


def checked_value(key: str, value: Any, source: str, *, from_text: bool = False) -> Any:
    """The value in the key's type. Text from the environment is converted; a value from a file
    or a flag must have the type already."""
    if key not in known_keys():
        raise ConfigError(f"{source}: unknown key `{in_a_line(key)}`; {nearest(key, known_keys())}")
    wanted = types_of_keys()[key]
    _check_cache(key, value, source)
    if _is_plainly(wanted, value):
        return value
    checked = _plain_number(wanted, value, from_text=from_text)
    if checked is None:
        checked = _validated(key, value, source, from_text=from_text)
    if isinstance(checked, int | float) and not isinstance(checked, bool):
        _check_bounds(key, checked, source, value)
    return checked


def _validated(key: str, value: Any, source: str, *, from_text: bool) -> Any:
    from pydantic import TypeAdapter, ValidationError

    wanted = types_of_keys()[key]
    if key == "allow_hosts":
        value = _hosts(value)
    try:
        return TypeAdapter(wanted).validate_python(value, strict=not from_text)
    except ValidationError as error:
        hint = nearest(value, get_args(wanted)) if _is_choice(wanted, value) else ""
        problem = hint or error.errors()[0]["msg"].lower()
        raise ConfigError(f"{source}: `{key}` cannot be {shown(value)}: {problem}") from None


def _check_bounds(key: str, checked: float, source: str, value: Any) -> None:
    least = known_keys()[key]["least"]
    if not (checked > 0 if least is None else checked >= least):
        bound = "more than 0" if least is None else f"at least {least}"
        raise ConfigError(f"{source}: `{key}` cannot be {shown(value)}: it must be {bound}")
    if checked > _MOST:  # a socket takes no longer time-out
        raise ConfigError(f"{source}: `{key}` cannot be {shown(value)}: {_MOST} is the most")


def _is_plainly(wanted: Any, value: Any) -> bool:
    """Whether a word needs no check by pydantic, whose import costs more than all of a commit with
    nothing staged."""
    choices = get_args(wanted)
    takes_any = {str, NoneType} == set(choices)
    takes_any = takes_any or wanted is str
    return isinstance(value, str) and value.isascii() and (takes_any or value in choices)


def _plain_number(wanted: Any, value: Any, *, from_text: bool) -> float | None:
    """The value as the key's number, where it plainly is one; else pydantic says what it is."""
    kinds = {wanted, *get_args(wanted)} & {int, float}
    if not kinds:
        return None
    if from_text and isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value):
        value = float(value) if "." in value else int(value)
    if type(value) not in (int, float) or abs(value) > _MOST:
        return None
    if float in kinds:
        return float(value)
    return value if type(value) is int else None


def _check_cache(key: str, value: Any, source: str) -> None:
    """What is wrong with an address is said by who opens it. Raises ConfigError."""
    if key != "cache" or value in ("on", "off"):
        return
    if not (isinstance(value, str) and value.startswith(_CACHES)):
        # An address that is none may hold a password.
        told = "that" if isinstance(value, str) and "@" in value else shown(value)
        raise ConfigError(f"{source}: `cache` cannot be {told}: on, off or rediss://HOST:PORT")


def shown(value: Any) -> str:
    """A value of the repository's in one short, harmless line."""
    import reprlib

    try:
        return in_a_line(reprlib.repr(value))
    except (ValueError, RecursionError):  # an integer of thousands of digits, a table in a table …
        return "that"


def in_a_line(text: str) -> str:
    """Imported late: it is needed by what is wrong alone."""
    from reviewbot.plain import plain_line

    return plain_line(text)


def _hosts(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(name.strip() for name in value.split(",") if name.strip())
    return tuple(value) if isinstance(value, list) else value


def _is_choice(wanted: Any, value: Any) -> bool:
    choices = get_args(wanted)
    return isinstance(value, str) and bool(choices) and all(isinstance(c, str) for c in choices)
