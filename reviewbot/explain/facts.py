"""What is known of a change without a model: what kind of change it is, and what no model sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from reviewbot.change.prepare import Prepared
from reviewbot.changeset import SUBMODULE_MODE, FileChange
from reviewbot.plain import plain_path

# Files of one kind that are named; the others are counted.
_NAMED = 5
_KINDS = {"A": "added", "D": "deleted", "R": "renamed", "C": "copied"}


def facts_of(prepared: Prepared, parents: int | None) -> tuple[str, ...]:
    """Sentences about the change. `parents` are those of the commit, None where it is none."""
    return tuple(_facts(prepared.change_set.files, prepared, parents))


def _facts(files: tuple[FileChange, ...], prepared: Prepared, parents: int | None) -> Iterator[str]:
    if parents == 0:
        yield "This is the first commit: everything in it is new."
    if parents is not None and parents > 1:
        yield (f"This is a merge of {parents} parents; explained is what it brings to the first.")
    if not files:
        yield "It changes no file."
        return
    added, removed = sum(f.added for f in files), sum(f.removed for f in files)
    yield f"{_counted(files)}; {added} lines added, {removed} removed."
    yield from _of_kind(files)
    for reason, paths in _skipped(prepared).items():
        yield f"Not explained ({reason}): {_named(paths)}."


def _counted(files: Iterable[FileChange]) -> str:
    counts = Counter(_KINDS.get(file.status, "changed") for file in files)
    told = [f"{count} {'file' if count == 1 else 'files'} {kind}" for kind, count in counts.items()]
    return ", ".join(told)[:1].upper() + ", ".join(told)[1:]


def _of_kind(files: Iterable[FileChange]) -> Iterator[str]:
    files = tuple(files)
    renamed = [f for f in files if f.status == "R" and not f.changed]
    binary = [f.path for f in files if f.binary]
    modes = [
        f.path for f in files if f.status == "M" and not f.changed and not f.binary and not f.hunks
    ]
    modules = [f.path for f in files if f.mode == SUBMODULE_MODE]
    if renamed:
        moves = (f"{plain_path(f.old_path)} -> {plain_path(f.path)}" for f in renamed[:_NAMED])
        yield f"Renamed without a change of text: {', '.join(moves)}{_more(len(renamed))}."
    for title, paths in (
        ("Binary, so nothing can be said of the content", binary),
        ("Only the mode changes", modes),
        ("Submodules moved to another commit", modules),
    ):
        if paths:
            yield f"{title}: {_named(paths)}."


def _skipped(prepared: Prepared) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for entry in prepared.selection.skipped:
        if entry.skipped and entry.reason != "binary":
            reasons.setdefault(entry.reason, []).append(entry.path)
    return reasons


def _named(paths: Iterable[str]) -> str:
    paths = sorted(paths, key=lambda path: PurePosixPath(path).parts)
    return ", ".join(plain_path(path) for path in paths[:_NAMED]) + _more(len(paths))


def _more(count: int) -> str:
    return f" and {count - _NAMED} more" if count > _NAMED else ""
