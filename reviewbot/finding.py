"""What a review finds: a `Finding` on a line of the change, and the words it is graded by."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Severity(StrEnum):
    """How bad it is if it is true. The levels are SARIF's (§3.27.10)."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """0 for the mildest. `StrEnum` would compare the words by alphabet."""
        return list(Severity).index(self)


# A team's own rules are named so in findings, with the name of the rule's file behind it.
TEAM_RULE = "RULE-"
# The lowest severity that makes the exit code 1.
Gate = Literal["never", "note", "warning", "error"]


class Category(StrEnum):
    """The closed set of things a finding can be about; a model's rule id is `RB-<CATEGORY>`."""

    CORRECTNESS = "correctness"
    SECURITY = "security"
    CONCURRENCY = "concurrency"
    RESOURCE = "resource"
    ERROR_HANDLING = "error-handling"
    PERFORMANCE = "performance"
    API_CONTRACT = "api-contract"
    TEST = "test"
    MAINTAINABILITY = "maintainability"

    @property
    def rule(self) -> str:
        return f"RB-{self.value.upper()}"


class Source(StrEnum):
    """Who says so: the model, a check that needs none, or a linter."""

    MODEL = "model"
    CHECK = "check"
    LINTER = "linter"


class Side(StrEnum):
    """Which side of the change the quoted code stands on: added lines or removed ones."""

    NEW = "new"
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a model claims: no file and no line, only a quote that has yet to be found. `rule` is
    the team's rule that it names, empty for none."""

    quote: str
    message: str
    category: Category
    severity: Severity
    suggestion: str | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """Lines of the new file, from 1, both ends included.

    For `Side.OLD` the quoted code is gone; the lines are then the nearest new ones, and `removed`
    are those of the old file that are quoted.
    """

    path: str
    side: Side
    start_line: int
    end_line: int
    removed: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Why a finding is told no louder: its confidence, a comment beside the code, or a baseline
    that knows it. `reason` is the author's own; `is_new` marks a comment that came with the very
    change that it mutes."""

    by: Literal["confidence", "inline", "baseline"]
    reason: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim that stands on changed lines. Its texts are safe to print (`plain`). `also` are
    further new lines of the file that it stands for, where it is told once for all of them."""

    rule: str
    category: Category
    severity: Severity
    confidence: float
    location: Location
    quote: str
    title: str
    message: str
    fingerprint: str
    suggestion: str | None = None
    source: Source = Source.MODEL
    muted: Mute | None = None
    also: tuple[int, ...] = ()

    @property
    def is_of_team(self) -> bool:
        """Whether it breaks a rule of the team's own."""
        return self.rule.startswith(TEAM_RULE)


def fingerprint(rule: str, path: str, quote: str, occurrence: int = 0) -> str:
    """An identity that survives moved lines and other wording.

    It holds no line number and none of the model's prose, so the same code flagged again
    after an edit above it, or described in other words, is the same finding. `occurrence`
    tells equal quotes in one file apart.
    """
    parts = ("v1", rule, path, " ".join(quote.split()), str(occurrence))
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
