"""One run of a suite, from options to a result that is written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot.change.quick_git import toplevel
from reviewbot.cli.evaluate_suite import file_suite, history_suite
from reviewbot.cli.lasting import forgetful, lasting_opener
from reviewbot.cli.options import Verbosity, settings_of, verbosity_of
from reviewbot.errors import EngineError, GitError
from reviewbot.report import EngineInfo, Report
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.change.prepare import Prepared
    from reviewbot.cli.metering import Meter
    from reviewbot.engines.base import Opener
    from reviewbot.evaluation.files import Places
    from reviewbot.evaluation.results import Rows
    from reviewbot.evaluation.run import Engines, Review
    from reviewbot.evaluation.suite import Suite
    from reviewbot.evaluation.summary import Document, Header
    from reviewbot.review.manner import Manner


@dataclass(frozen=True, slots=True)
class _Job:
    """A run that is ready: which cases, by whom, where to."""

    suite: Suite
    engine: EngineInfo
    places: Places
    settings: Settings
    verbosity: Verbosity
    manner: Manner


def evaluated(options: dict[str, Any]) -> tuple[Document, Path]:
    """Run the suite that the options name; the result, and where it was written."""
    from reviewbot.evaluation.files import places
    from reviewbot.evaluation.replies import Replies
    from reviewbot.evaluation.results import Rows
    from reviewbot.evaluation.run import Engines
    from reviewbot.network import Door

    top = _top(required=options["history"])
    settings = settings_of(options, top)
    way = forgetful(settings)
    suite = None if top and options["history"] else file_suite(options)
    replies = Replies(options["replies"]) if options["replies"] else None
    with Engines(lasting_opener(settings, Door.of(settings)), replies) as engines:
        engine = engines.open().info
        for note in engine.notes:
            click.echo(f"reviewbot: {note}", err=True)
        suite = suite or history_suite(top or Path.cwd(), engine, options)
        place = places(options["output"], suite.name, engine)
        rows = Rows(place.rows)
        rows.begin(fresh=options["fresh"])
        job = _Job(suite, engine, place, settings, verbosity_of(options), way)
        return _reviewed(job, engines, rows), place.result


def _reviewed(job: _Job, engines: Engines, rows: Rows) -> Document:
    """Review what has no row yet, and write the result."""
    from reviewbot.cli.metering import Extent, metering
    from reviewbot.evaluation.files import put
    from reviewbot.evaluation.run import Task, left, run
    from reviewbot.evaluation.summary import document
    from reviewbot.linters.witness import versions
    from reviewbot.review.digest import run_digest

    beside = _templates(job.manner) | versions(job.manner.linters)
    digest = run_digest(job.engine, job.settings, beside)
    cases = job.suite.cases
    to_do = left(cases, digest, rows.read())
    kept = len(cases) - len(to_do)
    if kept and not job.verbosity.quiet:
        click.echo(f"reviewbot: {kept} of {len(cases)} cases are done already", err=True)
    quiet, thoughts = job.verbosity.quiet, job.verbosity.thoughts
    with (
        _kept(job, rows, digest),
        metering(Extent(len(cases), len(to_do), "cases"), quiet=quiet, thoughts=thoughts) as meter,
    ):
        task = Task(_review(job, meter), digest)
        found = run(cases, task, engines, rows, meter)
    result = document(_header(job, digest), found)
    put(job.places.result, result.model_dump_json(indent=1) + "\n")
    return result


@contextmanager
def _kept(job: _Job, rows: Rows, digest: str) -> Iterator[None]:
    """Whatever ends a run, say what is left of it."""
    from reviewbot.evaluation.run import left

    try:
        yield
    except (KeyboardInterrupt, EngineError):
        cases = job.suite.cases
        done = len(cases) - len(left(cases, digest, rows.read()))
        click.echo(
            f"reviewbot: {done} of {len(cases)} cases are kept in {job.places.rows};"
            " the same command goes on from there",
            err=True,
        )
        raise


def _header(job: _Job, digest: str) -> Header:
    from reviewbot.evaluation.summary import Header, machine
    from reviewbot.linters.witness import versions
    from reviewbot.review.digest import code_digest, settings_told

    return Header(
        suite=job.suite.name,
        suite_digest=job.suite.digest,
        cases=len(job.suite.cases),
        engine=job.engine.name,
        model=job.engine.model,
        model_digest=job.engine.digest,
        window=job.engine.window,
        settings=settings_told(job.settings),
        templates=_templates(job.manner),
        linters=versions(job.manner.linters),
        code=code_digest(),
        run=digest,
        machine=machine(),
    )


def _templates(way: Manner) -> dict[str, str]:
    return {told.template: told.sha256 for told in way.templates.told}


def _review(job: _Job, meter: Meter) -> Review:
    """One case as `reviewbot review` does it; a deadline is that of one review."""
    settings = job.settings
    from reviewbot.review.limits import Limits
    from reviewbot.review.pipeline import review

    def review_one(prepared: Prepared, opener: Opener) -> Report:
        ends_at = None if settings.deadline is None else time.monotonic() + settings.deadline
        limits = Limits(settings.max_chunks, ends_at, settings.timeout, settings.slots)
        return review(prepared, opener, limits, meter, job.manner)

    return review_one


def _top(*, required: bool) -> Path | None:
    try:
        return toplevel(Path.cwd())
    except GitError:
        if required:
            raise
        return None
