"""Capture a scope: from git's one stream of raw entries, counts and patch to a `ChangeSet`.

Paths, modes and renames come from the raw entries, which are NUL-separated and so need no
unquoting; hunks come from the patch; numstat is held against both, and the object ids of a
patch against those of its entry. Where they disagree the capture is an error, never a shorter
list.

Each file's patch is decoded by itself: the whole stream as text, and once more as bytes, cost 7 MB
of the 53 that a change of 100,000 lines took.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from reviewbot.change.git import Git
from reviewbot.change.hidden import unhidden
from reviewbot.change.hunks import read_hunks
from reviewbot.changeset import ChangeSet, FileChange, Hunk, Scope
from reviewbot.errors import GitError

_BUG = "that is a bug of reviewbot's or of git's: report it, with what `git version` says"
_UNMERGED = "U"
_TYPE_CHANGED = "T"
# Inside of hunks every line has a mark before it, so these words stand in column one only where
# a file begins. git notes an unmerged file between the others' patches, out of all hunks.
_SECTION = re.compile(rb"(?<=\n)(?:diff --git |\* Unmerged path )")
_IDS = re.compile(r"^index ([0-9a-f]+)\.\.([0-9a-f]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A raw entry with its counts: -1 where numstat prints a dash."""

    status: str
    mode: str
    old_blob: str
    new_blob: str
    old_path: str
    path: str
    added: int = 0
    removed: int = 0


def capture(git: Git, scope: Scope, paths: Sequence[str] = ()) -> ChangeSet:
    """The change that `scope` names, narrowed to pathspecs. Raises GitError, PatchError."""

    def look(pathspecs: Sequence[str], extra: Sequence[str]) -> tuple[FileChange, ...]:
        if scope.kind == "staged":
            return read_diff(git.staged_diff(scope.base, pathspecs, extra))
        return read_diff(git.tree_diff(scope.base, scope.head, pathspecs, extra))

    return ChangeSet(scope, tuple(unhidden(look(paths, ()), git, look)))


def read_diff(stream: bytes) -> tuple[FileChange, ...]:
    """The files in one `--raw --numstat --patch -z` stream. Raises GitError, PatchError."""
    entries, begin = _entries(stream)
    sections = _sections(stream, begin)
    files = tuple(_file(entry, sections) for entry in entries)
    if next(sections, None) is not None:
        raise GitError("git printed a patch of more files than it lists as changed", _BUG)
    return files


def _file(entry: _Entry, sections: Iterator[str]) -> FileChange:
    entry, hunks = _counted(entry, _hunks(entry, sections))
    return FileChange(
        path=entry.path,
        old_path=entry.old_path,
        status=entry.status,
        hunks=hunks,
        added=max(entry.added, 0),
        removed=max(entry.removed, 0),
        binary=entry.added < 0,
        mode=entry.mode,
        new_blob=_unless_null(entry.new_blob),
        old_blob=_unless_null(entry.old_blob),
    )


def _hunks(entry: _Entry, sections: Iterator[str]) -> tuple[Hunk, ...]:
    if entry.status == _UNMERGED:
        return ()
    parts = list(islice(sections, 2 if entry.status == _TYPE_CHANGED else 1))
    if not parts:
        raise GitError(f"git printed no patch for {entry.path}", _BUG)
    if entry.status == _TYPE_CHANGED:
        # git prints a removal and a creation; a file that became a link is not reviewed.
        return ()
    header, hunks = _parted(parts[0])
    ids = _IDS.search(header)
    blobs = (entry.old_blob, entry.new_blob)
    if ids and not all(map(str.startswith, blobs, ids.groups())):
        raise GitError(f"git printed another file's patch where {entry.path} should stand", _BUG)
    return read_hunks(hunks, entry.path)


def _counted(entry: _Entry, hunks: tuple[Hunk, ...]) -> tuple[_Entry, tuple[Hunk, ...]]:
    counted = (sum(hunk.added for hunk in hunks), sum(hunk.removed for hunk in hunks))
    if entry.added < 0 and hunks:
        # `--text` prints the hunks of a file with a `-diff` attribute, numstat stays a dash.
        entry = replace(entry, added=counted[0], removed=counted[1])
    if hunks and counted != (entry.added, entry.removed):
        raise GitError(
            f"git counts +{entry.added} -{entry.removed} lines in {entry.path},"
            f" its patch holds +{counted[0]} -{counted[1]}",
            _BUG,
        )
    return entry, hunks


def _unless_null(blob: str) -> str:
    """An object id; git writes one of zeros where there is no content."""
    return blob if blob.strip("0") else ""


def _sections(stream: bytes, begin: int) -> Iterator[str]:
    """The part of the patch that belongs to each file, from its `diff --git` on."""
    starts = [begin, *(match.start() for match in _SECTION.finditer(stream, begin + 1))]
    for start, end in pairwise([*starts, len(stream)]):
        if stream.startswith(b"diff --git ", start):
            yield stream[start:end].decode("utf-8", "surrogateescape")


def _parted(section: str) -> tuple[str, str]:
    """A file's header lines, and its hunks."""
    begin = section.find("\n@@ ") + 1
    return (section[:begin], section[begin:]) if begin else (section, "")


def _entries(stream: bytes) -> tuple[list[_Entry], int]:
    """The raw entries with their counts, and where the patch begins that follows them.

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
    return counted, reader.at


def _raw_entry(token: bytes, reader: _Reader) -> _Entry:
    fields = token.decode("ascii").removeprefix(":").split(" ")
    _, mode, old_blob, new_blob, status = fields
    old_path = path = reader.name()
    if status[0] in "RC":
        path = reader.name()
    return _Entry(status[0], mode, old_blob, new_blob, old_path, path)


def _with_counts(entry: _Entry, counts: dict[bytes, tuple[bytes, bytes]]) -> _Entry:
    found = counts.get(entry.path.encode("utf-8", "surrogateescape"))
    if found is None:
        if entry.status == _UNMERGED:
            return entry
        raise GitError(f"git lists {entry.path} as changed but does not count its lines", _BUG)
    added, removed = (-1 if count == b"-" else int(count) for count in found)
    return replace(entry, added=added, removed=removed)


class _Reader:
    """NUL-ended tokens from a byte string."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self.at = 0

    @property
    def done(self) -> bool:
        return self.at >= len(self._stream)

    def token(self) -> bytes:
        end = self._stream.find(b"\0", self.at)
        end = len(self._stream) if end < 0 else end
        token = self._stream[self.at : end]
        self.at = end + 1
        return token

    def name(self) -> str:
        return self.token().decode("utf-8", "surrogateescape")

    def while_prefixed(self, prefix: bytes) -> Iterator[bytes]:
        while self._stream.startswith(prefix, self.at):
            yield self.token()
