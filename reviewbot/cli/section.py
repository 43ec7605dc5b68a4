"""A section of `reviewbot status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Section:
    """`rows` are for people, `facts` for programs (bytes, seconds; None: there is none)."""

    name: str
    rows: tuple[tuple[str, str], ...]
    facts: Any = None
