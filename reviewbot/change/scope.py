"""What was asked for, resolved: flags to a `Scope` with commit ids."""

from __future__ import annotations

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import GitError


def staged(git: Git) -> Scope:
    """The index against HEAD, or against the empty tree before the first commit."""
    head = git.head()
    return Scope("staged", "the staged change", base=head or git.empty_tree())


def commit(git: Git, revision: str) -> Scope:
    """One commit against its first parent; a root commit against the empty tree."""
    head = git.commit_id(revision)
    return Scope("commit", f"commit {head[:12]}", base=git.parent(head), head=head)


def revision_range(git: Git, text: str) -> Scope:
    """`A..B` from A to B, `A...B` from their merge base to B. An end left out is HEAD."""
    for dots in ("...", ".."):
        one, found, other = text.partition(dots)
        if found:
            break
    else:
        raise GitError(f"{text!r} is not a range", "write it as A..B, or use --commit or --base")
    base, head = git.commit_id(one or "HEAD"), git.commit_id(other or "HEAD")
    if dots == "...":
        base = git.merge_base(base, head)
    return Scope("range", f"{base[:12]}..{head[:12]}", base=base, head=head)


def since_base(git: Git, revision: str) -> Scope:
    """All of HEAD that is not yet in `revision`, as a merge request shows it."""
    head = git.commit_id("HEAD")
    base = git.merge_base(git.commit_id(revision), head)
    return Scope("base", f"HEAD since {base[:12]}", base=base, head=head)


def patch_file(name: str) -> Scope:
    return Scope("diff", "the patch on standard input" if name == "-" else f"the patch {name}")
