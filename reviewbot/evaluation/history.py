"""A private suite from the user's own repository: is the model good on this code?

A small commit whose message says that it fixes something is a defect when it is read backwards,
and a clean change forwards. Beside each pair stands an ordinary commit of about the same size in
the same direction whose lines still stand: a fix adds code, so a model that dislikes what shrinks
would else pass for one that sees bugs. Nothing of it is written to a disk; the commits are read
from the repository each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change import scope as scopes
from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.syntax.language import language_of
from reviewbot.changeset import SYMLINK_MODE, FileChange, Hunk, LineKind, Scope
from reviewbot.errors import GitError, UsageError
from reviewbot.evaluation.suite import Case, Commits, Golden, Kind, Suite, digest_of

TRACK = "history"
ORDINARY = "ordinary"
PAIRS = 40
_SCANNED = 5000
_MOST_LINES = 30
_MOST_FILES = 3
# Ordinary commits looked at for each pair: more to choose from, more time.
_CHOICE = 4

_FIXES = re.compile(
    r"\b(?:fix(?:e[sd]|ing)?|bug(?:s|fix(?:es)?)?|defects?|regressions?|crash(?:e[sd]|ing)?"
    r"|(?:memory )?leaks?|deadlocks?|race condition|off[- ]by[- ]one|overflows?|segfaults?)\b"
    "|修正|不具合|バグ|直す|直し|障害|クラッシュ|修复|修復|缺陷|崩溃|解决.*问题",
    re.IGNORECASE,
)
# Words of fixes to what is no code, and of commits that say nothing about theirs.
_OTHER = re.compile(
    r"\b(?:typos?|lint\w*|docs?|documentation|docstrings?|comments?|tests?|format(?:ting)?|style"
    r"|spell\w*|grammar|ci|builds?|flaky|warnings?|changelog|readme|reverts?|revert(?:s|ed)?"
    r"|merge[sd]?|versions?|bump(?:s|ed)?|release)\b"
    "|誤字|タイポ|文書|ドキュメント|コメント|テスト|错别字|文档|注释|测试|拼写|警告",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"(?:^|/)(?:tests?|spec|specs|__tests__|testing|testdata|fixtures)/"
    r"|(?:^|/)(?:test_|conftest)|[._-](?:test|tests|spec)\.\w+$|Tests?\.\w+$"
)


@dataclass(frozen=True, slots=True)
class _Commit:
    """A small commit, narrowed to its code."""

    id: str
    parent: str
    files: tuple[FileChange, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Added and removed lines."""
        return sum(f.added for f in self.files), sum(f.removed for f in self.files)

    @property
    def language(self) -> str:
        return language_of(self.files[0].path, "") or ""


def from_history(repository: Path, since: str, pairs: int = PAIRS) -> Suite:
    """Raises GitError, and UsageError where no commit since that date is a small fix."""
    git = Git(repository)
    fixes: list[_Commit] = []
    ordinary: list[_Commit] = []
    listing = git.listing(git.commit_id("HEAD"))
    for name, message in git.history(f"{since}T00:00:00", _SCANNED):
        kind = _kind(message)
        if kind == "defect" and len(fixes) < pairs and (found := _small(git, name)):
            fixes.append(found)
        elif (
            kind == "clean"
            and len(ordinary) < _CHOICE * pairs
            and (found := _small(git, name))
            and _survived(git, found, listing)
        ):
            ordinary.append(found)
        if len(fixes) >= pairs and len(ordinary) >= _CHOICE * pairs:
            break
    if not fixes:
        raise UsageError(
            f"no commit since {since} is a small fix of code, by its message",
            "look further back with: --since YYYY-MM-DD",
        )
    return Suite(f"history-{repository.name}", tuple(_cases(repository, fixes, ordinary)))


def _kind(message: str) -> Kind | None:
    """By the subject what a commit is; None for one that says too little."""
    subject = message.strip().partition("\n")[0]
    if _OTHER.search(subject):
        return None
    if _FIXES.search(subject):
        return "defect"
    # An ordinary change whose text speaks of a fix may be one.
    return None if _FIXES.search(message) else "clean"


