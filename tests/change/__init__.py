"""What the tests of `change` share: capture by path, and a patch applied by hand."""

from __future__ import annotations

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.prepare import Prepared, prepare
from reviewbot.change.scope import staged
from reviewbot.change.selection.advice import read_advice
from reviewbot.change.snapshot import Snapshot
from reviewbot.changeset import FileChange, LineKind
from tests.conftest import Repository


def captured(repository: Repository, *paths: str) -> dict[str, FileChange]:
    """The staged files by path."""
    git = Git(repository.path)
    return {file.path: file for file in capture(git, staged(git), paths).files}


def prepared(repository: Repository) -> Prepared:
    """The staged change as a model is to see it."""
    git = Git(repository.path)
    scope = staged(git)
    change = capture(git, scope)
    return prepare(change, read_advice(git, scope, change.files), Snapshot(git, scope))


def applied(old: bytes, file: FileChange) -> bytes:
    """The old content with the file's hunks applied; what a hunk calls old must be there."""
    source = old.decode("utf-8", "surrogateescape").split("\n")
    bare = source.pop()
    lines = [(text, False) for text in source] + ([(bare, True)] if bare else [])
    result: list[tuple[str, bool]] = []
    at = 0
    for hunk in file.hunks:
        befores = [line for line in hunk.lines if line.kind is not LineKind.ADDED]
        start = befores[0].old_no if befores else hunk.old_start + 1
        assert start is not None
        result += lines[at : start - 1]
        at = start - 1 + len(befores)
        assert lines[start - 1 : at] == [(line.text, line.ends_bare) for line in befores]
        result += [
            (line.text, line.ends_bare) for line in hunk.lines if line.kind is not LineKind.REMOVED
        ]
    result += lines[at:]
    text = "".join(text if is_bare else f"{text}\n" for text, is_bare in result)
    return text.encode("utf-8", "surrogateescape")


def numstat(repository: Repository) -> dict[str, tuple[int, int]]:
    """git's own counts of the staged change by new path; a dash counts as 0."""
    rows = repository.git("diff-index", "--cached", "--numstat", "-z", "-M50%", "HEAD").split("\0")
    counts = {}
    tokens = iter(rows[:-1])
    for token in tokens:
        added, removed, path = token.split("\t", 2)
        if not path:  # renamed: the old and the new path follow
            _, path = next(tokens), next(tokens)
        counts[path] = (int(added.replace("-", "0")), int(removed.replace("-", "0")))
    return counts


def texts(file: FileChange, kind: LineKind) -> list[str]:
    return [line.text for hunk in file.hunks for line in hunk.lines if line.kind is kind]
