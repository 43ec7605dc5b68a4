"""`reviewbot install` and `reviewbot uninstall`: the hooks of this repository."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import click

from reviewbot.change.git import Git, toplevel
from reviewbot.cli.output import say
from reviewbot.errors import ExitCode
from reviewbot.hooks.install import ALL, USUAL, Changed, Stage
from reviewbot.plain import plain_path


@click.command()
@click.option(
    "--stage",
    "stages",
    type=click.Choice(ALL),
    multiple=True,
    help="A hook to install (repeatable); pre-commit and pre-merge-commit unless named.",
)
def install(stages: tuple[str, ...]) -> int:
    """Run reviewbot as a git hook of this repository.

    A hook that is there already is kept and run first. Hooks of a hook manager are left alone.
    """
    from reviewbot.hooks.install import install as installed

    top = toplevel(Path.cwd())
    wanted = cast("tuple[Stage, ...]", stages) or USUAL
    _tell(installed(Git(top).hooks_folder(), top, wanted))
    return ExitCode.OK


@click.command()
def uninstall() -> int:
    """Take reviewbot out of this repository's hooks, and put back what was there."""
    from reviewbot.hooks.install import uninstall as removed

    done = removed(Git(toplevel(Path.cwd())).hooks_folder())
    if not done:
        say("reviewbot: no hook of this repository is reviewbot's\n")
    _tell(done)
    return ExitCode.OK


def _tell(done: Sequence[Changed]) -> None:
    for one in done:
        say(f"reviewbot: {one.stage}: {one.text} ({plain_path(str(one.path))})\n")
