"""Files that git passes off as binary though their content is text, shown with their lines.

Either an attribute says so (`*.py -diff`), or what the file was before it is binary. git is asked
for these files once more, with `--text`, and only for these: the lines of all binary files could
fill the memory.

Among fewer files git pairs the names of renames otherwise: a base name that was one of many is now
the only one, and of many sources it had looked at four alone. So lines are taken only for the very
change that the first answer listed, by names and object ids. Renames that come back otherwise are
asked for again in halves, in the end each by itself, where nothing else is left to pair.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from reviewbot.change.git import Git
from reviewbot.changeset import FileChange
from reviewbot.errors import GitError
from reviewbot.plain import plain_path

# git's own test for binary content: a NUL among the first 8000 bytes (xdiff-interface.c).
_BINARY_PROBE = 8000
# Bytes of names in one command. A command line holds some 2 MB, and git compares each changed
# name with each of these.
_ROOM = 100_000
_SPECIAL = re.compile(r"[*?\[\\]")

# The change as git lists it for pathspecs and further options.
Look = Callable[[Sequence[str], Sequence[str]], Sequence[FileChange]]


def unhidden(files: Sequence[FileChange], git: Git, look: Look) -> Iterator[FileChange]:
    """The files, those that are text shown as text. Raises GitError, PatchError."""
    hidden = _hidden(files, git)
    renamed = [file for file in hidden if file.status == "R"]
    others = [file for file in hidden if file.status != "R"]
    shown: dict[str, FileChange] = {}
    for batch in _batches(others):
        shown |= _shown(batch, look, "--no-renames")
    for batch in _batches(renamed):
        shown |= _shown(batch, look)
    for file in files:
        found = shown.get(file.path)
        yield file if found is None else replace(found, binary=False)


def _hidden(files: Sequence[FileChange], git: Git) -> list[FileChange]:
    suspects = [file for file in files if file.binary]
    contents = git.blobs(_blob(file) for file in suspects)
    return [
        file for file in suspects if b"\0" not in contents.get(_blob(file), b"\0")[:_BINARY_PROBE]
    ]


def _blob(file: FileChange) -> str:
    return file.new_blob or file.old_blob


def _batches(files: Sequence[FileChange]) -> Iterator[list[FileChange]]:
    batch: list[FileChange] = []
    size = 0
    for file in files:
        batch.append(file)
        size += len(os.fsencode(file.old_path + file.path))
        if size > _ROOM:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _shown(hidden: Sequence[FileChange], look: Look, *extra: str) -> dict[str, FileChange]:
    """The hidden files by path, with their lines."""
    names = sorted({name for file in hidden for name in (file.old_path, file.path)})
    seen = {_change(file): file for file in look([_exact(n) for n in names], ("--text", *extra))}
    shown = {file.path: seen[_change(file)] for file in hidden if _change(file) in seen}
    left = [file for file in hidden if file.path not in shown]
    if left and len(hidden) == 1:
        raise GitError(
            f"git shows {plain_path(left[0].path)} as another change when it is asked for it alone",
            "if the index was changed meanwhile, run it again; else report it, with what"
            " `git version` says",
        )
    half = (len(left) + 1) // 2
    for part in (left[:half], left[half:]):
        if part:
            shown |= _shown(part, look, *extra)
    return shown


def _change(file: FileChange) -> tuple[str, ...]:
    """What makes two answers speak of the same change."""
    return file.status, file.old_path, file.path, file.old_blob, file.new_blob


def _exact(name: str) -> str:
    """A pathspec of this file alone. A literal one, and a pattern without a special sign, stand
    for all that is in a folder of the name, too."""
    folder, slash, base = name.rpartition("/")
    first, rest = base[:1], base[1:]
    return f":(top,glob){_escaped(folder)}{slash}\\{first}{_escaped(rest)}"


def _escaped(name: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", name)