def _small(git: Git, name: str) -> _Commit | None:
    """The commit if it changes a little code in place. A shallow clone may lack its parent."""
    try:
        scope = scopes.commit(git, name)
    except GitError:
        return None
    code = tuple(file for file in capture(git, scope).files if _is_code(file))
    lines = sum(file.changed for file in code)
    if not 1 <= len(code) <= _MOST_FILES or not 1 <= lines <= _MOST_LINES:
        return None
    return _Commit(name, scope.base, code)


def _is_code(file: FileChange) -> bool:
    return (
        file.status == "M"
        and bool(file.hunks)
        and file.mode != SYMLINK_MODE
        and language_of(file.path, "") is not None
        and not _TESTS.search(file.path)
    )


def _survived(git: Git, commit: _Commit, listing: Mapping[str, str]) -> bool:
    """Whether each line that it added still stands in the file, as HEAD has it."""
    blobs = git.blobs(listing[file.path] for file in commit.files if file.path in listing)
    for file in commit.files:
        content = blobs.get(listing.get(file.path, ""), b"").decode("utf-8", "surrogateescape")
        standing = {line.strip() for line in content.splitlines()}
        added = {
            line.text.strip()
            for hunk in file.hunks
            for line in hunk.lines
            if line.kind is LineKind.ADDED
        }
        if not added <= standing | {""}:
            return False
    return True


def _cases(repository: Path, fixes: Sequence[_Commit], others: Sequence[_Commit]) -> Iterator[Case]:
    rest = list(others)
    for fix in fixes:
        added, removed = fix.size
        yield _case(repository, fix, "defect")
        yield _case(repository, fix, "clean")
        if rest:
            # As the reversed fix: what the fix added is taken away.
            near = min(rest, key=lambda c: abs(c.size[0] - removed) + abs(c.size[1] - added))
            rest.remove(near)
            yield _case(repository, near, "clean", track=ORDINARY)


def _case(repository: Path, commit: _Commit, kind: Kind, track: str = TRACK) -> Case:
    defect, short = kind == "defect", commit.id[:12]
    base, head = (commit.id, commit.parent) if defect else (commit.parent, commit.id)
    twin = f"{short}-fix" if defect else f"{short}-reversed"
    paths = tuple(file.path for file in commit.files)
    name = short if track == ORDINARY else f"{short}-{'reversed' if defect else 'fix'}"
    return Case(
        id=name,
        track=track,
        kind=kind,
        group=short,
        change=Commits(repository, Scope("range", name, base=base, head=head), paths),
        digest=digest_of("\0".join((base, head, *paths))),
        golden=tuple(_golden(commit.files)) if defect else (),
        pair=None if track == ORDINARY else twin,
        language=commit.language,
    )


def _golden(files: Sequence[FileChange]) -> Iterator[Golden]:
    """What the reversed fix changes, by the line numbers of before the fix."""
    for file in files:
        for hunk in file.hunks:
            yield from _hunk_golden(file.path, hunk)


def _hunk_golden(path: str, hunk: Hunk) -> Iterator[Golden]:
    """A golden for each run of changed lines: the lines that the fix removed; where it only added
    some, the lines around the place where they are to be missed."""
    begin, lines = 0, hunk.lines
    for at in range(1, len(lines) + 1):
        if at < len(lines) and lines[at].changed == lines[begin].changed:
            continue
        if lines[begin].changed:
            old = [line.old_no for line in lines[begin:at] if line.old_no is not None]
            around = [
                line.old_no
                for line in (*lines[max(begin - 1, 0) : begin], *lines[at : at + 1])
                if line.old_no is not None
            ] or [1]
            places = old or around
            anchor = "lines" if old else "deletion"
            yield Golden(file=path, line=(min(places), max(places)), anchor=anchor)
        begin = at
