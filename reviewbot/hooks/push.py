"""A pre-push hook: which commits are about to leave.

git says it on standard input, a line for each ref; pre-commit eats those lines and says it in
variables instead (seen with pre-commit 4.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import GitError
from reviewbot.plain import plain_line

_REF_LINE = re.compile(r"(?s:.+) (?P<local>[0-9a-f]{40,64}) \S+ (?P<remote>[0-9a-f]{40,64})")


def pushed(
    git: Git, lines: Iterable[str], environ: Mapping[str, str], remote: str = ""
) -> Iterator[Scope]:
    """The scopes of one push; none where nothing new leaves (a deleted branch).

    Raises GitError for a line that is not git's: a push that is not understood is not reviewed,
    and must not look as if it were.
    """
    if environ.get("PRE_COMMIT"):
        yield from _from_pre_commit(git, environ)
        return
    for line in filter(str.strip, lines):
        # The local ref is what the user typed, blanks and all: `HEAD^{/fix bug}`.
        match = _REF_LINE.fullmatch(line.rstrip("\n"))
        if match is None:
            raise GitError(
                f"that is no line of a pre-push hook: {plain_line(line)!r}",
                "hand the hook what git writes to its standard input (docs/hooks.md)",
            )
        yield from _of_ref(git, match["local"], match["remote"], remote)


def _from_pre_commit(git: Git, environ: Mapping[str, str]) -> Iterator[Scope]:
    base, head = environ.get("PRE_COMMIT_FROM_REF"), environ.get("PRE_COMMIT_TO_REF")
    if base and head:
        yield _scope(git.commit_id(base), git.commit_id(head))
    elif environ.get("PRE_COMMIT_REMOTE_NAME"):
        # A branch with its root commit: pre-commit names no range and means all files.
        yield _scope(git.empty_tree(), git.commit_id("HEAD"))


def _of_ref(git: Git, local: str, known: str, remote: str) -> Iterator[Scope]:
    if set(local) == {"0"}:
        return  # the branch is being deleted
    try:
        head = git.commit_id(local)
    except GitError:
        return  # a tag of something that is no commit
    try:
        base = git.merge_base(git.commit_id(known), head)
    except GitError:
        # A new branch (all zeros), or a remote commit that was never fetched.
        first = git.first_unpushed(head, remote)
        if first is None:
            return
        base = git.parent(first)
    yield _scope(base, head)


def _scope(base: str, head: str) -> Scope:
    return Scope("range", f"the push {base[:12]}..{head[:12]}", base=base, head=head)
