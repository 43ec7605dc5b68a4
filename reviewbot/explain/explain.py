"""From a change to its explanation."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewbot.change.prepare import Prepared
from reviewbot.engines.base import Engine, Opener
from reviewbot.errors import EngineError
from reviewbot.explain.asker import Asker
from reviewbot.explain.course import OnDraft, Told, by_parts, compared, shown_whole
from reviewbot.explain.explanation import Explanation
from reviewbot.explain.facts import facts_of
from reviewbot.explain.marks import Piece, marks_of, packed, pieces
from reviewbot.explain.message import disproved
from reviewbot.explain.questions import WHOLE_TOKENS, Questions
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.chunk import Chunk, cut
from reviewbot.report import FileCoverage, Timings
from reviewbot.review.effort import effort_for
from reviewbot.review.limits import Limits
from reviewbot.review.manner import Manner, fitting
from reviewbot.review.observer import Observer
from reviewbot.review.tally import Tally


@dataclass(frozen=True, slots=True)
class Commit:
    """What is known of a commit beside its change."""

    message: str
    parents: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be explained; the index and ranges are no `commit`. `language` is the name of the
    one to write in, empty for English."""

    prepared: Prepared
    commit: Commit | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Means:
    """By whom it is explained, how, and how long it may take."""

    opener: Opener
    manner: Manner
    limits: Limits
    observer: Observer


def explain(subject: Subject, means: Means, on_draft: OnDraft) -> Explanation:
    """Explain a change; `on_draft` sees it while it is written. Without an engine the facts are
    told, and the explanation is incomplete; only a usage error is raised."""
    known = _known(subject)
    if not subject.prepared.excerpts:
        return known
    begun = time.monotonic()
    try:
        with means.opener() as opened:
            engine, loaded = Tally(opened), time.monotonic()
            means.observer.loaded(engine.info)
            told = _told(subject, engine, means, on_draft)
            timings = Timings(load=loaded - begun, ask=time.monotonic() - loaded)
            made = _made(subject, known, told)
            return replace(made, engine=engine.info, usage=engine.usage, timings=timings)
    except EngineError as error:
        missing = _coverage(subject.prepared, (), error.message)
        return replace(known, problems=(error.told,), coverage=missing)


def _known(subject: Subject) -> Explanation:
    """What needs no model."""
    prepared, commit = subject.prepared, subject.commit
    files = prepared.change_set.files
    return Explanation(
        prepared.change_set.scope,
        facts=facts_of(prepared, commit.parents if commit else None),
        contradictions=tuple(disproved(commit.message, files)) if commit else (),
        coverage=_coverage(prepared, ()),
    )


def _made(subject: Subject, known: Explanation, told: Told) -> Explanation:
    faults = tuple(told.faults)
    return replace(
        known,
        draft=told.draft,
        contradictions=known.contradictions + told.contradictions,
        coverage=_coverage(subject.prepared, told.explained, "; ".join(faults)),
        problems=faults,
    )


def _told(subject: Subject, engine: Engine, means: Means, on_draft: OnDraft) -> Told:
    questions, budget = _questions(engine, means.manner, subject.language)
    asker = Asker(engine, questions, means.limits, means.observer)
    # An explanation judges nothing, so rules would only take its room.
    parts = cut((replace(one, rules=()) for one in subject.prepared.excerpts), budget)
    shown = list(pieces(part for part in parts if isinstance(part, Chunk)))
    packs = list(packed(shown, budget.free))
    told = Told()
    if len(packs) == 1:
        shown_whole(told, asker, packs[0], on_draft)
    else:
        by_parts(told, asker, packs, budget.free, on_draft)
    # A small model finds a contradiction in everything.
    judges = effort_for(means.manner.effort, engine.info.model).judges
    if subject.commit and told.draft.statements and judges:
        compared(told, asker, subject.commit.message, marks_of(shown))
    return told


def _questions(engine: Engine, manner: Manner, language: str) -> tuple[Questions, Budget]:
    """How the model is asked, and what its window can hold."""
    family = manner.overrides.on(engine.family)
    empty = Questions(family.layout, family.sampling, family.think, language).whole(())
    counted = engine.count_tokens(empty)
    overhead = estimate_tokens(empty.text) if counted is None else counted
    level, budget = fitting(family, engine.info.window or 0, overhead, WHOLE_TOKENS)
    return Questions(family.layout, family.sampling_at(level), level, language), budget


def _coverage(
    prepared: Prepared, explained: Sequence[Piece], fault: str = ""
) -> tuple[FileCoverage, ...]:
    """Every changed line: explained (as `reviewed`), skipped or failed."""
    done: dict[str, int] = {}
    for piece in explained:
        done[piece.chunk.path] = done.get(piece.chunk.path, 0) + piece.chunk.changed
    skipped = {entry.path: entry for entry in prepared.selection.skipped}
    found = []
    for file in prepared.change_set.files:
        entry = skipped.get(file.path)
        if entry is not None:
            found.append(replace(entry, skipped=file.changed))
            continue
        reviewed = min(done.get(file.path, 0), file.changed)
        failed = file.changed - reviewed if prepared.excerpts else 0
        reason = (fault or "not explained").splitlines()[0] if failed else ""
        found.append(FileCoverage(file.path, reviewed, 0, failed, reason))
    return tuple(found)
