"""`reviewbot eval`: how well does a model review?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot.change.git import toplevel
from reviewbot.cli.options import Verbosity, settings_of, settings_options, verbosity_of
from reviewbot.cli.output import say
from reviewbot.cli.run import manner, wanted
from reviewbot.errors import EngineError, ExitCode, GitError, UsageError
from reviewbot.report import EngineInfo, Report
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.change.prepare import Prepared
    from reviewbot.cli.evaluate_progress import Meter
    from reviewbot.engines.base import Opener
    from reviewbot.evaluation.choose import Choice
    from reviewbot.evaluation.files import Places
    from reviewbot.evaluation.results import Rows
    from reviewbot.evaluation.run import Engines, Review
    from reviewbot.evaluation.suite import Suite
    from reviewbot.evaluation.summary import Document, Header
    from reviewbot.review.manner import Manner

_FILE = click.Path(path_type=Path)
# What is done instead of a run, and what names a suite.
_WAYS = ("suite", "history", "compare", "score")


@click.command("eval")
@click.option(
    "--suite",
    type=_FILE,
    metavar="FILE",
    help="A suite of your own (.jsonl, .jsonl.gz), or `hostile`: changes that bid for silence.",
)
@click.option("--history", is_flag=True, help="Make a private suite of this repository's fixes.")
@click.option("--since", metavar="DATE", help="With --history: commits from YYYY-MM-DD on.")
@click.option("--quick", is_flag=True, help="The suite's quick cases only.")
@click.option("--track", "tracks", metavar="NAME", multiple=True, help="This track (repeatable).")
@click.option("--ids", type=_FILE, metavar="FILE", help="The cases of this list, one id a line.")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="At most N cases, a fair share of each track, always the same.",
)
@click.option(
    "-o",
    "--output",
    type=_FILE,
    metavar="PATH",
    help="Result as a .json file, or the folder for it; a run goes on from what is there.",
)
@click.option("--fresh", is_flag=True, help="Forget what is there.")
@click.option(
    "--replies",
    type=_FILE,
    metavar="FOLDER",
    help="Keep the model's replies (quotes of code among them), and ask nothing twice.",
)
@click.option("--plot", type=_FILE, metavar="FILE", help="Draw recall, noise, reliability (SVG).")
@click.option(
    "--compare",
    type=_FILE,
    nargs=2,
    metavar="A.json B.json",
    help="Test the difference of two results; runs nothing.",
)
@click.option(
    "--score", type=_FILE, metavar="FILE", help="Score a result anew and print it; runs nothing."
)
@settings_options
def evaluate(**options: Any) -> int:
    """Say how well a model reviews: recall, noise, speed, with 95 % intervals.

    The suite is the bundled one unless an option names another. Each case is reviewed as by
    `reviewbot review`. A run that was stopped goes on where it was when the same command is given
    again. The result holds no code.
    """
    _check(options)
    if options["compare"]:
        return _compare(*options["compare"])
    if options["plot"]:
        from reviewbot.evaluation.plot import check_plotter

        check_plotter()
    if options["score"]:
        from reviewbot.evaluation.summary import read

        return _tell(read(options["score"]), options["plot"])
    return _run(options)


def _check(options: Mapping[str, Any]) -> None:
    named = [f"--{name}" for name in _WAYS if options[name]]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} cannot stand together", "give one of them")
    if options["since"] and not options["history"]:
        raise UsageError("--since says which commits --history takes", "give both")
    if options["since"]:
        try:
            date.fromisoformat(options["since"])
        except ValueError:
            raise UsageError(
                f"--since {options['since']}: no such day", "write it as YYYY-MM-DD"
            ) from None


def _compare(first: Path, second: Path) -> int:
    from reviewbot.evaluation.compare import compared
    from reviewbot.evaluation.summary import read, reported_rows
    from reviewbot.evaluation.tables import compared_text

    results = [read(path) for path in (first, second)]
    found = compared(*(reported_rows(one.header, one.rows) for one in results))
    say(compared_text((str(first), str(second)), found))
    return ExitCode.OK


def _tell(document: Document, plot: Path | None) -> int:
    from reviewbot.evaluation.tables import told

    if plot:
        from reviewbot.evaluation.files import put
        from reviewbot.evaluation.plot import svg

        put(plot, svg(document))
    say(told(document))
    return ExitCode.OK if document.status == "complete" else ExitCode.INCOMPLETE


@dataclass(frozen=True, slots=True)
class _Job:
    """A run that is ready: which cases, by whom, where to."""

    suite: Suite
    engine: EngineInfo
    places: Places
    settings: Settings
    verbosity: Verbosity
    manner: Manner


def _run(options: dict[str, Any]) -> int:
    from reviewbot.evaluation.files import places
    from reviewbot.evaluation.replies import Replies
    from reviewbot.evaluation.results import Rows
    from reviewbot.evaluation.run import Engines

    top = _top(required=options["history"])
    settings = settings_of(options, top)
    way = _forgetful(settings)
    suite = None if top and options["history"] else _file_suite(options)
    replies = Replies(options["replies"]) if options["replies"] else None
    with Engines(_opener(settings), replies) as engines:
        engine = engines.open().info
        for note in engine.notes:
            click.echo(f"reviewbot: {note}", err=True)
        suite = suite or _history(top or Path.cwd(), engine, options)
        place = places(options["output"], suite.name, engine)
        rows = Rows(place.rows)
        rows.begin(fresh=options["fresh"])
        job = _Job(suite, engine, place, settings, verbosity_of(options), way)
        document = _reviewed(job, engines, rows)
    code = _tell(document, options["plot"])
    click.echo(f"reviewbot: the result is in {place.result}", err=True)
    return code


def _reviewed(job: _Job, engines: Engines, rows: Rows) -> Document:
    """Review what has no row yet, and write the result."""
    from reviewbot.cli.evaluate_progress import metering
    from reviewbot.evaluation.digest import run_digest
    from reviewbot.evaluation.files import put
    from reviewbot.evaluation.run import Task, left, run
    from reviewbot.evaluation.summary import document
    from reviewbot.linters.witness import versions

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
        metering(len(cases), len(to_do), quiet=quiet, thoughts=thoughts) as meter,
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
    from reviewbot.evaluation.digest import code_digest, settings_told
    from reviewbot.evaluation.summary import Header, machine
    from reviewbot.linters.witness import versions

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


def _forgetful(settings: Settings) -> Manner:
    """The user's way to ask. What one case teaches about a tokenizer would change the prompts of
    the next, and a run that went on later would not be the run that was begun."""
    from reviewbot.engines.learnt import FORGETFUL

    return replace(manner(settings), memory=FORGETFUL)


def _opener(settings: Settings) -> Opener:
    """Without turns: a commit's review does not wait for hours until the suite is done."""
    from reviewbot.engines.base import Patience
    from reviewbot.engines.detect import opener
    from reviewbot.engines.learnt import FORGETFUL
    from reviewbot.network import Door, HostPolicy

    door = Door(HostPolicy(frozenset(settings.allow_hosts), settings.allow_plaintext))
    return opener(replace(wanted(settings), memory=FORGETFUL), door, Patience(settings.timeout))


