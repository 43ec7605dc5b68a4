"""`reviewbot init`: sets reviewbot up by what is here, and asks nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.change.git import Git
from reviewbot.change.quick_git import toplevel
from reviewbot.cli.means import wanted
from reviewbot.cli.options import settings_of
from reviewbot.cli.output import say
from reviewbot.errors import ExitCode
from reviewbot.network import Door
from reviewbot.plain import inert, plain_line

if TYPE_CHECKING:
    from reviewbot.models.hardware import Machine
    from reviewbot.setup.engine import Answering, Nothing
    from reviewbot.setup.files import Verdict
    from reviewbot.setup.steps import Step
    from reviewbot.setup.surroundings import Hooks, Pipeline

_EDITORS = ("vscode", "continue", "cline")
_WIDTH = 8


@click.command()
@click.option(
    "--editor",
    "editors",
    type=click.Choice(_EDITORS),
    multiple=True,
    help="Set this editor or assistant up, too (repeatable).",
)
@click.option(
    "--dry-run", is_flag=True, help="Print what would be written, and what is left alone."
)
def init(editors: tuple[str, ...], dry_run: bool) -> int:
    """Set reviewbot up in this repository, by what is found here.

    It looks for an engine and its models, the GPU, the hook manager and the CI system, writes the
    settings that are not there yet, each explained, and says what to type next. Nothing is asked,
    and nothing that is there is overwritten. It exits with 2 where a file could not be written.
    """
    from reviewbot.models import hardware
    from reviewbot.setup.engine import answering
    from reviewbot.setup.files import carry_out
    from reviewbot.setup.steps import steps
    from reviewbot.setup.surroundings import find_hooks, find_pipelines

    top = toplevel(Path.cwd())
    settings = settings_of({}, top)
    door = Door.of(settings)
    found = answering(wanted(settings), door)
    machine = hardware.machine()
    hooks, pipelines = find_hooks(top, Git(top).hooks_folder()), find_pipelines(top)
    verdicts = list(_verdicts(top, found, editors))
    say("".join(_found(found, machine, hooks, pipelines)))
    say(_line("opened", ", ".join(door.connections) or "nothing, for this answer"))
    done = verdicts if dry_run else list(map(carry_out, verdicts))
    say("".join(_written(done, top, dry_run=dry_run)))
    if "cline" in editors:
        say("".join(_cline(found)))
    say("".join(_next(tuple(steps(found, machine, hooks, pipelines)))))
    return ExitCode.USAGE if any(one.state == "failed" for one in done) else ExitCode.OK


def _verdicts(top: Path, found: Answering | Nothing, editors: Sequence[str]) -> Iterator[Verdict]:
    from reviewbot.config import config_files, user_config_path
    from reviewbot.setup.settings_files import repository_verdict, user_verdict

    files = config_files(top, None, ignored=False)
    yield repository_verdict(top, files)
    yield user_verdict(user_config_path(), found, files)
    if "vscode" in editors:
        from reviewbot.setup import vscode

        yield from vscode.verdicts(top)
    if "continue" in editors or "cline" in editors:
        yield from _of_assistants(top, found, editors)


def _of_assistants(
    top: Path, found: Answering | Nothing, editors: Sequence[str]
) -> Iterator[Verdict]:
    """What is shared with assistants: the rules that a review of the staged change would take."""
    from reviewbot.change.rules.read import read_rules
    from reviewbot.changeset import Scope
    from reviewbot.setup import cline, continue_dev

    rules = read_rules(Git(top), Scope("staged", "the staged change"))
    if "continue" in editors:
        folder = continue_dev.user_folder(os.environ)
        yield from continue_dev.verdicts(top, found, rules, folder)
    if "cline" in editors:
        yield from cline.verdicts(top, rules)


def _found(
    found: Answering | Nothing, machine: Machine, hooks: Hooks, pipelines: Sequence[Pipeline]
) -> Iterator[str]:
    from reviewbot.cli.model_text import machine_text

    yield _line("engine", _engine(found))
    yield _line("machine", machine_text(machine).removeprefix("machine: "))
    named = ", names reviewbot" if hooks.ours else ""
    place = f"{hooks.manager} ({hooks.file})" if hooks.manager else "git's own"
    yield _line("hooks", place + named)
    systems = [
        f"{one.system} ({one.file}){', names reviewbot' if one.ours else ''}" for one in pipelines
    ]
    yield _line("CI", "; ".join(systems) or "none found")


def _engine(found: Answering | Nothing) -> str:
    from reviewbot.setup.engine import Nothing

    if isinstance(found, Nothing):
        return f"none: {found.why}"
    if found.url is None:
        return f"embedded, with {found.model} on disk"
    others = f"; it also holds {', '.join(found.others)}" if found.others else ""
    return f"{found.engine} at {found.url}, with {found.model}{others}"


def _written(done: Sequence[Verdict], top: Path, *, dry_run: bool) -> Iterator[str]:
    from reviewbot.setup.files import DONE

    for verdict in done:
        path = verdict.path
        name = path.relative_to(top) if path.is_relative_to(top) else path
        word = verdict.state if dry_run else DONE.get(verdict.state, verdict.state)
        yield _line(word, f"{name}: {verdict.told}")
        pasted = verdict.state == "left" and path.name == "tasks.json"
        if dry_run or pasted:
            yield _block(verdict.text)


def _cline(found: Answering | Nothing) -> Iterator[str]:
    from reviewbot.setup.cline import settings

    yield _line("enter", "in Cline's settings, which it keeps in a store of its own:")
    yield _block("\n".join(settings(found)))


def _next(found: Sequence[Step]) -> Iterator[str]:
    yield "\nnext:\n"
    for number, step in enumerate(found, 1):
        yield inert(f"{number:>4}. {plain_line(step.text)}") + "\n"
        yield _block(step.lines)


def _line(word: str, text: str) -> str:
    """A path or a server's word may stand in the text; the line begins with ours."""
    return inert(f"{word:<{_WIDTH}} {plain_line(text)}") + "\n"


def _block(text: str) -> str:
    from reviewbot.plain import plain

    return "".join(f"{inert(f'      {plain(line)}'.rstrip())}\n" for line in text.splitlines())
