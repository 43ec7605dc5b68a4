"""The review as a sentence: change set, selection, excerpts, chunks, replies, findings, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reviewbot.change.prepare import Prepared
from reviewbot.engines.base import Opener
from reviewbot.finding import Finding, Location, fingerprint
from reviewbot.linters.witness import hear
from reviewbot.prompt import Prompt
from reviewbot.prompting.chunk import Chunk, cut
from reviewbot.prompting.contrast import contrast_prompts, versions_of
from reviewbot.report import Report, Timings, Usage
from reviewbot.review.ask import Asked, Questions, ask_all
from reviewbot.review.checks import checks
from reviewbot.review.coverage import coverage
from reviewbot.review.limits import Limits
from reviewbot.review.linted import linted, uses
from reviewbot.review.manner import Asking, Manner
from reviewbot.review.observer import Observer
from reviewbot.review.outcomes import Outcome
from reviewbot.review.risk import riskiest_first
from reviewbot.review.unshown import rule_notes


def review(
    prepared: Prepared,
    opener: Opener,
    limits: Limits,
    observer: Observer,
    manner: Manner = Manner(),
) -> Report:
    """Review a change. An engine that is down or fails leaves an incomplete report, with the
    lines that were not reviewed named; only a usage error is raised. What needs no model is
    found in any case."""
    heard = hear(prepared, manner.linters, limits.left)
    questions = Questions(prepared, [hit for one in heard for hit in one.hits])
    has_work = bool(prepared.excerpts)
    asked = ask_all(questions, opener, limits, observer, manner) if has_work else Asked()
    files = prepared.change_set.files
    claims = (finding for outcome in asked.outcomes for finding in outcome.findings)
    words = linted(asked.judgements)
    findings = _distinct([*checks(files, prepared.leaks), *words, *claims])
    return Report(
        scope=prepared.change_set.scope,
        engine=asked.engine,
        findings=_worst_first(findings),
        coverage=coverage(files, prepared.selection.skipped, asked),
        usage=_usage(asked),
        timings=Timings(load=asked.load_seconds, ask=asked.ask_seconds),
        problems=_problems(asked),
        dropped=sum(outcome.dropped for outcome in asked.outcomes),
        templates=manner.templates.told,
        asked_with=asked.way,
        refuted=_refuted(asked.outcomes),
        linters=uses(heard, asked.judgements),
        files=files,
        notes=rule_notes(outcome.chunk for outcome in asked.outcomes),
    )


def prompts(prepared: Prepared, way: Asking) -> Iterator[Prompt]:
    """The prompts that `review` would send if it asked in this way, in the order in which
    it would. An engine that counts tokens may fit more code into a prompt than one for which they
    were estimated; and what is asked about an edit follows from its comparison."""
    chunks = [part for part in cut(prepared.excerpts, way.budget) if isinstance(part, Chunk)]
    for at in riskiest_first(chunks):
        versions = versions_of(chunks[at]) if way.effort.contrast else None
        if versions is not None:
            yield from contrast_prompts(versions, way.renderer.layout)
        yield way.renderer.review(chunks[at])


def _distinct(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once. Equal code flagged in two places is two findings: the second gets a
    fingerprint of its own."""
    seen: dict[str, set[Location]] = {}
    for finding in findings:
        places = seen.setdefault(finding.fingerprint, set())
        if finding.location in places:
            continue
        path, count = finding.location.path, len(places)
        places.add(finding.location)
        yield (
            replace(finding, fingerprint=fingerprint(finding.rule, path, finding.quote, count))
            if count
            else finding
        )


def _worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings,
            key=lambda f: (-f.severity.rank, f.location.path, f.location.start_line),
        )
    )


def _usage(asked: Asked) -> Usage:
    said = [outcome.said for outcome in asked.outcomes if outcome.said]
    kept = [completion for one in said for completion in one.completions if completion.kept]
    return replace(
        asked.usage,
        chunks=len(asked.outcomes),
        cached_chunks=sum(one.is_kept for one in said),
        failed_chunks=sum(bool(outcome.fault) for outcome in asked.outcomes),
        saved_prompt_tokens=sum(completion.prompt_tokens for completion in kept),
        saved_completion_tokens=sum(completion.completion_tokens for completion in kept),
    )


def _refuted(outcomes: Sequence[Outcome]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for outcome in outcomes:
        counts.update(outcome.refuted)
    return dict(sorted(counts.items()))


def _problems(asked: Asked) -> tuple[str, ...]:
    faults = dict.fromkeys(outcome.fault for outcome in asked.outcomes if outcome.fault)
    return (asked.fault,) if asked.fault else tuple(faults)
