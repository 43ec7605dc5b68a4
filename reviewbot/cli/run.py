"""Run one review from settings to report: what `review` and `hook` have in common."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.change.git import Git
from reviewbot.changeset import ChangeSet, Scope
from reviewbot.cli.options import Verbosity
from reviewbot.plain import inert, plain_line, plain_path
from reviewbot.report import LinterUse, Report
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.change.prepare import Prepared
    from reviewbot.engines.learnt import Memory
    from reviewbot.engines.wanted import Wanted
    from reviewbot.review.manner import Manner


@dataclass(frozen=True, slots=True)
class Change:
    """A change that is ready to be reviewed, the seconds that it took to make it so, and its
    repository, if it has one."""

    prepared: Prepared
    seconds: float
    git: Git | None = None


def captured(git: Git, scope: Scope, paths: Sequence[str] = ()) -> Change:
    """The change that a scope names. Raises GitError, PatchError."""
    from reviewbot.change.capture import capture
    from reviewbot.change.prepare import prepare
    from reviewbot.change.selection.advice import read_advice
    from reviewbot.change.snapshot import Snapshot

    begun = time.monotonic()
    change_set = capture(git, scope, paths)
    advice = read_advice(git, scope, change_set.files)
    prepared = prepare(change_set, advice, Snapshot(git, scope))
    return Change(prepared, time.monotonic() - begun, git)


def read(change_set: ChangeSet) -> Change:
    """A change from outside of any repository."""
    from reviewbot.change.prepare import prepare
    from reviewbot.change.selection.advice import NO_ADVICE
    from reviewbot.change.snapshot import Snapshot

    begun = time.monotonic()
    prepared = prepare(change_set, NO_ADVICE, Snapshot(None, change_set.scope))
    return Change(prepared, time.monotonic() - begun)


def run(change: Change, settings: Settings, verbosity: Verbosity) -> Report:
    """Review a captured change with the engine that the settings name."""
    from reviewbot.cli.caching import caching
    from reviewbot.cli.muting import Muting
    from reviewbot.cli.progress import watching
    from reviewbot.engines.base import Patience
    from reviewbot.engines.detect import opener
    from reviewbot.engines.learnt import cache_folder
    from reviewbot.network import Door, HostPolicy
    from reviewbot.review.limits import Limits
    from reviewbot.review.pipeline import review

    begun = time.monotonic()
    muting = Muting.of(change, settings)
    way = manner(settings)
    ends_at = None if settings.deadline is None else begun + settings.deadline
    door = Door(HostPolicy(frozenset(settings.allow_hosts), settings.allow_plaintext))
    with watching(quiet=verbosity.quiet, thoughts=verbosity.thoughts) as observer:
        turns: list[float] = []
        patience = Patience(settings.timeout, ends_at, observer.waits, turns.append)
        open_engine = opener(
            replace(wanted(settings), locks=cache_folder(settings.cache_dir) / "locks"),
            door,
            patience,
        )
        limits = Limits(settings.max_chunks, ends_at, settings.timeout, settings.slots)
        with caching(settings, verbose=verbosity.verbose) as keeping:
            way = replace(way, keeping=keeping)
            report = review(change.prepared, open_engine, limits, observer, way)
    total = change.seconds + time.monotonic() - begun
    timings = replace(report.timings, capture=change.seconds, total=total, wait=sum(turns))
    report = replace(report, timings=timings, connections=door.connections)
    report = muting(report)
    _tell(report, verbose=verbosity.verbose)
    return report


def wanted(settings: Settings) -> Wanted:
    """The user's word on the engine."""
    from reviewbot.engines.wanted import Wanted
    from reviewbot.models.weights import models_folder

    return Wanted(
        engine=settings.engine,
        model=settings.model,
        url=settings.url,
        window=settings.window,
        think=settings.think,
        slots=settings.slots,
        gpu_layers=settings.gpu_layers,
        cache_type=settings.cache_type,
        lora=settings.lora,
        models_folder=models_folder(settings.models_dir),
        key=settings.api_key,
        ollama_host=settings.ollama_host,
        memory=memory(settings),
    )


def manner(settings: Settings) -> Manner:
    """The user's word on how a model is asked. Raises UsageError for a template that cannot
    serve, and for a linter that must be heard and is not there."""
    from reviewbot.languages import name_of
    from reviewbot.linters.witness import check_installed
    from reviewbot.models.overrides import Overrides
    from reviewbot.prompting.user_templates import user_templates
    from reviewbot.review.manner import Manner

    check_installed(settings.linters)
    named = settings.system_prompt
    templates = user_templates(
        settings.prompts_folder, None if named is None else Path(named).expanduser()
    )
    overrides = Overrides(settings.temperature, settings.seed, settings.think)
    language = name_of(settings.language)
    return Manner(
        overrides, templates, memory(settings), settings.effort, language, settings.linters
    )


def memory(settings: Settings) -> Memory:
    """What was learnt of models."""
    from reviewbot.engines.learnt import Learnt, cache_folder

    return Learnt(cache_folder(settings.cache_dir))


def _tell(report: Report, *, verbose: bool) -> None:
    for note in report.engine.notes if report.engine else ():
        click.echo(inert(f"reviewbot: {plain_line(note)}"), err=True)
    if verbose:
        from reviewbot.reporters.muted import muted_lines

        usage, timings = report.usage, report.timings
        for line in (
            f"chunks answered from the cache: {usage.cached_chunks}",
            f"calls {usage.calls}, prompt tokens {usage.prompt_tokens}"
            f" ({usage.cached_tokens} kept by the engine), written {usage.completion_tokens}",
            f"capture {timings.capture:.2f} s, load {timings.load:.2f} s, ask {timings.ask:.2f} s",
            f"claims dropped because their quote stands on no changed line: {report.dropped}",
            f"claims refuted: {_counted(report) or 'none'}",
            f"connections: {', '.join(report.connections) or 'none'}",
            *(f"{t.template} is replaced by {t.file} ({t.sha256})" for t in report.templates),
            *_left_out(report),
            *muted_lines(report),
            *map(_heard, report.linters),
        ):
            click.echo(inert(f"reviewbot: {line}"), err=True)


def _counted(report: Report) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in report.refuted.items())


def _left_out(report: Report) -> Iterator[str]:
    for entry in report.coverage:
        if entry.left_out:
            names = plain_line(", ".join(entry.left_out))
            yield f"no room in the prompts for {plain_path(entry.path)}: {names}"


def _heard(use: LinterUse) -> str:
    """How a linter was used, in a line."""
    who = f"{use.name} {use.version}, {use.files} {'file' if use.files == 1 else 'files'}"
    if use.left_to:
        return f"{who}: left to the project, which runs it itself ({use.left_to})"
    if use.fault and not use.hits:
        return f"{who}: not heard: {plain_line(use.fault)}"
    hits = f"{use.hits} {'hit' if use.hits == 1 else 'hits'} on added lines"
    unjudged = f", {use.unjudged} not judged" if use.unjudged else ""
    return f"{who}: {hits}, {use.dropped} dropped by the model{unjudged}"
