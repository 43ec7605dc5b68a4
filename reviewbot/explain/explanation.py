"""An explanation as a value. Each statement stands on lines of the change."""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewbot.changeset import Scope
from reviewbot.errors import ExitCode
from reviewbot.finding import Location
from reviewbot.report import EngineInfo, FileCoverage, Status, Timings, Usage


@dataclass(frozen=True, slots=True)
class Statement:
    """`places` are lines of the change that show it; never none. Its text is safe to print."""

    text: str
    places: tuple[Location, ...]


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that the change is about, wherever it stands."""

    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model says of a change: the purpose of all of it in a paragraph, and statements.
    `dropped` counts statements and citations that stand on no line of the change."""

    intent: str = ""
    concerns: tuple[Concern, ...] = ()
    before: tuple[Statement, ...] = ()
    after: tuple[Statement, ...] = ()
    risks: tuple[Statement, ...] = ()
    tests: tuple[Statement, ...] = ()
    questions: tuple[Statement, ...] = ()
    dropped: int = 0

    @property
    def statements(self) -> tuple[Statement, ...]:
        """All of them, in the order in which they are told."""
        walk = tuple(one for concern in self.concerns for one in concern.statements)
        return walk + self.before + self.after + self.risks + self.tests + self.questions


@dataclass(frozen=True, slots=True)
class Explanation:
    """`facts` are what is known without a model; `contradictions` are where the message of the
    commit says something else than the commit does. `problems` say why it is incomplete."""

    scope: Scope
    engine: EngineInfo | None = None
    draft: Draft = field(default_factory=Draft)
    facts: tuple[str, ...] = ()
    contradictions: tuple[Statement, ...] = ()
    coverage: tuple[FileCoverage, ...] = ()
    problems: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    connections: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        failed = any(entry.failed for entry in self.coverage)
        return "incomplete" if failed or self.problems else "complete"

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode.OK if self.status == "complete" else ExitCode.INCOMPLETE
