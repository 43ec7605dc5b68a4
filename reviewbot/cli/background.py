"""`reviewbot background`: one job of the background, for its worker alone.

It is the very review that a command or a hook would do, so that they find its answers in the cache:
settings, scope and prompts are those of `review --commit`, of the pre-push hook, or of the
pre-commit hook that left the job. Another review that wants the engine ends it; what was answered
is kept.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from reviewbot.background.job import Job, job_of
from reviewbot.background.outcome import COMPLETE, INCOMPLETE, WAITING, Outcome, written
from reviewbot.background.worker import JOB_SECONDS
from reviewbot.change.git import Git
from reviewbot.change.refs import count, is_held, push_line
from reviewbot.change.scope import commit
from reviewbot.changeset import Scope
from reviewbot.cli.change import captured, settings_before
from reviewbot.cli.handing import leaves
from reviewbot.cli.means import Role
from reviewbot.cli.options import Verbosity, settings_of
from reviewbot.cli.output import say
from reviewbot.cli.run import run
from reviewbot.errors import ExitCode, UsageError
from reviewbot.hooks.push import pushed
from reviewbot.report import Report
from reviewbot.settings import Settings

_SILENT = Verbosity(quiet=True, verbose=False, thoughts=False)
# A push of more is the first one of a history that is not this week's.
_MOST_COMMITS = 50


@click.command(hidden=True)
@click.argument("file", type=click.Path(path_type=Path))
def background(file: Path) -> int:
    """Do one job of the background; its worker calls this."""
    threading.Thread(target=_leave_with_the_worker, daemon=True).start()
    job = job_of(file.read_text(encoding="utf-8"))
    if job is None:
        raise UsageError(f"{file} is no job", "a hook writes one: reviewbot hook post-commit")
    ends_at = time.monotonic() + JOB_SECONDS
    for outcome in _outcomes(job, ends_at):
        say(written([outcome]), encoding="utf-8")
        if outcome.status == WAITING:
            return ExitCode.INCOMPLETE
    return ExitCode.OK


def _outcomes(job: Job, ends_at: float) -> Iterator[Outcome]:
    cwd = Path(job.cwd)
    git = Git(cwd)
    if job.kind == "commit" and not is_held(git, job.head):
        yield Outcome.dropped(job.name, "no reference leads to it any more")
        return
    if job.kind == "staged" and not Path(os.environ.get("GIT_INDEX_FILE", "")).is_file():
        yield Outcome.dropped(job.name, "the index that was copied is gone")
        return
    for scope, settings in _reviews(job, git):
        if not leaves(settings):
            yield Outcome.dropped(job.name, "the settings want no background, or no cache")
            return
        left = max(1.0, ends_at - time.monotonic())
        bounded = replace(settings, deadline=left)
        role = Role(on_wanted=_leave)
        yield _outcome(job, run(captured(git, scope), bounded, _SILENT, "background", role))


def _reviews(job: Job, git: Git) -> Iterator[tuple[Scope, Settings]]:
    """What is reviewed, and how: each as the command that will ask for it does. Of a commit also
    what a push would bring, if it is the last one: there its changes stand among others."""
    cwd, top, options = Path(job.cwd), Path(job.top), _options(job)
    if job.kind == "staged":
        label = "the staged change"
        yield Scope("staged", label, base=job.base), settings_of(options, top)
        return
    if job.kind == "push":
        label = f"the push {job.base[:12]}..{job.head[:12]}"
        yield Scope("range", label, job.base, job.head), settings_of(options, top)
        return
    scope = commit(git, job.head)
    yield scope, settings_of(options, settings_before(cwd, scope))
    if git.head() == job.head and (target := push_line(git)):
        remote, line = target
        for push in pushed(git, [line], {}, remote):
            if count(git, push.base, push.head) <= _MOST_COMMITS:
                yield push, settings_of(options, top)


def _options(job: Job) -> dict[str, Any]:
    """The hook's options as click gave them."""
    said = {name: tuple(v) if isinstance(v, list) else v for name, v in job.options.items()}
    file = said.get("config_file")
    return {**said, "config_file": None if file is None else Path(str(file))}


def _outcome(job: Job, report: Report) -> Outcome:
    scope = report.scope
    named = replace(job, kind="push" if scope.kind == "range" else job.kind)
    named = replace(named, base=scope.base, head=scope.head)
    status = COMPLETE if report.status == "complete" else INCOMPLETE
    if status == INCOMPLETE and not report.usage.calls:
        status = WAITING  # nobody answered
    reason = next(iter(report.problems), "").partition("\n")[0]
    found = len(report.findings)
    return Outcome(named.name, status, time.time(), found, reason, _command(scope))


def _command(scope: Scope) -> str:
    """What prints the findings."""
    if scope.kind == "staged":
        return "reviewbot review --commit HEAD"
    if scope.kind == "commit":
        return f"reviewbot review --commit {scope.head[:12]}"
    return f"reviewbot review --range {scope.base[:12]}..{scope.head[:12]}"


def _leave_with_the_worker() -> None:
    """The worker holds the other end of our standard input."""
    while os.read(0, 1):
        pass
    _leave()


def _leave() -> None:
    """As if somebody had told us to by a signal: engines are stopped, nothing is half-written."""
    os.kill(os.getpid(), signal.SIGTERM)
