"""`reviewbot install` and `reviewbot uninstall`: the hooks of this repository, or of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from reviewbot.change.git import Git
from reviewbot.change.quick_git import toplevel
from reviewbot.cli.output import say
from reviewbot.errors import ExitCode, UsageError
from reviewbot.hooks.install import ALL, USUAL, Changed, Stage
from reviewbot.plain import plain_path

if TYPE_CHECKING:
    from reviewbot.hooks.configured import Scope


@click.command()
@click.option(
    "--stage",
    "stages",
    type=click.Choice(ALL),
    multiple=True,
    help="A hook to install (repeatable); pre-commit and pre-merge-commit unless named.",
)
@click.option(
    "--config",
    "by_configuration",
    is_flag=True,
    help="Name it in git's configuration instead of a file (git 2.54 and newer).",
)
@click.option(
    "--global",
    "everywhere",
    is_flag=True,
    help="In your own git configuration, for all repositories (git 2.54 and newer).",
)
def install(stages: tuple[str, ...], by_configuration: bool, everywhere: bool) -> int:
    """Run reviewbot as a git hook of this repository.

    A hook that is there already is kept and run first. Hooks of a hook manager are left alone;
    --config stands beside them.
    """
    wanted = cast("tuple[Stage, ...]", stages) or USUAL
    if everywhere:
        _tell(_configured(Git(Path.cwd()), wanted, "global"))
    elif by_configuration:
        top = toplevel(Path.cwd())
        _check_files(Git(top).hooks_folder())
        _tell(_configured(Git(top), wanted, "local"))
    else:
        _tell(_files(toplevel(Path.cwd()), wanted))
    return ExitCode.OK


@click.command()
@click.option(
    "--global",
    "everywhere",
    is_flag=True,
    help="Out of your own git configuration, where install --global put it.",
)
def uninstall(everywhere: bool) -> int:
    """Take reviewbot out of this repository's hooks, and put back what was there."""
    from reviewbot.hooks.configured import uninstall as deconfigured
    from reviewbot.hooks.install import uninstall as removed

    if everywhere:
        done = deconfigured(Git(Path.cwd()), "global")
    else:
        git = Git(toplevel(Path.cwd()))
        done = (*removed(git.hooks_folder()), *deconfigured(git, "local"))
    if not done:
        whose = "your git configuration" if everywhere else "this repository"
        say(f"reviewbot: no hook of {whose} is reviewbot's\n")
    _tell(done)
    return ExitCode.OK


def _configured(git: Git, stages: Sequence[Stage], scope: Scope) -> Sequence[Changed]:
    from reviewbot.hooks.configured import install as configured

    return configured(git, stages, scope)


def _files(top: Path, stages: Sequence[Stage]) -> Sequence[Changed]:
    """Raises UsageError where git's configuration runs reviewbot already: it would run twice."""
    from reviewbot.hooks.configured import configured, runs_configured
    from reviewbot.hooks.install import install as installed

    git = Git(top)
    ours = [hook for hook in configured(git) if hook.is_ours and set(hook.events) & set(stages)]
    if ours and runs_configured(git.version()):
        raise UsageError(
            f"git runs reviewbot here already: its configuration says so (hook.{ours[0].name})",
            "take it out first: reviewbot uninstall, or reviewbot uninstall --global",
        )
    return installed(git.hooks_folder(), top, stages)


def _check_files(folder: Path) -> None:
    from reviewbot.hooks.install import standing

    if there := standing(folder):
        raise UsageError(
            f"git runs reviewbot here already, by {there[0]}",
            "take it out first: reviewbot uninstall",
        )


def _tell(done: Sequence[Changed]) -> None:
    for one in done:
        say(f"reviewbot: {one.stage}: {one.text} ({plain_path(one.where)})\n")
