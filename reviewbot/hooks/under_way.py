"""What git is in the middle of: a rebase and its like commit by themselves, one commit after
another, and most of it was reviewed when it was written."""

from __future__ import annotations

from pathlib import Path

from reviewbot.change.quick_git import git_folder, has_own_reference

# What git keeps in its folder for this working tree meanwhile.
_SIGNS = {
    "rebase-merge": "a rebase",
    "rebase-apply/applying": "git am",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}
# Where references are a reftable, these two are no files: git is asked, at 2 ms each.
_REFERENCES = ("CHERRY_PICK_HEAD", "REVERT_HEAD")


def under_way(cwd: Path, folder: Path | None = None) -> str:
    """What is in progress in this working tree; empty where nothing is. A merge is not among it:
    what it brings to this branch is new there. `folder` is git's own, where it is known."""
    folder = folder or git_folder(cwd)
    found = [sign for sign in _SIGNS if (folder / sign).exists()]
    if not found and (folder / "reftable").is_dir():
        found = [name for name in _REFERENCES if has_own_reference(cwd, name)]
    return _SIGNS[found[0]] if found else ""
