"""`reviewbot hook`: the entry points of git's hooks. They advise; a gate or `--strict` blocks.

A commit does not wait for longer than `hook_deadline`, nor for a review of what git commits by
itself in a rebase and its like; both are told in a line, with what to do about it. What there was
no time for goes to the background, as does a commit that was made (`post-commit`).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot.change.quick_git import nothing_staged
from reviewbot.change.standing import standing
from reviewbot.cli.options import (
    baseline_option,
    settings_of,
    settings_options,
    use_color,
    verbosity_of,
)
from reviewbot.errors import ExitCode
from reviewbot.hooks.under_way import under_way
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.cli.allowance import Allowance
    from reviewbot.cli.change import Change
    from reviewbot.report import Report

_STAGED = ("pre-commit", "pre-merge-commit")


@click.command()
@baseline_option
@settings_options
@click.argument("stage", type=click.Choice([*_STAGED, "pre-push", "post-commit"]))
@click.argument("arguments", nargs=-1)
def hook(stage: str, arguments: tuple[str, ...], **options: Any) -> int:
    """Run as the git hook STAGE; ARGUMENTS are what git appends (of a push: remote and URL).

    The hook advises: it exits with 0 unless a finding reaches --fail-on, or --strict is set and the
    review is incomplete. It stops asking after 10 seconds unless --deadline or hook_deadline says
    otherwise, and leaves the rest to the background; post-commit leaves all of the commit to it. It
    does nothing where REVIEWBOT_SKIP=1 or within a rebase.
    """
    begun = time.monotonic()
    cwd = Path.cwd()
    if stage == "post-commit":
        return _commit_left(cwd, options)
    from reviewbot.cli.output import say

    here = standing(cwd)
    if stage in _STAGED and (what := under_way(cwd, here.folder)):
        _tell(f"{what} is in progress: not reviewed; `reviewbot review` does it all the same")
        return ExitCode.OK
    settings = settings_of(options, here.top)
    if stage in _STAGED and nothing_staged(cwd, here.base):
        if not options["quiet"]:
            say("reviewbot: nothing staged to review\n")
        return ExitCode.OK
    from reviewbot.cli.allowance import Allowance

    allowance = Allowance.of(settings, begun)
    codes = [
        _reviewed(change, settings, allowance, options)
        for change in _changes(stage, cwd, arguments)
    ]
    return ExitCode.FINDINGS if ExitCode.FINDINGS in codes else max(codes, default=ExitCode.OK)


def _commit_left(cwd: Path, options: dict[str, Any]) -> ExitCode:
    """Nothing that takes time is imported or done here, and nothing said where all is well."""
    from reviewbot.cli.handing import commit_left, leaves

    settings = settings_of(options, None)
    why = commit_left(cwd, options) if leaves(settings) else ""
    if why:
        _tell(f"no review in the background: {why}")
    return ExitCode.OK


def _changes(stage: str, cwd: Path, arguments: tuple[str, ...]) -> Iterator[Change]:
    from reviewbot.change.git import Git
    from reviewbot.change.scope import staged
    from reviewbot.cli.change import captured
    from reviewbot.hooks.push import pushed

    git = Git(cwd)
    if stage in _STAGED:
        yield captured(git, staged(git))
        return
    said = sys.stdin.buffer.read().decode("utf-8", "surrogateescape") if sys.stdin else ""
    # A push to a plain URL names it twice; it has no branches of its own here.
    remote = arguments[0] if arguments and arguments[0] not in arguments[1:] else ""
    for scope in pushed(git, said.splitlines(), os.environ, remote):
        yield captured(git, scope)


def _reviewed(
    change: Change, settings: Settings, allowance: Allowance, options: dict[str, Any]
) -> ExitCode:
    from reviewbot.cli.allowance import Rest, is_cut_short, words_on
    from reviewbot.cli.means import Role
    from reviewbot.cli.run import run

    rest = Rest(_too_slow(settings, allowance))
    role = Role(unasked=rest.unasked)
    report = run(change, allowance.bounding(settings), verbosity_of(options), "hook", role)
    _print(report, options)
    if is_cut_short(report, allowance, rest):
        rest = replace(rest, is_left=_rest_left(report, settings, options))
    words = words_on(report, settings, allowance, rest)
    if words and not (options["quiet"] and report.is_well):
        _tell(words)
    code = report.exit_code(settings.fail_on)
    if code is ExitCode.INCOMPLETE and not settings.strict:
        return ExitCode.OK
    return code


def _too_slow(settings: Settings, allowance: Allowance) -> str:
    """Why no model is to be asked in the time that is left. Where nothing takes what is left undone
    over, it is tried all the same."""
    from reviewbot.cli.handing import leaves
    from reviewbot.cli.means import memory
    from reviewbot.cli.pace import too_slow

    if not leaves(settings):
        return ""
    return too_slow(settings, allowance.left, memory(settings))


def _rest_left(report: Report, settings: Settings, options: dict[str, Any]) -> bool:
    """Leave the rest to the background, if it takes it."""
    from reviewbot.cli.handing import leaves, rest_left

    if not leaves(settings):
        return False
    why = rest_left(report.scope, Path.cwd(), options)
    if why:
        _tell(f"no review in the background: {why}")
    return not why


def _tell(words: str) -> None:
    """On standard error, after what stands on standard output."""
    if sys.stdout is not None:
        sys.stdout.flush()
    click.echo(f"reviewbot: {words}", err=True)


def _print(report: Report, options: dict[str, Any]) -> None:
    if options["quiet"] and report.is_well:
        return
    from reviewbot.cli.output import Output, write

    color = use_color(options["color"])
    write(report, Output("text", color=color))
