"""`reviewbot sweep`: review whole histories, or every file of a tree."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot.change.git import Git
from reviewbot.change.quick_git import toplevel
from reviewbot.cli.completing import files, revisions
from reviewbot.cli.options import (
    baseline_option,
    settings_of,
    settings_options,
    use_color,
    verbosity_of,
)
from reviewbot.cli.output import Output, outputs, put, say
from reviewbot.errors import ExitCode, OutputError, UsageError

if TYPE_CHECKING:
    from reviewbot.config import Committed
    from reviewbot.sweep.document import SweepDocument
    from reviewbot.sweep.plan import Plan

_SCOPES = ("last", "since", "range", "tree")
_FORMATS = ("text", "json", "sarif", "html")


@click.command()
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="The last N commits of HEAD.")
@click.option("--since", metavar="DATE", help="The commits of HEAD from YYYY-MM-DD on.")
@click.option(
    "--range",
    metavar="A..B",
    shell_complete=revisions,
    help="The commits of B that A has not.",
)
@click.option("--tree", is_flag=True, help="Every file of HEAD, as if it were new.")
@click.option(
    "--format",
    metavar="NAME",
    shell_complete=lambda *words: [name for name in _FORMATS if name.startswith(words[-1])],
    help="On standard output: text, json, sarif or html.",
)
@click.option(
    "-o", "--output", metavar="FILE", shell_complete=files, help="Write the report there instead."
)
@click.option(
    "--report",
    "reports",
    metavar="FORMAT=FILE",
    multiple=True,
    help="Write one more report (repeatable).",
)
@click.option(
    "--journal",
    metavar="FILE",
    shell_complete=files,
    help="Keep there what is done; a sweep goes on from it.",
)
@click.option(
    "--ray",
    is_flag=False,
    flag_value="local",
    metavar="[ADDRESS]",
    help="Review on a Ray cluster; without ADDRESS on one that is begun here.",
)
@click.option("--fresh", is_flag=True, help="Forget what the journal has.")
@baseline_option
@settings_options
def sweep(**options: Any) -> int:
    """Review a whole history commit by commit, or every file of a tree; one report of all.

    Without an option all commits of HEAD are reviewed, the newest first; merges are left out. A
    sweep that was stopped goes on where it was when the same command is given again.
    """
    from reviewbot.cli.sweep_run import Sweep, journal_file, swept
    from reviewbot.sweep.formats import report_of

    _check_one_scope(options)
    top = toplevel(Path.cwd())
    git = Git(top)
    plan = _plan(git, options)
    settings = settings_of(options, _rules(git, plan) if plan.base else top)
    color = use_color(options["color"])
    wanted = outputs(settings.format, options["output"], options["reports"], color=color)
    for output in wanted:
        _check_format(output.format)
    journal, verbosity = journal_file(git, options["journal"]), verbosity_of(options)
    found = swept(
        Sweep(git, plan, settings, journal, verbosity, options["fresh"], top, options["ray"])
    )
    report = report_of(found)
    for output in wanted:
        if not (options["quiet"] and report.is_well and output.is_said):
            _write(found, output)
    return ExitCode(report.exit_code(settings.fail_on))


def _check_one_scope(options: dict[str, Any]) -> None:
    empty = [f"--{name}" for name in (*_SCOPES, "output", "journal") if options[name] == ""]
    if empty:  # `--range "$UNSET"` in a script must not sweep all there is
        raise UsageError(
            f"{' and '.join(empty)} has an empty value", "give it one, or leave the option out"
        )
    named = [f"--{name}" for name in _SCOPES if options[name]]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} cannot stand together", "give one of them")


def _check_format(name: str) -> None:
    if name not in _FORMATS:
        raise OutputError(
            f"a sweep has no report in the format {name}", f"choose one of {', '.join(_FORMATS)}"
        )


def _plan(git: Git, options: dict[str, Any]) -> Plan:
    from reviewbot.sweep import plan

    if options["tree"]:
        return plan.tree(git)
    if options["range"]:
        return plan.commits_between(git, options["range"])
    if options["since"]:
        return plan.since(git, options["since"])
    return plan.newest(git, options["last"]) if options["last"] else plan.everything(git)


def _rules(git: Git, plan: Plan) -> Committed:
    """The repository's settings from before a range: its commits cannot say how they are
    reviewed."""
    from reviewbot.change.settled import settled
    from reviewbot.changeset import Scope
    from reviewbot.config import REPOSITORY_FILES, Committed

    scope = Scope("range", plan.label, base=plan.base, head=plan.head)
    found = {name: settled(git, scope, name) for name in REPOSITORY_FILES}
    return Committed(plan.base, {name: text for name, text in found.items() if text is not None})


def _write(found: SweepDocument, output: Output) -> None:
    from reviewbot.sweep.formats import write

    text = io.StringIO()
    write(found, output.format, text, color=output.color)
    if output.path is None:
        say(text.getvalue(), encoding="utf-8" if output.format != "text" else None)
    else:
        put(text.getvalue(), output.path, "the report ")
