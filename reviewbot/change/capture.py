"""Capture a scope: from git's one stream of raw entries, counts and patch to a `ChangeSet`.

Paths, modes and renames come from the raw entries, which are NUL-separated and so need no
unquoting; hunks come from the patch; numstat is held against both. Where they disagree the
capture is an error, never a shorter list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reviewbot.change.changeset import ChangeSet, FileChange, Hunk
from reviewbot.change.git import Git
from reviewbot.change.patch import read_hunks
from reviewbot.errors import GitError
from reviewbot.report import Scope

_UNMERGED = "U"
_TYPE_CHANGED = "T"
# git's own test for binary content: a NUL among the first 8000 bytes (xdiff-interface.c).
_BINARY_PROBE = 8000
_BATCH = 400

Differ = Callable[[Sequence[str], Sequence[str]], bytes]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A raw entry with its counts: -1 where numstat prints a dash."""

    status: str
    mode: str
    new_blob: str
    old_path: str
    path: str
    added: int = 0
    removed: int = 0


def capture(git: Git, scope: Scope, paths: Sequence[str] = ()) -> ChangeSet:
    """The change that `scope` names, narrowed to pathspecs. Raises GitError, PatchError."""

    def differ(pathspecs: Sequence[str], extra: Sequence[str]) -> bytes:
        if scope.kind == "staged":
            return git.staged_diff(scope.base, pathspecs, extra)
        return git.tree_diff(scope.base, scope.head, pathspecs, extra)

    files = read_diff(differ(paths, ()))
    return ChangeSet(scope, tuple(_unhidden(files, git, differ)))


def _unhidden(files: Sequence[FileChange], git: Git, differ: Differ) -> Iterator[FileChange]:
    """The files, those that an attribute (`*.py -diff`) passes off as binary read as text."""
    suspects = [file for file in files if file.binary and file.new_blob]
    contents = git.blobs(file.new_blob for file in suspects)
    text = {
        file.path
        for file in suspects
        if b"\0" not in contents.get(file.new_blob, b"\0")[:_BINARY_PROBE]
    }
    shown: dict[str, FileChange] = {}
    if text:
        # With its old path a renamed file is shown as renamed again, and not as new.
        hidden = [file for file in suspects if file.path in text]
        names = {name for file in hidden for name in (file.old_path, file.path)}
        again = [f":(top,literal){name}" for name in sorted(names)]
        # A command line holds some 2 MB; a rename whose two names are parted is shown as new.
        for begin in range(0, len(again), _BATCH):
            batch = read_diff(differ(again[begin : begin + _BATCH], ("--text",)))
            shown |= {file.path: file for file in batch}
    for file in files:
        found = shown.get(file.path, file)
        yield replace(
            file,
            hunks=found.hunks,
            binary=file.binary and file.path not in text,
            added=found.added,
            removed=found.removed,
        )


def read_diff(stream: bytes) -> tuple[FileChange, ...]:
    """The files in one `--raw --numstat --patch -z` stream. Raises GitError, PatchError."""
    entries, patch = _entries(stream)
    sections = _sections(patch)
    return tuple(_file(entry, sections) for entry in entries)


def _file(entry: _Entry, sections: Iterator[str]) -> FileChange:
    hunks: tuple[Hunk, ...] = ()
    if entry.status == _TYPE_CHANGED:
        # git prints a removal and a creation; a file that became a link is not reviewed.
        next(sections, None), next(sections, None)
    elif entry.status != _UNMERGED:
        section = next(sections, None)
        if section is None:
            raise GitError(f"git printed no patch for {entry.path}")
        hunks = read_hunks(_from_first_hunk(section), entry.path)
    counted = (sum(hunk.added for hunk in hunks), sum(hunk.removed for hunk in hunks))
    if entry.added < 0 and hunks:
        # `--text` prints the hunks of a file with a `-diff` attribute, numstat stays a dash.
        entry = replace(entry, added=counted[0], removed=counted[1])
    if hunks and counted != (entry.added, entry.removed):
        raise GitError(
            f"git counts +{entry.added} -{entry.removed} lines in {entry.path},"
            f" its patch holds +{counted[0]} -{counted[1]}"
        )
    return FileChange(
        path=entry.path,
        old_path=entry.old_path,
        status=entry.status,
        hunks=hunks,
        added=max(entry.added, 0),
        removed=max(entry.removed, 0),
        binary=entry.added < 0,
        mode=entry.mode,
        new_blob="" if set(entry.new_blob) == {"0"} else entry.new_blob,
    )


def _sections(patch: bytes) -> Iterator[str]:
    """The patch cut at each `diff --git`: inside hunks every line has a mark before it, so the
    words stand in column one only where a file begins."""
    text = patch.decode("utf-8", "surrogateescape")
    starts = [match.start() for match in re.finditer(r"^diff --git ", text, re.MULTILINE)]
    for start, end in pairwise([*starts, len(text)]):
        yield text[start:end]


def _from_first_hunk(section: str) -> str:
    match = re.search(r"^@@ ", section, re.MULTILINE)
    return section[match.start() :] if match else ""


def _entries(stream: bytes) -> tuple[list[_Entry], bytes]:
    """The raw entries with their counts, and the patch that follows them.

    With -z: `:OLDMODE NEWMODE OLDID NEWID STATUS NUL path NUL [new path NUL]` for each file,
    `ADDED TAB REMOVED TAB path NUL` (or `… TAB NUL old NUL new NUL`) for each, NUL, the patch.
    """
    reader = _Reader(stream)
    entries = [_raw_entry(token, reader) for token in reader.while_prefixed(b":")]
    counts = {}
    while not reader.done and (token := reader.token()):
        added, removed, path = token.split(b"\t", 2)
        if not path:
            reader.token()
            path = reader.token()
        counts[path] = (added, removed)
    counted = [_with_counts(entry, counts) for entry in entries]
    return counted, reader.rest()


def _raw_entry(token: bytes, reader: _Reader) -> _Entry:
    fields = token.decode("ascii").removeprefix(":").split(" ")
    _, mode, _, new_blob, status = fields
    old_path = path = reader.name()
    if status[0] in "RC":
        path = reader.name()
    return _Entry(status[0], mode, new_blob, old_path, path)


def _with_counts(entry: _Entry, counts: dict[bytes, tuple[bytes, bytes]]) -> _Entry:
    found = counts.get(entry.path.encode("utf-8", "surrogateescape"))
    if found is None:
        if entry.status == _UNMERGED:
            return entry
        raise GitError(f"git lists {entry.path} as changed but does not count its lines")
    added, removed = (-1 if count == b"-" else int(count) for count in found)
    return replace(entry, added=added, removed=removed)


class _Reader:
    """NUL-ended tokens from a byte string."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._stream)

    def token(self) -> bytes:
        end = self._stream.find(b"\0", self._at)
        end = len(self._stream) if end < 0 else end
        token = self._stream[self._at : end]
        self._at = end + 1
        return token

    def name(self) -> str:
        return self.token().decode("utf-8", "surrogateescape")

    def while_prefixed(self, prefix: bytes) -> Iterator[bytes]:
        while self._stream.startswith(prefix, self._at):
            yield self.token()

    def rest(self) -> bytes:
        return self._stream[self._at :]
