"""The outline of a file as values. Lines are git's: numbered from 1, ended by a newline alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

# A namespace, or what Ruby and Rust call a module, is a "module"; a constant, a variable or a
# field is a "value"; a struct, enum, interface, trait or alias is a "type".
Kind = Literal["function", "method", "class", "type", "module", "value"]

# First and last line number, both included.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Definition:
    """Decorators, attributes and the comment right above belong to it. `head_last` is the last
    line of its signature, before the body."""

    name: str
    kind: Kind
    first: int
    last: int
    head_last: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The definitions by first line, the outer before the inner. No two overlap: each pair is
    nested or apart."""

    definitions: tuple[Definition, ...] = ()
    imports: tuple[Span, ...] = ()
