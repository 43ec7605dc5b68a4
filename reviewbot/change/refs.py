"""What the references of a repository say of a commit: whether one still leads to it, and where a
push would take it."""

from __future__ import annotations

from reviewbot.change.git import Git
from reviewbot.change.git_words import DeclinedError
from reviewbot.errors import GitError

_USUAL_REMOTE = "origin"


def is_held(git: Git, commit: str) -> bool:
    """Whether HEAD or a reference leads to the commit: one that was amended away is nobody's."""
    try:
        if not git.answer(b"", "rev-list", "--max-count=1", commit, "--not", "HEAD", "--"):
            return True
        listing = ("for-each-ref", "--count=1", "--format=%(refname)", f"--contains={commit}")
        return bool(git.answer(b"", *listing))
    except DeclinedError:  # it is gone
        return False


def push_line(git: Git) -> tuple[str, str] | None:
    """The remote that `git push` would push this branch to, and the line that git would tell a
    pre-push hook; None where nothing can be pushed. Raises GitError."""
    branch = _said(git, "symbolic-ref", "--quiet", "HEAD")
    if not branch:
        return None
    form = "--format=%(push:remotename)%00%(push)"
    remote, _, tracking = _said(git, "for-each-ref", form, branch).partition("\0")
    remote = remote or _USUAL_REMOTE
    if not _said(git, "config", "--get", f"remote.{remote}.url"):
        return None
    name = branch.removeprefix("refs/heads/")
    head = git.commit_id("HEAD")
    try:
        known = git.commit_id(tracking or f"refs/remotes/{remote}/{name}")
    except GitError:
        known = "0" * len(head)  # the remote has no such branch
    return remote, f"{branch} {head} {branch} {known}"


def count(git: Git, base: str, head: str) -> int:
    """How many commits a push of them brings. `base` may be the empty tree."""
    try:
        return int(git.answer(b"", "rev-list", "--count", head, "--not", base, "--"))
    except DeclinedError:
        return int(git.answer(b"", "rev-list", "--count", head, "--"))


def _said(git: Git, *arguments: str) -> str:
    """What git prints; nothing where it says no."""
    try:
        return git.answer(b"", *arguments).decode("utf-8", "surrogateescape").strip()
    except DeclinedError:
        return ""
