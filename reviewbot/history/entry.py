"""One review as the history has it: numbers, and the words that they are counted by. No code, no
path, no address, no finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from reviewbot.finding import Finding
from reviewbot.plain import plain_line
from reviewbot.report import EngineInfo, Report, Status, Timings, Usage

Kind = Literal["review", "hook", "ci", "explain", "background"]
# A name is the user's or a server's own.
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums of any number of reviews. Tokens are the engine's own count: `prompt_tokens` read, of
    these `cached_tokens` kept by the engine from an earlier call, `completion_tokens` written,
    thoughts among them. What was kept from an earlier run took `saved_…` tokens then and none now.
    Seconds are by the clock; `wait_seconds` is the part of `load_seconds` in which another review
    had the engine."""

    calls: int = 0
    failed_calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    chunks: int = 0
    cached_chunks: int = 0
    saved_prompt_tokens: int = 0
    saved_completion_tokens: int = 0
    total_seconds: float = 0.0
    load_seconds: float = 0.0
    wait_seconds: float = 0.0
    ask_seconds: float = 0.0
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    muted_confidence: int = 0
    muted_inline: int = 0
    muted_baseline: int = 0
    dropped: int = 0
    refuted: int = 0

    @property
    def findings(self) -> int:
        return self.errors + self.warnings + self.notes

    @property
    def muted(self) -> int:
        return self.muted_confidence + self.muted_inline + self.muted_baseline

    @property
    def busy_seconds(self) -> float:
        """Seconds in which the engine worked for these reviews: loaded or asked, not waited for."""
        return max(0.0, self.load_seconds - self.wait_seconds) + self.ask_seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is when the review ended, in seconds since 1970. `repository` is a hash, empty for a
    patch from outside of any; `engine` and `model` are empty where nobody was asked."""

    at: float
    kind: Kind
    status: Status
    repository: str = ""
    engine: str = ""
    model: str = ""
    counts: Counts = Counts()


def total(counts: Iterable[Counts]) -> Counts:
    every = list(counts)
    return Counts(*(sum(getattr(one, item.name) for one in every) for item in fields(Counts)))


def entry_of(report: Report, kind: Kind, at: float) -> Entry:
    muted = Counter(finding.muted.by for finding in report.muted if finding.muted)
    counts = {
        **_asked(report.usage, report.timings),
        **_severities(report.findings),
        **{f"muted_{by}": count for by, count in muted.items()},
        "dropped": report.dropped,
        "refuted": sum(report.refuted.values()),
    }
    return Entry(at, kind, report.status, "", *_who(report.engine), Counts(**counts))


def entry_of_asking(
    asked: tuple[EngineInfo | None, Usage, Timings], kind: Kind, status: Status, at: float
) -> Entry:
    """What asks a model and finds nothing, as an explanation does."""
    engine, usage, timings = asked
    return Entry(at, kind, status, "", *_who(engine), Counts(**_asked(usage, timings)))


def _who(engine: EngineInfo | None) -> tuple[str, str]:
    """Of weights that are named by a path their name alone."""
    if engine is None:
        return "", ""
    model = engine.model.rpartition("/")[2] if engine.model.startswith("/") else engine.model
    return engine.name, plain_line(model)[:_LONGEST_NAME]


def _asked(usage: Usage, timings: Timings) -> dict[str, Any]:
    counted = {item.name for item in fields(Counts)} & {item.name for item in fields(Usage)}
    found = {name: getattr(usage, name) for name in counted}
    for item in fields(Timings):
        if item.name != "capture":
            found[f"{item.name}_seconds"] = round(getattr(timings, item.name), 3)
    return found


def _severities(findings: Sequence[Finding]) -> dict[str, int]:
    counts = Counter(finding.severity.value for finding in findings)
    return {f"{severity}s": count for severity, count in counts.items()}
