"""What git is in the middle of: a rebase and its like commit by themselves, one commit after
another, and most of it was reviewed when it was written."""

from __future__ import annotations

from pathlib import Path

# What git keeps in its folder meanwhile. Where references are a reftable, it keeps the two heads
# there: then the commit is reviewed, which is the harmless mistake. To ask for them by name would
# be another: a fetched tag of that name would keep every commit from being reviewed.
_SIGNS = {
    "rebase-merge": "a rebase",
    "rebase-apply/applying": "git am",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}


def under_way(folder: Path) -> str:
    """What is in progress, by git's own folder for this working tree; empty where nothing is. A
    merge is not among it: what it brings to this branch is new there."""
    return next((what for sign, what in _SIGNS.items() if (folder / sign).exists()), "")
