"""The names in code, told by their form: no parser, the same for every language. Keywords are
among them; nothing is defined by their name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewbot.changeset import Line

_WORD = re.compile(r"[^\W\d]\w+")


def words(texts: Iterable[str]) -> dict[str, None]:
    """In the order of their first use; those of one letter are left out."""
    return dict.fromkeys(_WORD.findall("\n".join(texts)))


def changed_words(lines: Iterable[Line]) -> tuple[str, ...]:
    return tuple(words(line.text for line in lines if line.changed))