def _top(*, required: bool) -> Path | None:
    try:
        return toplevel(Path.cwd())
    except GitError:
        if required:
            raise
        return None


def _file_suite(options: Mapping[str, Any]) -> Suite:
    from reviewbot.evaluation.choose import chosen
    from reviewbot.evaluation.suite import bundled, named

    return chosen(named(options["suite"]) if options["suite"] else bundled(), _choice(options))


def _history(top: Path, engine: EngineInfo, options: Mapping[str, Any]) -> Suite:
    """The commits since the model's release: it cannot have read them."""
    from reviewbot.evaluation.choose import chosen
    from reviewbot.evaluation.history import PAIRS, from_history

    limit = options["limit"]
    pairs = PAIRS if limit is None else max(1, limit // 3)
    since = options["since"] or _after_release(engine)
    return chosen(from_history(top, since, pairs), _choice(options))


def _after_release(engine: EngineInfo) -> str:
    from reviewbot.models.lookup import find

    dates = [card.released for card in find(engine.model) if card.released]
    if not dates:
        raise UsageError(
            f"it is not known when {engine.model} was released, and it may have read older commits",
            "say from which day on: --history --since YYYY-MM-DD",
        )
    return (max(dates) + timedelta(days=1)).isoformat()


def _choice(options: Mapping[str, Any]) -> Choice:
    from reviewbot.evaluation.choose import Choice

    return Choice(options["quick"], tuple(options["tracks"]), options["ids"], options["limit"])
