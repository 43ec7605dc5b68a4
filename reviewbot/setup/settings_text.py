"""Files of settings with each key explained, from what `settings.py` says of it: what has its
default stands commented out, so that the file changes nothing but what it was made for."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import Field, fields
from types import MappingProxyType, NoneType
from typing import Any, get_args

from reviewbot.config_value import types_of_keys
from reviewbot.settings import Settings

_WIDTH = 96
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def settings_text(head: str, *, trusted: bool, chosen: Mapping[str, Any] = _NOTHING) -> str:
    """A file for the keys that only the user may set (`trusted`), or for those that a repository
    may. `chosen` are set, the others are shown with their defaults."""
    lines = [*_comment(head)]
    for item in fields(Settings):
        if item.metadata and item.metadata["trusted"] == trusted:
            lines += ["", *_comment(_explained(item)), _line(item, chosen)]
    return "\n".join(lines) + "\n"


def not_named(text: str, *, trusted: bool) -> tuple[str, ...]:
    """The keys of such a file that one does not name, not even in a comment."""
    known = [item for item in fields(Settings) if item.metadata]
    return tuple(
        item.name
        for item in known
        if item.metadata["trusted"] == trusted
        and not re.search(rf"^[ \t#]*{item.name}\s*=", text, re.MULTILINE)
    )


def toml_line(key: str, value: object) -> str:
    """
    >>> toml_line("model", 'a"b')
    'model = "a\\\\"b"'
    """
    return f"{key} = {_toml(value)}"


def _explained(item: Field[Any]) -> str:
    """The help, and the choices where it does not name them."""
    choices = _choices(item.name)
    said: str = item.metadata["help"]
    if choices and not all(f"`{choice}`" in said for choice in choices):
        said += f" One of: {', '.join(choices)}."
    return said


def _choices(key: str) -> tuple[str, ...]:
    wanted = types_of_keys()[key]
    options = [option for option in get_args(wanted) if option is not NoneType]
    if len(options) == 1:  # a choice or nothing
        options = list(get_args(options[0]))
    return tuple(option for option in options if isinstance(option, str))


def _line(item: Field[Any], chosen: Mapping[str, Any]) -> str:
    if item.name in chosen:
        return toml_line(item.name, chosen[item.name])
    if item.default is None:
        return f"# {toml_line(item.name, item.metadata['example'])}  # for example; else not set"
    return f"# {toml_line(item.name, item.default)}"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    # JSON's texts, numbers and truth values are TOML's, but for the one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> Iterator[str]:
    for paragraph in text.split("\n"):
        for line in textwrap.wrap(paragraph, _WIDTH, break_long_words=False) or [""]:
            yield f"# {line}".rstrip()
