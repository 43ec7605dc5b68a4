"""What is asked of git on every commit, while somebody types, and before anything else is known.

git is started here by itself, with the same pins as `git.py`: importing GitPython takes 60 ms, an
answer 2 ms.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from reviewbot.change.git_words import git_error
from reviewbot.change.pins import DIFF, PINS, environment
from reviewbot.errors import GitError


def toplevel(cwd: Path) -> Path:
    """The top folder of the working tree that holds `cwd`. Raises GitError outside of one."""
    found = start(cwd, "rev-parse", "--show-toplevel")
    if found.returncode != 0:
        raise git_error(found.stderr.decode(errors="replace"), cwd)
    return Path(os.fsdecode(found.stdout.removesuffix(b"\n")))


def git_folder(cwd: Path) -> Path:
    """The folder of git's own files for this working tree; each linked one has its own. Raises
    GitError outside of a repository."""
    found = start(cwd, "rev-parse", "--git-dir")
    if found.returncode != 0:
        raise git_error(found.stderr.decode(errors="replace"), cwd)
    return cwd / os.fsdecode(found.stdout.removesuffix(b"\n"))


def has_own_reference(cwd: Path, name: str) -> bool:
    """Whether git keeps a reference of just this name, such as CHERRY_PICK_HEAD. A branch or a tag
    of the name is none, which `rev-parse` would take: whoever is fetched from names tags."""
    return start(cwd, "show-ref", "--verify", "--quiet", name).returncode == 0


def nothing_staged(cwd: Path, base: str = "") -> bool:
    """Whether the index equals HEAD (or is empty, before the first commit). `base` is the one of
    `standing`, where that was asked for."""
    arguments = ("diff-index", "--cached", "--quiet", *DIFF, "--ita-invisible-in-index")
    asked = start(cwd, *arguments, base or committed(cwd), "--")
    if asked.returncode not in (0, 1):
        raise git_error(asked.stderr.decode(errors="replace"), cwd)
    return asked.returncode == 0


def committed(cwd: Path) -> str:
    """What the index is held against: HEAD's commit, before the first one the empty tree."""
    base = start(cwd, "rev-parse", "--quiet", "--verify", "--end-of-options", "HEAD^{commit}")
    return base.stdout.strip().decode() or empty_tree(cwd)


def names(cwd: Path) -> list[str]:
    """Branches and tags by their short names, the latest first, 500 at the most; none outside of
    a repository."""
    kinds = ("refs/heads", "refs/remotes", "refs/tags")
    form = ("--format=%(refname:short)", "--sort=-creatordate", "--count=500")
    return start(cwd, "for-each-ref", *form, *kinds).stdout.decode(errors="replace").splitlines()


def empty_tree(cwd: Path) -> str:
    """The empty tree's id in this repository's hash (SHA-1 or SHA-256); nothing is written."""
    return start(cwd, "hash-object", "-t", "tree", "--stdin").stdout.decode().strip()


def start(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git answers, whatever its exit code."""
    check_folder(cwd)
    try:
        return subprocess.run(
            [*PINS, *arguments],
            cwd=cwd,
            env=os.environ | environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git is not installed, or not on PATH", "install git") from None


def check_folder(cwd: Path) -> None:
    """GitPython runs git in the process's own folder where it cannot enter `cwd` (3.1 and 3.2):
    another repository would be reviewed."""
    if not (cwd.is_dir() and os.access(cwd, os.X_OK)):
        raise GitError(
            f"{cwd} is not a folder that can be entered",
            f"change to another one, or look at its permissions: ls -ld {cwd}",
        )
