"""What a parser can prove of a file: that it parses, what its top level binds, where names are
used. An outline says what to show; this says what a claim about the file may be held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reviewbot.change.syntax.definition import Span


@dataclass(frozen=True, slots=True)
class Function:
    """The lines of its body, what it takes, and all names that it binds in any way."""

    first: int
    last: int
    parameters: frozenset[str] = frozenset()
    local: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """`whole` means that it parses without an error. `texts` are literals of several lines, whose
    inside no parser of the file judges. `bound` has the line on which the top level binds a name
    in any case; `uses` the lines that read one. Where it is not whole, nothing else is known."""

    whole: bool
    texts: tuple[Span, ...] = ()
    bound: Mapping[str, int] = field(default_factory=dict)
    functions: tuple[Function, ...] = ()
    uses: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def as_rows(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {
            "whole": self.whole,
            "texts": self.texts,
            "bound": dict(self.bound),
            "functions": [
                (one.first, one.last, sorted(one.parameters), sorted(one.local))
                for one in self.functions
            ],
            "uses": dict(self.uses),
        }


def of_rows(rows: Mapping[str, Any]) -> Facts:
    functions = (
        Function(first, last, frozenset(parameters), frozenset(local))
        for first, last, parameters, local in rows["functions"]
    )
    return Facts(
        rows["whole"],
        tuple((first, last) for first, last in rows["texts"]),
        rows["bound"],
        tuple(functions),
        {name: tuple(lines) for name, lines in rows["uses"].items()},
    )
