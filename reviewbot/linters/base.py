"""What every linter is to reviewbot: a program, how it is called, and which of its rules count.

A linter knows hundreds of rules; most are about style, and a reviewer who repeats them is not
read. So each module has a table of the few that mean a defect, and nothing else is heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reviewbot.finding import Category, Severity

# Confidences are set by hand, not measured. SURE: the line fails, or does nothing, whenever it is
# run. LIKELY: it is wrong unless somebody meant exactly this. POSSIBLE: it depends on values that a
# linter cannot see.
SURE = 0.9
LIKELY = 0.7
POSSIBLE = 0.5


@dataclass(frozen=True, slots=True)
class Rule:
    category: Category
    severity: Severity
    confidence: float


@dataclass(frozen=True, slots=True)
class Said:
    """What a linter said about one of its files: `lines` are those that it may mean, the likeliest
    first."""

    file: str
    code: str
    lines: tuple[int, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Linter:
    """`package` is the wheel that brings the program, `suffixes` what a file of each language is
    called for it. `command` stands between the program and the files; `settings`, if there are
    any, is written to the file `SETTINGS` beside them. `read` takes its JSON apart, and may raise
    KeyError, TypeError or ValueError where that is of another form."""

    name: str
    package: str
    suffixes: Mapping[str, str]
    command: tuple[str, ...]
    rules: Mapping[str, Rule]
    read: Callable[[Any], Iterator[Said]]
    settings: str = ""


SETTINGS = "settings.json"


@dataclass(frozen=True, slots=True)
class Hit:
    """What a linter said of an added line. `text` is that line; secrets are masked in both texts,
    and `message` is safe to print."""

    linter: str
    code: str
    rule: Rule
    path: str
    line: int
    text: str
    message: str

    @property
    def id(self) -> str:
        return f"LINT-{self.linter}-{self.code}".upper()


def rules(codes: str, category: Category, severity: Severity, confidence: float) -> dict[str, Rule]:
    """The same grade for several codes, which stand apart by blanks."""
    return dict.fromkeys(codes.split(), Rule(category, severity, confidence))


# A longer range is a whole block, of which no line is meant.
_LONGEST_RANGE = 10


def span(first: int, last: int) -> tuple[int, ...]:
    """The lines of a range; of a block its first."""
    return tuple(range(first, last + 1)) if last - first < _LONGEST_RANGE else (first,)
