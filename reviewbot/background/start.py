"""The processes of the background: one worker a repository, and one process for each of its jobs.

The worker has a session of its own and nothing of the hook's: no terminal, no pipe that git or a
hook manager would wait for. A job's process leaves when its standard input ends, so nothing is
left behind by a worker that is killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.background.outcome import Outcome, outcomes_of
from reviewbot.background.room import Queued, Room
from reviewbot.keys import PREFIX, VARIABLES
from reviewbot.plain import plain_line

_PYTHON = (sys.executable, "-P", "-m")
# Seconds that a job has to leave when it is told to.
_PARTING = 10.0
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Ended:
    """How a job's process ended: its exit code, the outcomes that it told, and the last that it
    said of a failure. `is_late`: it was stopped."""

    code: int
    outcomes: tuple[Outcome, ...]
    said: str
    is_late: bool = False


def set_out(room: Room) -> bool:
    """Start the worker, unless there is one; whether there is one now. The lock is taken here and
    handed on, so of any number of hooks at once one starts it. Raises OSError."""
    lock = room.lock()
    if lock is None:
        return True
    command = [*_PYTHON, "reviewbot.background.worker", str(room.folder), str(lock)]
    try:
        subprocess.Popen(
            command,
            cwd="/",
            env=_without(os.environ, "GIT_", "PRE_COMMIT"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=[lock],
        )
    finally:
        os.close(lock)
    return True


def told(environ: Mapping[str, str]) -> dict[str, str]:
    """What a hook's variables say to reviewbot, without the keys."""
    names = (name for name in environ if name.startswith(PREFIX) or name == "OLLAMA_HOST")
    return {name: environ[name] for name in names if name not in VARIABLES}


def done(queued: Queued, seconds: float) -> Ended:
    """Do one job in a process of its own. Raises OSError."""
    job = queued.job
    ours, theirs = os.pipe()
    try:
        process = subprocess.Popen(
            [*_PYTHON, "reviewbot", "background", str(queued.path)],
            cwd=job.cwd,
            env=_environment(queued),
            stdin=ours,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.close(ours)
        return _ended(process, seconds)
    finally:
        os.close(theirs)


def _environment(queued: Queued) -> dict[str, str]:
    job = queued.job
    git = {"GIT_DIR": job.git_dir, "GIT_WORK_TREE": job.top}
    if queued.index.is_file():
        git["GIT_INDEX_FILE"] = str(queued.index)
    keys = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    others = _without(os.environ, "GIT_", PREFIX, "OLLAMA_HOST")
    return {**others, **keys, **told({str(n): str(v) for n, v in job.environ.items()}), **git}


def _without(environ: Mapping[str, str], *prefixes: str) -> dict[str, str]:
    return {name: text for name, text in environ.items() if not name.startswith(prefixes)}


def _ended(process: subprocess.Popen[bytes], seconds: float) -> Ended:
    is_late = False
    while True:
        try:
            out, err = process.communicate(timeout=_PARTING if is_late else seconds)
            break
        except subprocess.TimeoutExpired:
            (process.kill if is_late else process.terminate)()
            is_late = True
    outcomes = outcomes_of(out.decode("utf-8", "replace"))
    return Ended(process.returncode, outcomes, _said(err, process.returncode), is_late)


def _said(err: bytes, code: int) -> str:
    """What a process said before it failed, as a line."""
    words = plain_line(err.decode("utf-8", "replace").strip().removeprefix("reviewbot: "))
    return words[:_LONGEST] or f"it ended with {code}"
