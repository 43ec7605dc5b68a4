"""`reviewbot review`: review the staged change, a commit, a range, or a patch."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from reviewbot.change.quick_git import nothing_staged, toplevel
from reviewbot.changeset import Scope
from reviewbot.cli.change import Change, captured, read, settings_before
from reviewbot.cli.completing import files, revisions, words_of
from reviewbot.cli.means import manner
from reviewbot.cli.options import (
    baseline_option,
    settings_of,
    settings_options,
    use_color,
    verbosity_of,
)
from reviewbot.cli.output import Output, outputs, say, write
from reviewbot.cli.run import run
from reviewbot.errors import ExitCode, GitError, PatchError, UsageError
from reviewbot.plain import inert, plain
from reviewbot.report import Report
from reviewbot.settings import FormatName, Settings

if TYPE_CHECKING:
    from reviewbot.history.entry import Kind
    from reviewbot.prompt import Prompt

EMPTY = Report(Scope("staged", "the staged change"), engine=None, findings=(), coverage=())

_FORMATS = " or ".join(", ".join(get_args(FormatName)).rsplit(", ", 1))
_COMMITTED = ("commit", "range", "base", "ci")
_SCOPES = (*_COMMITTED, "diff")


@click.command()
@click.option("--staged", is_flag=True, help="The change in the index (default).")
@click.option(
    "--commit",
    metavar="REV",
    shell_complete=revisions,
    help="One commit, against its first parent.",
)
@click.option(
    "--range",
    metavar="A..B",
    shell_complete=revisions,
    help="From A to B; A...B from their merge base.",
)
@click.option(
    "--base",
    metavar="REV",
    shell_complete=revisions,
    help="All of HEAD since its merge base with REV.",
)
@click.option(
    "--diff", metavar="FILE", shell_complete=files, help="A patch file; - reads standard input."
)
@click.option("--ci", is_flag=True, help="The change that this CI job runs for (docs/ci.md).")
@click.option(
    "--format",
    metavar="NAME",
    shell_complete=words_of("format"),
    help=f"Format on standard output: {_FORMATS}.",
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
@click.option("--show-prompts", is_flag=True, help="Print what would be sent; send nothing.")
@baseline_option
@settings_options
@click.argument("pathspec", nargs=-1)
def review(pathspec: tuple[str, ...], **options: Any) -> int:
    """Review a change: the staged one, unless an option names another.

    PATHSPEC narrows the review to some files, as it does for git.
    """
    _check_one_scope(pathspec, options)
    cwd = Path.cwd()
    top = _top(cwd, required=options["diff"] is None)
    scope = _committed_scope(cwd, options)
    settings = settings_of(options, settings_before(cwd, scope) if scope else top)
    if options["ci"]:  # a runner waits for all that its job has started, or ends it
        settings = replace(settings, warm_minutes=0)
    color = use_color(options["color"])
    wanted = outputs(settings.format, options["output"], options["reports"], color=color)
    if _is_staged(options) and nothing_staged(cwd):
        return _nothing_staged(wanted, quiet=options["quiet"])
    change = _change(cwd, pathspec, options, scope)
    if options["show_prompts"]:
        return _show_prompts(change, settings)
    kind: Kind = "ci" if options["ci"] else "review"
    report = run(change, settings, verbosity_of(options), kind)
    _write(report, wanted, quiet=options["quiet"] and report.is_well)
    return report.exit_code(settings.fail_on)


def _check_one_scope(pathspec: tuple[str, ...], options: dict[str, Any]) -> None:
    empty = [f"--{name}" for name in (*_SCOPES, "output") if options[name] == ""]
    if empty:  # `--base "$UNSET"` in a script must not review something else
        raise UsageError(
            f"{' and '.join(empty)} has an empty value", "give a value, or leave the option out"
        )
    named = [f"--{name}" for name in ("staged", *_SCOPES) if options[name]]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} name two different changes", "give one of them")
    if options["diff"] and pathspec:
        raise UsageError(
            "a patch cannot be narrowed by PATHSPEC",
            "leave files out of the patch itself: git diff -- PATHSPEC > change.patch",
        )


def _is_staged(options: dict[str, Any]) -> bool:
    return not any(options[name] for name in _SCOPES)


def _top(cwd: Path, *, required: bool) -> Path | None:
    try:
        return toplevel(cwd)
    except GitError:
        if required:
            raise
        return None


def _committed_scope(cwd: Path, options: dict[str, Any]) -> Scope | None:
    """What is reviewed, where that is commits."""
    if not any(options[name] for name in _COMMITTED):
        return None
    from reviewbot.change import scope
    from reviewbot.change.git import Git
    from reviewbot.hooks.ci import ci_scope

    git = Git(cwd)
    if options["ci"]:
        return ci_scope(git, os.environ)
    if options["commit"]:
        return scope.commit(git, options["commit"])
    if options["range"]:
        return scope.revision_range(git, options["range"])
    return scope.since_base(git, options["base"])


def _change(
    cwd: Path, pathspec: tuple[str, ...], options: dict[str, Any], scope: Scope | None
) -> Change:
    from reviewbot.change.git import Git
    from reviewbot.change.scope import staged

    if options["diff"]:
        return _patch(options["diff"])
    git = Git(cwd)
    change = captured(git, scope or staged(git), pathspec)
    if pathspec and not change.prepared.change_set.files:
        raise UsageError(
            f"no changed file matches {' '.join(pathspec)}",
            "a revision is named by --commit REV or --range A..B",
        )
    return change


def _patch(name: str) -> Change:
    from reviewbot.change.patch import read_patch
    from reviewbot.change.scope import patch_file
    from reviewbot.changeset import ChangeSet

    try:
        standard = name == "-" and sys.stdin
        content = sys.stdin.buffer.read() if standard else Path(name).read_bytes()
    except OSError as error:
        raise PatchError(
            f"cannot read the patch {name}: {error.strerror}", "check the path after --diff"
        ) from None
    files = read_patch(content.decode("utf-8", "surrogateescape"))
    return read(ChangeSet(patch_file(name), files))


def _nothing_staged(wanted: tuple[Output, ...], *, quiet: bool) -> int:
    """An empty report where a machine reads it; one line for a person, without the weight of a
    terminal library."""
    plain = [output for output in wanted if output.format == "text" and output.path is None]
    _write(EMPTY, tuple(output for output in wanted if output not in plain), quiet=False)
    if plain and not quiet:
        say("reviewbot: nothing staged to review\n")
    return ExitCode.OK


def _show_prompts(change: Change, settings: Settings) -> int:
    from reviewbot.cli.unopened import expected
    from reviewbot.review.manner import asking
    from reviewbot.review.pipeline import prompts

    found = expected(settings)
    way = asking(found.model, manner(settings))
    for note in filter(None, (found.note, *way.notes)):
        click.echo(f"reviewbot: {note}", err=True)
    for number, prompt in enumerate(prompts(change.prepared, way), 1):
        say(inert(plain(f"--- prompt {number}, {_asked(prompt)}\n")))
        for message in prompt.messages:
            say(inert(plain(f"--- prompt {number}, {message.role}\n{message.content}\n\n")))
    return 0


def _asked(prompt: Prompt) -> str:
    """How the next token is drawn, and how long the model may think."""
    sampling = asdict(prompt.sampling)
    drawn = (f"{name} {value}" for name, value in sampling.items() if value is not None)
    bound = f" (up to {prompt.thought_tokens} tokens)" if prompt.thought_tokens else ""
    return f"asked with {', '.join(drawn)}, think {prompt.think}{bound}"


def _write(report: Report, wanted: tuple[Output, ...], *, quiet: bool) -> None:
    for output in wanted:
        if not (quiet and output.is_said):
            write(report, output)
