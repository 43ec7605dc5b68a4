"""Write down what a review took, for `reviewbot stats`; a review is never worse for it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewbot.change.git import Git
from reviewbot.errors import GitError
from reviewbot.plain import inert, plain_line
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.explain.explanation import Explanation
    from reviewbot.history.entry import Entry, Kind
    from reviewbot.report import Report


def note_review(
    report: Report, kind: Kind, git: Git | None, settings: Settings, *, verbose: bool
) -> None:
    if settings.history == "on":
        from reviewbot.history.entry import entry_of

        _note(entry_of(report, kind, time.time()), git, verbose=verbose)


def note_explanation(
    found: Explanation, git: Git | None, settings: Settings, *, verbose: bool
) -> None:
    if settings.history == "on":
        from reviewbot.history.entry import entry_of_asking

        asked = found.engine, found.usage, found.timings
        _note(entry_of_asking(asked, "explain", found.status, time.time()), git, verbose=verbose)


def _repository(git: Git | None) -> Path | None:
    try:
        return git.common_folder() if git else None
    except (GitError, OSError):
        return None


def _note(entry: Entry, git: Git | None, *, verbose: bool) -> None:
    from reviewbot.history.store import History, history_folder

    trouble = History(history_folder()).add(entry, _repository(git))
    if trouble and (trouble.loud or verbose):
        click.echo(inert(f"reviewbot: {plain_line(trouble.what)}"), err=True)
