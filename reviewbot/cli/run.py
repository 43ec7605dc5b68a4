"""Run one review from settings to report: what `review` and `hook` have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from reviewbot.cli.change import Change
from reviewbot.cli.means import Role
from reviewbot.cli.options import Verbosity
from reviewbot.plain import inert, plain_line, plain_path
from reviewbot.report import LinterUse, Report
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.history.entry import Kind


def run(
    change: Change,
    settings: Settings,
    verbosity: Verbosity,
    kind: Kind = "review",
    role: Role = Role(),
) -> Report:
    """Review a captured change with the engine that the settings name; `kind` is what the history
    has it as."""
    from reviewbot.cli.caching import caching
    from reviewbot.cli.means import means
    from reviewbot.cli.muting import Muting
    from reviewbot.cli.noting import note_review
    from reviewbot.cli.pace import remember_pace
    from reviewbot.review.pipeline import review

    muting = Muting.of(change, settings)
    with (
        means(settings, verbosity, role=role) as given,
        caching(settings, given.door, given.limits, verbose=verbosity.verbose) as keeping,
    ):
        way = replace(given.manner, keeping=keeping)
        report = review(change.prepared, given.opener, given.limits, given.observer, way)
    timings = given.timed(report.timings, change.seconds)
    report = muting(replace(report, timings=timings, connections=given.connections))
    remember_pace(report, settings, given.manner.memory)
    _tell(report, verbose=verbosity.verbose)
    note_review(report, kind, change.git, settings, verbose=verbosity.verbose)
    return report


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
            f"prompts asked again of a server that was busy or lost them: {usage.retries}",
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
