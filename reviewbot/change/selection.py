"""Which files of a change are reviewed, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from reviewbot.change.changeset import SUBMODULE_MODE, SYMLINK_MODE, FileChange
from reviewbot.report import FileCoverage

# Written by package managers, hashes mostly: nobody reviews them by reading.
LOCK_FILES = frozenset(
    {
        "bun.lock",
        "Cargo.lock",
        "composer.lock",
        "Gemfile.lock",
        "go.sum",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "Pipfile.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "uv.lock",
        "yarn.lock",
    }
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Every file of the change stands in one of the two."""

    selected: tuple[FileChange, ...]
    skipped: tuple[FileCoverage, ...]


def select(files: Iterable[FileChange]) -> Selection:
    selected, skipped = [], []
    for file in files:
        if reason := skip_reason(file):
            skipped.append(FileCoverage(file.path, skipped=file.changed, reason=reason))
        else:
            selected.append(file)
    return Selection(tuple(selected), tuple(skipped))


def skip_reason(file: FileChange) -> str:
    """Why a file is not reviewed; empty if it is."""
    by_status = {"U": "unmerged", "T": "type changed", "D": "deleted"}
    by_mode = {SYMLINK_MODE: "symbolic link", SUBMODULE_MODE: "submodule"}
    if reason := by_mode.get(file.mode) or by_status.get(file.status):
        return reason
    if file.binary:
        return "binary"
    if PurePosixPath(file.path).name in LOCK_FILES:
        return "lock file"
    if not file.changed:
        return "no changed lines"
    return ""
