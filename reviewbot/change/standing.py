"""Where a command stands, asked at once: on every commit a hook needs to know it, and each process
of git's takes as long as a tenth of all that a hook does where nothing is staged."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change.git_words import EMPTY_TREES
from reviewbot.change.quick_git import committed, git_folder, start, toplevel


@dataclass(frozen=True, slots=True)
class Standing:
    """The top folder of the working tree, the folder of git's own files for it, and what its index
    is held against: HEAD's commit, before the first one the empty tree."""

    top: Path
    folder: Path
    base: str


def standing(cwd: Path) -> Standing:
    """Where `cwd` is. Raises GitError outside of a working tree."""
    form = "--show-object-format"
    asked = ("--git-dir", form, "--show-toplevel", form, "--revs-only", "HEAD^{commit}")
    found = start(cwd, "rev-parse", *asked)
    # Before the first commit `--revs-only` leaves it out.
    match found.stdout.split(b"\n") if found.returncode == 0 else []:
        case [folder, hashed, top, again, *base, b""] if (
            hashed == again and os.fsdecode(hashed) in EMPTY_TREES and len(base) <= 1
        ):
            base_id = base[0].decode() if base else EMPTY_TREES[os.fsdecode(hashed)]
            return Standing(Path(os.fsdecode(top)), cwd / os.fsdecode(folder), base_id)
    # A path of two lines, a git before 2.25, which knows no such format, or an error to tell.
    return Standing(toplevel(cwd), git_folder(cwd), committed(cwd))
