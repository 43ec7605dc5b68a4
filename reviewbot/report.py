"""The result of a review as a value: findings, what was and was not reviewed, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from reviewbot.changeset import FileChange, Scope
from reviewbot.errors import ExitCode
from reviewbot.finding import Category, Finding, Gate, Mute, Severity
from reviewbot.prompt import Sampling, Think

Status = Literal["complete", "incomplete"]


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """Who reviewed. `digest` is the SHA-256 of the weights or of the server's manifest, where
    it is known; `window` is the context window in tokens, as measured on the running engine. All of
    it may be remembered from when the engine gave the answers that are reported."""

    name: str
    model: str
    digest: str | None = None
    window: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskedWith:
    """How the model was asked, each time the same; beside the prompts, what a second review needs
    to be asked so, too."""

    sampling: Sampling
    think: Think
    effort: str = "plain"


@dataclass(frozen=True, slots=True)
class ReplacedTemplate:
    """A prompt template in whose place a file of the user's stood; `sha256` begins the digest of
    its bytes."""

    template: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """What became of one file's changed lines (added plus removed, as `git diff --numstat`
    counts them). `reason` says why lines were skipped or failed; `left_out` names what would have
    helped to understand the change and found no room in a prompt. `old_path` is its name before
    the change, where that was another."""

    path: str
    reviewed: int = 0
    skipped: int = 0
    failed: int = 0
    reason: str = ""
    left_out: tuple[str, ...] = ()
    old_path: str = ""

    @property
    def changed(self) -> int:
        return self.reviewed + self.skipped + self.failed


@dataclass(frozen=True, slots=True)
class LinterUse:
    """What became of one linter, for the `files` of its language: `hits` on added lines, of which
    the model `dropped` some and did not judge others (these stay findings), and `left_out` were
    too many. `left_to` names the file by which the project runs it itself; `fault` says why it
    could not be heard."""

    name: str
    version: str
    files: int
    hits: int = 0
    dropped: int = 0
    unjudged: int = 0
    left_out: int = 0
    left_to: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls that the engine answered and the tokens they cost; `cached_tokens` is the part of the
    prompt tokens that the engine kept from an earlier call. For `cached_chunks` nobody was asked.
    `failed_calls` have no answer, though the review may have done without; `failed_chunks` were
    asked about or were to be, and have no whole reply. What was kept from an earlier run cost
    `saved_…` tokens then, and nothing now. `retries` counts prompts that were asked again because
    their server was busy or lost them."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    cached_chunks: int = 0
    failed_calls: int = 0
    failed_chunks: int = 0
    chunks: int = 0
    saved_prompt_tokens: int = 0
    saved_completion_tokens: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock seconds. `wait` is the part of `load` in which another review had the engine."""

    capture: float = 0.0
    load: float = 0.0
    ask: float = 0.0
    total: float = 0.0
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Baseline:
    """Findings that are known, by fingerprint; `file` says where from. A report holds those of
    them that it found again."""

    file: str
    fingerprints: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """`files` are the change as it was reviewed, secrets masked, for reports that show code.
    `muted` findings each say by what. `dropped` claims quote no changed line; `refuted` counts
    those that facts disprove, by reason (`review/refute/reason.py`). `notes` are what the user
    should know and what leaves nothing unreviewed. `baseline` is None where none was given."""

    scope: Scope
    engine: EngineInfo | None
    findings: tuple[Finding, ...]
    coverage: tuple[FileCoverage, ...]
    usage: Usage = Usage()
    timings: Timings = Timings()
    connections: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())
    muted: tuple[Finding, ...] = ()
    dropped: int = 0
    templates: tuple[ReplacedTemplate, ...] = ()
    asked_with: AskedWith | None = None
    refuted: Mapping[str, int] = field(default_factory=dict)
    linters: tuple[LinterUse, ...] = ()
    files: tuple[FileChange, ...] = ()
    notes: tuple[str, ...] = ()
    baseline: Baseline | None = None

    @property
    def status(self) -> Status:
        """A review with a failure, or cut by a cap or a deadline, is never complete."""
        failed = any(entry.failed for entry in self.coverage)
        return "incomplete" if failed or self.problems else "complete"

    @property
    def own_mutes(self) -> tuple[Finding, ...]:
        """Security findings that the very change mutes, by a comment that it brings."""
        return tuple(
            finding
            for finding in self.muted
            if finding.category is Category.SECURITY and finding.muted and finding.muted.is_new
        )

    @property
    def is_well(self) -> bool:
        """Whether there is nothing that somebody who wants to hear of trouble only must hear."""
        trouble = self.findings or self.own_mutes or self.notes
        return self.status == "complete" and not trouble

    def is_known(self, finding: Finding) -> bool | None:
        """Whether the baseline knows the finding; None where there is no baseline."""
        if self.baseline is None:
            return None
        return finding.fingerprint in self.baseline.fingerprints

    def muting(self, least: float) -> Report:
        """The report with the findings of a lower confidence muted."""
        mute = Mute("confidence", f"below {least:g}")
        quiet = tuple(replace(f, muted=mute) for f in self.findings if f.confidence < least)
        if not quiet:
            return self
        told = tuple(finding for finding in self.findings if finding.confidence >= least)
        return replace(self, findings=told, muted=(*self.muted, *quiet))

    def exit_code(self, fail_on: Gate) -> ExitCode:
        if fail_on != "never":
            floor = Severity(fail_on).rank
            if any(finding.severity.rank >= floor for finding in self.findings):
                return ExitCode.FINDINGS
        return ExitCode.OK if self.status == "complete" else ExitCode.INCOMPLETE


def total(coverage: Iterable[FileCoverage]) -> FileCoverage:
    """The counts of all files together; `reason` stays empty."""
    counts: Counter[str] = Counter()
    for entry in coverage:
        counts.update(reviewed=entry.reviewed, skipped=entry.skipped, failed=entry.failed)
    return FileCoverage("", counts["reviewed"], counts["skipped"], counts["failed"])
