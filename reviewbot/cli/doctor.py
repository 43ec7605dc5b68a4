"""`reviewbot doctor`: would a review work here, and could anything leave?"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from reviewbot.cells import cells, left
from reviewbot.change.quick_git import toplevel
from reviewbot.cli.means import wanted
from reviewbot.cli.options import settings_of, settings_options
from reviewbot.cli.output import say
from reviewbot.doctor.check import Check, worst
from reviewbot.errors import ExitCode, GitError
from reviewbot.network import Door
from reviewbot.plain import inert, plain_line
from reviewbot.settings import Settings

_INDENT = " " * 9


@click.command()
@click.option("--privacy", is_flag=True, help="What could leave this machine, and why it cannot.")
@click.option(
    "--measure", is_flag=True, help="Load the model, ask it once, and say how fast it is."
)
@settings_options
def doctor(privacy: bool, measure: bool, **options: Any) -> int:
    """Say whether a review would work here: engine, model, memory, speed, git, hooks, privacy.

    It takes the options of a review, and opens only what a review would open. Where the model
    does not fit, is slow, or a better one would fit, it says what to do. It exits with 2 where
    one of its lines is an error.
    """
    cwd = Path.cwd()
    settings = settings_of(options, _top(cwd))
    found = _privacy(settings, cwd) if privacy else _all(settings, cwd, measure=measure)
    checks = tuple(found)
    say("".join(_lines(checks, quiet=options["quiet"])))
    return ExitCode.USAGE if worst(checks) == "error" else ExitCode.OK


def _top(cwd: Path) -> Path | None:
    try:
        return toplevel(cwd)
    except GitError:
        return None


def _privacy(settings: Settings, cwd: Path) -> Iterator[Check]:
    from reviewbot.doctor.privacy import privacy_checks
    from reviewbot.doctor.repository import manager_checks

    door = Door.of(settings)
    yield from privacy_checks(settings, wanted(settings), door, os.environ)
    yield from manager_checks(cwd)
    yield Check("ok", "opened", ", ".join(door.connections) or "nothing, for this answer")


def _all(settings: Settings, cwd: Path, *, measure: bool) -> Iterator[Check]:
    from reviewbot.doctor.engine import engine_checks
    from reviewbot.doctor.linters import linter_checks
    from reviewbot.doctor.repository import repository_checks

    engine = engine_checks(wanted(settings), Door.of(settings))
    yield from engine
    if measure and worst(engine) != "error":
        from reviewbot.doctor.measure import measure_checks

        yield from measure_checks(wanted(settings), Door.of(settings))
    yield from linter_checks(settings.linters)
    yield from repository_checks(cwd)
    yield _summary(tuple(_privacy(settings, cwd)))


def _summary(checks: tuple[Check, ...]) -> Check:
    state = worst(checks)
    said = "; ".join(check.text for check in checks if check.state == state != "ok")
    return Check(state, "privacy", said or "it holds", "reviewbot doctor --privacy" if said else "")


def _lines(checks: Iterable[Check], *, quiet: bool) -> Iterator[str]:
    shown = [check for check in checks if not (quiet and check.state == "ok")]
    width = max((cells(check.name) for check in shown), default=0)
    for check in shown:
        # A path may begin the text, and is no command there: the line begins with the state.
        name = left(check.name, width)
        yield inert(f"{check.state:<8} {name}  {plain_line(check.text)}") + "\n"
        if check.remedy:
            yield inert(f"{_INDENT}{'':<{width}}  -> {plain_line(check.remedy)}") + "\n"
