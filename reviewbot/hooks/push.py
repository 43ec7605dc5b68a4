"""A pre-push hook: which commits are about to leave.

git says it on standard input, a line for each ref; pre-commit eats those lines and says it in
variables instead (seen with pre-commit 4.7).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reviewbot.change.git import Git
from reviewbot.errors import GitError
from reviewbot.report import Scope


def pushed(git: Git, lines: Iterable[str], environ: Mapping[str, str]) -> Iterator[Scope]:
    """The scopes of one push; none where nothing new leaves (a deleted branch)."""
    if environ.get("PRE_COMMIT"):
        yield from _from_pre_commit(git, environ)
        return
    for line in lines:
        fields = line.split()
        if len(fields) == 4:  # noqa: PLR2004  (local ref, local id, remote ref, remote id)
            yield from _of_ref(git, fields[1], fields[3])


def _from_pre_commit(git: Git, environ: Mapping[str, str]) -> Iterator[Scope]:
    base, head = environ.get("PRE_COMMIT_FROM_REF"), environ.get("PRE_COMMIT_TO_REF")
    if base and head:
        yield _scope(git.commit_id(base), git.commit_id(head))
    elif environ.get("PRE_COMMIT_REMOTE_NAME"):
        # A branch with its root commit: pre-commit names no range and means all files.
        yield _scope(git.empty_tree(), git.commit_id("HEAD"))


def _of_ref(git: Git, local: str, remote: str) -> Iterator[Scope]:
    if set(local) == {"0"}:
        return  # the branch is being deleted
    head = git.commit_id(local)
    try:
        base = git.merge_base(git.commit_id(remote), head)
    except GitError:
        # A new branch (all zeros), or a remote commit that was never fetched.
        first = git.first_unpushed(head)
        if first is None:
            return
        base = git.parent(first)
    yield _scope(base, head)


def _scope(base: str, head: str) -> Scope:
    return Scope("range", f"the push {base[:12]}..{head[:12]}", base=base, head=head)
