"""A case becomes a change that is ready to be reviewed, by the way that `reviewbot review` goes.

Whole files become two commits of a repository of their own, so that capture, attributes,
`.reviewbotignore`, redaction and context work on them as they do for a user. No file is checked
out: a path of a case never becomes a path of this machine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from reviewbot.change import scope as scopes
from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.patch import read_patch
from reviewbot.change.prepare import Prepared, prepare
from reviewbot.change.selection.advice import NO_ADVICE, read_advice
from reviewbot.change.snapshot import Snapshot
from reviewbot.changeset import ChangeSet, Scope
from reviewbot.evaluation.suite import Commits, Patch, Texts

_BRANCH = "refs/heads/main"


def prepared(change: Texts | Patch | Commits) -> Prepared:
    """Raises GitError, PatchError."""
    if isinstance(change, Patch):
        return _of_patch(change)
    if isinstance(change, Commits):
        return _of_scope(Git(change.repository), change.scope, change.paths)
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:  # mode 0700
        git = _repository(Path(folder), change)
        return _of_scope(git, scopes.commit(git, _BRANCH), ())


def _of_patch(change: Patch) -> Prepared:
    change_set = ChangeSet(scopes.patch_file("of the case"), read_patch(change.diff))
    return prepare(change_set, NO_ADVICE, Snapshot(None, change_set.scope))


def _of_scope(git: Git, scope: Scope, paths: tuple[str, ...]) -> Prepared:
    change_set = capture(git, scope, tuple(f":(top,literal){path}" for path in paths))
    advice = read_advice(git, scope, change_set.files)
    return prepare(change_set, advice, Snapshot(git, scope))


def _repository(folder: Path, change: Texts) -> Git:
    """A repository of two commits, written by one process. Raises GitError for a path that git
    does not take."""
    home = folder / ".git"
    for made in (home / "objects", home / "refs"):
        made.mkdir(parents=True)
    (home / "HEAD").write_text(f"ref: {_BRANCH}\n", encoding="ascii")
    # A hook's GIT_DIR and GIT_INDEX_FILE mean the user's repository.
    environ = {
        "GIT_DIR": str(home),
        "GIT_COMMON_DIR": str(home),
        "GIT_WORK_TREE": str(folder),
        "GIT_INDEX_FILE": str(home / "index"),
    }
    git = Git(folder, environ)
    git.answer(b"".join(_stream(change)), "fast-import", "--quiet")
    return git


def _stream(change: Texts) -> Iterator[bytes]:
    for files in (change.old, change.new):
        yield from _commit(files)


def _commit(files: Mapping[str, str]) -> Iterator[bytes]:
    yield f"commit {_BRANCH}\ncommitter case <case@localhost> 0 +0000\ndata 0\n".encode()
    yield b"deleteall\n"
    for path, text in files.items():
        content = text.encode("utf-8", "surrogateescape")
        yield b"M 100644 inline " + _quoted(path) + b"\ndata %d\n" % len(content) + content + b"\n"


def _quoted(path: str) -> bytes:
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'.encode("utf-8", "surrogateescape")
