"""One sweep, from options to a document: what the journal has is kept, the rest is reviewed."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.change.git import Git
from reviewbot.cli.metering import Extent, metering
from reviewbot.cli.options import Verbosity
from reviewbot.cli.sweep_review import Reviewing, reviewing
from reviewbot.errors import EngineError, OutputError
from reviewbot.plain import inert, plain_line
from reviewbot.reporters.told import plural
from reviewbot.settings import Settings
from reviewbot.sweep.crew import Crew, Reviewed, Threads
from reviewbot.sweep.kept import Kept
from reviewbot.sweep.run import Beside, Bounds, run

if TYPE_CHECKING:
    from reviewbot.cli.metering import Meter
    from reviewbot.review.manner import Manner
    from reviewbot.sweep.document import SweepDocument
    from reviewbot.sweep.plan import Plan, Unit
    from reviewbot.sweep.row import Journal

_MOST_JOBS = 32


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep that is ready; `fresh` forgets what the journal has. `ray` is the address of a
    cluster; `top` is where the repository stands, on each of its nodes."""

    git: Git
    plan: Plan
    settings: Settings
    journal: Path
    verbosity: Verbosity
    fresh: bool = False
    top: Path = Path()
    ray: str | None = None


def swept(sweep: Sweep) -> SweepDocument:
    """Raises GitError, EngineError where no engine can be opened, OutputError."""
    from reviewbot.sweep.row import Journal
    from reviewbot.sweep.swept import document

    settings = sweep.settings
    ends_at = None if settings.deadline is None else time.monotonic() + settings.deadline
    verbose = sweep.verbosity.verbose
    with (
        _held(Journal(sweep.journal), fresh=sweep.fresh) as journal,
        reviewing(settings, sweep.git, ends_at, verbose=verbose) as way,
    ):
        kept = Kept(journal, _run_key(settings, way.manner), sweep.plan.units)
        stop = _reviewed(sweep, way, kept)
        return document(sweep.git, sweep.plan, kept.rows(), stop)


def journal_file(git: Git, named: str | None) -> Path:
    """The journal of this repository; all of its working trees share it. Raises OutputError."""
    from reviewbot.history.store import history_folder

    if named is not None:
        return Path(named)
    common = git.common_folder()
    top = common.parent if common.name == ".git" else common
    name = re.sub(r"[^\w.-]+", "-", top.name)
    told = hashlib.sha256(str(common).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    folder = history_folder() / "sweeps"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {folder}: {error.strerror}", "name a file: --journal FILE"
        ) from None
    return folder / f"{name}-{told}.jsonl"


@contextmanager
def _held(journal: Journal, *, fresh: bool) -> Iterator[Journal]:
    journal.hold()
    try:
        journal.begin(fresh=fresh)
        yield journal
    finally:
        journal.let_go()


def _reviewed(sweep: Sweep, way: Reviewing, kept: Kept) -> str:
    """Review what the journal lacks; why that ended before the last of it."""
    if not kept.left():
        _tell(sweep, kept)
        return ""
    if sweep.ray is None:  # of a cluster each node has an engine of its own
        engine = way.engine.open().info
        kept.only_of(engine)
        for note in engine.notes:
            click.echo(inert(f"reviewbot: {plain_line(note)}"), err=True)
    _tell(sweep, kept)
    todo = kept.left()
    extent = Extent(len(sweep.plan.units), len(todo), f"{sweep.plan.noun}s")
    quiet, thoughts = sweep.verbosity.quiet, sweep.verbosity.thoughts
    with (
        _told_where(sweep, kept),
        metering(extent, quiet=quiet, thoughts=thoughts) as meter,
        _crew(sweep, way, meter) as (crew, jobs),
    ):
        bounds = Bounds(jobs, sweep.settings.max_chunks, way.ends_at)
        stop = run(todo, kept.run, crew, kept.add, Beside(bounds, meter))
    if stop and not quiet:
        _tell_where(sweep, kept)
    return stop


@contextmanager
def _crew(sweep: Sweep, way: Reviewing, meter: Meter) -> Iterator[tuple[Crew, int]]:
    """Who reviews, and how many reviews go on at the same time."""
    if sweep.ray is not None:
        from reviewbot.cli.sweep_ray import nodes

        with nodes(sweep.ray, sweep.settings, sweep.top) as crew:
            yield crew, crew.jobs
        return

    def review(unit: Unit, most: int | None) -> Reviewed:
        return way.reviewed(unit, most, meter)

    yield Threads(review), min(way.engine.slots + 1, _MOST_JOBS)


def _tell(sweep: Sweep, kept: Kept) -> None:
    done, found = kept.whole, len(sweep.plan.units)
    if done and not sweep.verbosity.quiet:
        units = plural(found, sweep.plan.noun)
        click.echo(f"reviewbot: {done} of {units} done already", err=True)


@contextmanager
def _told_where(sweep: Sweep, kept: Kept) -> Iterator[None]:
    """Whatever ends a run, say what is left of it."""
    try:
        yield
    except (KeyboardInterrupt, EngineError):
        _tell_where(sweep, kept)
        raise


def _tell_where(sweep: Sweep, kept: Kept) -> None:
    units = plural(len(sweep.plan.units), sweep.plan.noun)
    where = plain_line(str(sweep.journal))
    told = f"{kept.whole} of {units} kept in {where}; the same command goes on from there"
    click.echo(inert(f"reviewbot: {told}"), err=True)


def _run_key(settings: Settings, way: Manner) -> str:
    """A digest of all that the reviews follow from, but the engine as it is opened. How much and
    how fast is asked alters no answer."""
    from reviewbot.linters.witness import versions
    from reviewbot.report import EngineInfo
    from reviewbot.review.digest import run_digest

    named = EngineInfo(settings.engine, settings.model or "", window=settings.window)
    asked = replace(settings, max_chunks=None, deadline=None, slots=None, hook_deadline=0.0)
    beside = {told.template: told.sha256 for told in way.templates.told}
    beside |= versions(way.linters) | {"min_confidence": f"{settings.min_confidence}"}
    return run_digest(named, asked, beside | {"baseline": _mark(settings.baseline)})


def _mark(baseline: str | None) -> str:
    """What changes with a baseline's content; one of the repository's is a part of its commits."""
    from reviewbot.review.opening import mark

    return mark(Path(baseline)) if baseline and Path(baseline).is_absolute() else ""
