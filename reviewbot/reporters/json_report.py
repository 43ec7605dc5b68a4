"""The JSON report: reviewbot's own format, and the one that other tools read.

`ReportDocument` is its definition; `docs/report.schema.json` is generated from it. A field may be
added within a `schema_version`; one that goes or changes its meaning raises it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal, TextIO

from pydantic import BaseModel, Field

from reviewbot import __version__
from reviewbot.changeset import Scope
from reviewbot.plain import plain_line, plain_path
from reviewbot.prompt import Think
from reviewbot.report import (
    AskedWith,
    Baseline,
    EngineInfo,
    FileCoverage,
    LinterUse,
    ReplacedTemplate,
    Report,
)
from reviewbot.reporters.finding_entry import FindingEntry, finding_entry
from reviewbot.reporters.written import json_in_log

SCHEMA_VERSION = 1


class ToolEntry(BaseModel):
    name: Literal["reviewbot"] = "reviewbot"
    version: str = __version__


class ScopeEntry(BaseModel):
    kind: Literal["staged", "commit", "range", "base", "diff"]
    label: str
    base: str = Field(description="Commit or tree id that was compared with; empty for a patch.")
    head: str = Field(description="Commit id that was reviewed; empty for the index or a patch.")


class EngineEntry(BaseModel):
    name: str
    model: str
    digest: str | None = Field(description="SHA-256 of the weights or the server's manifest.")
    window: int | None = Field(description="Context window in tokens, measured.")
    notes: list[str]


class AskedWithEntry(BaseModel):
    """How the next token was drawn, and how long the model might think."""

    temperature: float = Field(ge=0)
    seed: int
    top_p: float | None = Field(description="None: left to the engine.")
    top_k: int | None = Field(description="None: left to the engine. `openai` is not sent it.")
    min_p: float | None = Field(description="None: left to the engine. `openai` is not sent it.")
    think: Think = Field(description="The level asked for; a model that cannot think does not.")
    effort: str = Field(description="How much was asked about each chunk.")


class TemplateEntry(BaseModel):
    template: str
    file: str = Field(description="Name of the user's file, without its folder.")
    sha256: str = Field(description="First 12 digits of the SHA-256 of the file's bytes.")


class BaselineEntry(BaseModel):
    """What the findings were compared with. Known ones are muted."""

    file: str
    new: int = Field(ge=0, description="Findings that are not muted: the baseline has none.")
    known: int = Field(ge=0, description="Findings that it mutes.")


class CoverageEntry(BaseModel):
    path: str
    old_path: str = Field(default="", description="Its name before the change, where another.")
    reviewed: int = Field(ge=0, description="Changed lines (added + removed) that a model saw.")
    skipped: int = Field(ge=0)
    failed: int = Field(ge=0)
    reason: str = Field(description="Why lines were skipped or failed.")
    left_out: list[str] = Field(
        description="Definitions and imports that the change uses and for which no prompt had room."
    )


class LinterEntry(BaseModel):
    name: str
    version: str
    files: int = Field(description="Changed files in its languages.")
    hits: int = Field(description="What it said of added lines.")
    dropped: int = Field(description="Hits that the model takes for no defect.")
    unjudged: int = Field(description="Hits that are findings although no model judged them.")
    left_out: int = Field(description="Hits that are no findings because there were too many.")
    left_to: str = Field(description="Where the project says that it runs this linter itself.")
    fault: str = Field(description="Why it could not be heard.")


class PrivacyEntry(BaseModel):
    connections: list[str] = Field(description="Every address that was opened.")


class UsageEntry(BaseModel):
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = Field(description="Prompt tokens that the engine had kept.")
    cached_chunks: int = Field(description="Chunks for which nobody had to be asked.")
    failed_calls: int = Field(
        default=0, description="Calls without an answer; a review can do without some."
    )
    retries: int = Field(
        default=0, description="Prompts asked again because their server was busy or lost them."
    )


class TimingsEntry(BaseModel):
    """Wall-clock seconds."""

    capture: float
    load: float
    ask: float
    total: float
    wait: float = Field(
        default=0.0, description="The part of `load` in which another review had the engine."
    )


class ReportDocument(BaseModel):
    schema_version: Literal[1] = 1
    tool: ToolEntry
    scope: ScopeEntry
    engine: EngineEntry | None = Field(
        description="Who answered, now or when the answers were kept. None where nobody did."
    )
    status: Literal["complete", "incomplete"]
    problems: list[str] = Field(description="Why the review is incomplete.")
    findings: list[FindingEntry]
    muted: list[FindingEntry]
    baseline: BaselineEntry | None = Field(default=None, description="Null where none was given.")
    notes: list[str] = Field(
        default_factory=list,
        description="What else is to be known: a comment that mutes nothing, an absent baseline.",
    )
    dropped: int = Field(description="Claims whose quote stands on no changed line.")
    refuted: dict[str, int] = Field(
        default_factory=dict,
        description="Claims that facts disprove or that claim nothing, by reason.",
    )
    coverage: list[CoverageEntry]
    asked_with: AskedWithEntry | None = Field(description="None where no model was asked.")
    templates: list[TemplateEntry] = Field(
        description="Prompt templates that files of the user's replaced: a report made with others"
        " is of another review."
    )
    linters: list[LinterEntry]
    privacy: PrivacyEntry
    usage: UsageEntry
    timings: TimingsEntry


def write(report: Report, stream: TextIO) -> None:
    text = document(report).model_dump_json(indent=2)
    stream.write(json_in_log(text) + "\n")


def document(report: Report) -> ReportDocument:
    engine = report.engine
    return ReportDocument(
        tool=ToolEntry(),
        scope=_scope(report.scope),
        engine=engine and _engine(engine),
        status=report.status,
        problems=[plain_line(problem) for problem in report.problems],
        findings=[finding_entry(finding, report) for finding in report.findings],
        muted=[finding_entry(finding, report) for finding in report.muted],
        baseline=report.baseline and _baseline(report, report.baseline),
        notes=[plain_line(note) for note in report.notes],
        dropped=report.dropped,
        refuted=dict(report.refuted),
        coverage=[_coverage(entry) for entry in report.coverage],
        asked_with=report.asked_with and _asked_with(report.asked_with),
        templates=[_template(template) for template in report.templates],
        linters=[_linter(use) for use in report.linters],
        privacy=PrivacyEntry(connections=[plain_line(address) for address in report.connections]),
        usage=UsageEntry.model_validate(report.usage, from_attributes=True),
        timings=TimingsEntry.model_validate(report.timings, from_attributes=True),
    )


def _scope(scope: Scope) -> ScopeEntry:
    return ScopeEntry(
        kind=scope.kind, label=plain_line(scope.label), base=scope.base, head=scope.head
    )


def _engine(engine: EngineInfo) -> EngineEntry:
    return EngineEntry(
        name=engine.name,
        model=plain_line(engine.model),
        digest=engine.digest,
        window=engine.window,
        notes=[plain_line(note) for note in engine.notes],
    )


def _asked_with(way: AskedWith) -> AskedWithEntry:
    return AskedWithEntry(**asdict(way.sampling), think=way.think, effort=way.effort)


def _template(replaced: ReplacedTemplate) -> TemplateEntry:
    return TemplateEntry(
        template=replaced.template, file=plain_path(replaced.file), sha256=replaced.sha256
    )


def _linter(use: LinterUse) -> LinterEntry:
    return LinterEntry.model_validate(use, from_attributes=True)


def _baseline(report: Report, baseline: Baseline) -> BaselineEntry:
    known = sum(one.muted is not None and one.muted.by == "baseline" for one in report.muted)
    return BaselineEntry(file=plain_line(baseline.file), new=len(report.findings), known=known)


def _coverage(entry: FileCoverage) -> CoverageEntry:
    return CoverageEntry(
        path=plain_path(entry.path),
        old_path=plain_path(entry.old_path),
        reviewed=entry.reviewed,
        skipped=entry.skipped,
        failed=entry.failed,
        reason=plain_line(entry.reason),
        left_out=[plain_line(label) for label in entry.left_out],
    )
