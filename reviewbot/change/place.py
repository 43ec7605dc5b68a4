"""Where a commit was made: its working tree and git's folders, asked of git once and without
GitPython, since a hook that only leaves a note must cost nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change.git_words import git_error
from reviewbot.change.quick_git import start

_ASKED = ("--show-toplevel", "--absolute-git-dir", "--git-common-dir")


@dataclass(frozen=True, slots=True)
class Place:
    """A working tree: its top folder, git's folder for it, and the one that all working trees of
    the repository share."""

    top: Path
    git_dir: Path
    common: Path


def place_of(cwd: Path) -> Place:
    """Raises GitError outside of a working tree."""
    return _place(cwd, *_lines(cwd, *_ASKED))


def place_and_head(cwd: Path) -> tuple[Place, str]:
    """With the commit that was just made there. Raises GitError where there is none."""
    *folders, head = _lines(cwd, *_ASKED, "HEAD^{commit}")
    return _place(cwd, *folders), head


def _lines(cwd: Path, *questions: str) -> list[str]:
    found = start(cwd, "rev-parse", *questions)
    lines = os.fsdecode(found.stdout).splitlines()
    if found.returncode != 0 or len(lines) != len(questions):
        raise git_error(found.stderr.decode(errors="replace"), cwd)
    return lines


def _place(cwd: Path, top: str, git_dir: str, common: str) -> Place:
    return Place(Path(top), Path(git_dir), (cwd / common).resolve())
