"""`reviewbot explain`: what a change does, with the places that show it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewbot.change.git import Git
from reviewbot.change.quick_git import nothing_staged, toplevel
from reviewbot.cli.change import captured
from reviewbot.cli.completing import revisions
from reviewbot.cli.means import means
from reviewbot.cli.options import settings_of, settings_options, verbosity_of
from reviewbot.cli.output import say
from reviewbot.errors import ExitCode, UsageError
from reviewbot.languages import name_of

if TYPE_CHECKING:
    from reviewbot.changeset import Scope
    from reviewbot.explain.explain import Commit
    from reviewbot.explain.explanation import Draft, Explanation

_FORMATS = ("text", "markdown", "json")


@click.command()
@click.option("--staged", is_flag=True, help="The change in the index.")
@click.option(
    "--format",
    "explanation_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="Format on standard output.",
)
@settings_options
@click.argument("revision", required=False, shell_complete=revisions)
def explain(revision: str | None, staged: bool, explanation_format: str, **options: Any) -> int:
    """Explain a commit (HEAD unless another is named), a range A..B, or the staged change.

    What it is for, what was changed by concern, how the code behaves before and after, risks,
    what to test, questions. Each statement names lines of the change; one that names none is
    dropped. Exit codes are those of `review`.
    """
    if staged and revision:
        raise UsageError(f"--staged and {revision} name two different changes", "give one of them")
    from reviewbot.cli.noting import note_explanation
    from reviewbot.explain.explain import Subject
    from reviewbot.explain.explain import explain as explained

    cwd = Path.cwd()
    settings = settings_of(options, toplevel(cwd))
    if staged and nothing_staged(cwd):
        say("reviewbot: nothing staged to explain\n")
        return ExitCode.OK
    git = Git(cwd)
    scope = _scope(git, revision, staged=staged)
    change = captured(git, scope)
    subject = Subject(change.prepared, _commit(git, scope), name_of(settings.language))
    streams = explanation_format == "text"
    with means(settings, verbosity_of(options), line=not streams) as given:
        teller = _Teller(streams=streams)
        found = explained(subject, given.of_explaining, teller.tell)
    timings = given.timed(found.timings, change.seconds)
    found = replace(found, timings=timings, connections=given.connections)
    teller.end(found, explanation_format)
    note_explanation(found, git, settings, verbose=options["verbose"])
    return found.exit_code


def _scope(git: Git, revision: str | None, *, staged: bool) -> Scope:
    from reviewbot.change import scope

    if staged:
        return scope.staged(git)
    if revision and ".." in revision:
        return scope.revision_range(git, revision)
    return scope.commit(git, revision or "HEAD")


def _commit(git: Git, scope: Scope) -> Commit | None:
    from reviewbot.explain.explain import Commit

    if scope.kind != "commit":
        return None
    return Commit(git.message(scope.head), git.parents(scope.head))


class _Teller:
    """Writes an explanation: as text while it is made, line by line; else when it is done."""

    def __init__(self, *, streams: bool) -> None:
        self._streams = streams
        self._said = 0

    def tell(self, draft: Draft) -> None:
        """Say what a draft says more than the last one did. The last paragraph of one that is
        being written is whole: only what is whole is in it."""
        from reviewbot.explain.formats.text import draft_lines

        if self._streams:
            self._more(draft_lines(draft))

    def end(self, explanation: Explanation, name: str) -> None:
        """Say the rest, or all of it."""
        from reviewbot.explain.formats.json_format import as_json
        from reviewbot.explain.formats.markdown import markdown
        from reviewbot.explain.formats.text import draft_lines, end_lines, inert_text

        if self._streams:
            self._more(draft_lines(explanation.draft))
            say(inert_text(list(end_lines(explanation))))
        else:
            say(markdown(explanation) if name == "markdown" else as_json(explanation))

    def _more(self, lines: Iterable[str]) -> None:
        from reviewbot.explain.formats.text import inert_text

        fresh = list(lines)[self._said :]
        self._said += len(fresh)
        if fresh:
            say(inert_text(fresh))
