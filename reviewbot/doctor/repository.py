"""git, and the hooks that start a review."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from reviewbot.change.git import Git
from reviewbot.change.quick_git import toplevel
from reviewbot.doctor.check import Check, failed, ok
from reviewbot.errors import GitError
from reviewbot.hooks.configured import configured, runs_configured, stages_of
from reviewbot.hooks.managers import MANAGERS

_STAGES = ("pre-commit", "pre-merge-commit", "pre-push")


def repository_checks(cwd: Path) -> Iterator[Check]:
    try:
        top = toplevel(cwd)
        git = Git(top)
        yield ok("git", f"{git.version()}, at {top}")
        yield _started(git, top)
    except GitError as error:
        yield failed("git", error)


def manager_checks(cwd: Path) -> Iterator[Check]:
    """Hook managers run beside a review and have connections of their own."""
    try:
        top = toplevel(cwd)
    except GitError:
        return
    found = sorted({name for file, (name, _) in MANAGERS.items() if (top / file).is_file()})
    if found:
        text = (
            f"{', '.join(found)}: its installing and updating may fetch; reviewbot's hook does not"
        )
        yield ok("hook manager", text)


def _started(git: Git, top: Path) -> Check:
    """Whether a commit starts a review: by a hook that git's configuration names, or a file."""
    by_file = _hooks(top, git.hooks_folder())
    stages = stages_of(configured(git))
    if not stages:
        return by_file
    if runs_configured(git.version()):
        return ok("hooks", f"{', '.join(stages)}, as git's configuration says")
    if by_file.state == "ok":
        return by_file
    text = f"git's configuration names reviewbot, and {git.version()} runs no hooks of it"
    return Check("warning", "hooks", text, "use git 2.54 or newer, or: reviewbot install")


def _hooks(top: Path, folder: Path) -> Check:
    installed = [stage for stage in _STAGES if (folder / stage).is_file()]
    ours = [stage for stage in installed if _names_us(folder / stage)]
    idle = [stage for stage in ours if not os.access(folder / stage, os.X_OK)]
    if idle:
        hook = folder / idle[0]
        return Check("warning", "hooks", f"git does not run {hook}", f"chmod +x {hook}")
    if ours:
        return ok("hooks", f"{', '.join(ours)} in {folder}")
    for file, (name, install) in MANAGERS.items():
        if _names_us(top / file):
            # husky's own hooks do not say its name, but stand in `.husky`.
            is_set_up = any(_names(folder / stage, name) for stage in installed)
            if is_set_up or f".{name}" in folder.parts:
                return ok("hooks", f"by {name}, as {file} says")
            return Check(
                "warning", "hooks", f"{file} names reviewbot and is not installed", install
            )
    return Check(
        "warning",
        "hooks",
        "no hook runs reviewbot here",
        "reviewbot install, or name it in your hook manager",
    )


def _names_us(file: Path) -> bool:
    return _names(file, "reviewbot")


def _names(file: Path, word: str) -> bool:
    """Whether a file says a word. A pipe of that name would never end."""
    try:
        return file.is_file() and word in file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
