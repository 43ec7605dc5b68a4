"""What the CI systems have in common: ends that they name, checked against the clone at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import GitError, UsageError
from reviewbot.plain import plain_line

NAME_IT = "name the change: --base REV or --range A..B"
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Clone:
    """The job's clone, and what to do in this CI system where it ends too early."""

    git: Git
    deepen: str

    def commit(self, name: str, value: str) -> str:
        """The commit that a variable names by its id. Raises UsageError where it names none,
        GitError where the clone does not hold it."""
        if not _ID.fullmatch(value):
            raise UsageError(
                f"--ci: {name} is {plain_line(value)!r}, which is no commit id", NAME_IT
            )
        try:
            return self.git.commit_id(value)
        except GitError:
            remedy = f"{self.deepen}, or fetch it: git fetch --depth=1 origin {value}"
            raise GitError(f"this clone does not hold {name}, {value[:12]}", remedy) from None

    def branch(self, name: str) -> str:
        """The tip of a branch of the remote's."""
        try:
            return self.git.commit_id(f"refs/remotes/origin/{name}")
        except GitError:
            fetch = f"git fetch origin +refs/heads/{name}:refs/remotes/origin/{name}"
            raise GitError(
                f"this clone does not hold the branch {plain_line(name)}",
                f"{self.deepen}, or fetch it: {plain_line(fetch)}",
            ) from None

    def parted(self, base: str, head: str) -> str:
        """The merge base of two commits. Raises GitError where the clone cannot tell."""
        try:
            return self.git.merge_base(base, head)
        except GitError as error:
            raise GitError(error.message, f"{self.deepen} (git fetch --unshallow)") from None

    def leads(self, base: str, head: str) -> bool:
        """Whether the base is an ancestor; in a shallow clone, whether it can be."""
        return self.git.is_shallow() or self.parted(base, head) == base


def given(environ: Mapping[str, str], name: str) -> str:
    """A variable that each job of the system should have."""
    if value := environ.get(name):
        return value
    raise UsageError(f"--ci: {name} is not set", NAME_IT)


def merge_request(clone: Clone, label: str, base: str, head: str) -> Scope:
    """Both ends as the host names them. Two trees are compared, so no history is needed."""
    if not clone.leads(base, head):
        raise GitError(
            f"{base[:12]} is not an ancestor of {head[:12]}: the branch or its target was changed"
            " after this job was made",
            "start a new pipeline",
        )
    return Scope("range", f"{label}, {base[:12]}..{head[:12]}", base=base, head=head)


def merged(branch: str, head: str) -> Scope:
    """The branch that changes are merged to: an empty change, hence a report without findings, to
    which the host compares those of merge requests."""
    label = f"{plain_line(branch)}: what is merged was reviewed before"
    return Scope("range", label, base=head, head=head)


def pushed(clone: Clone, default: str, before: str, head: str) -> Scope:
    """A push to a branch without a merge request: from the tip before it, or where the branch
    parted from the default branch. The default branch says how it is reviewed, since the commits
    of an earlier push are the author's own, too."""
    parted = clone.parted(clone.branch(default), head)
    base = _known(clone, before, parted, head)
    return Scope("range", f"the push {base[:12]}..{head[:12]}", base, head, rules=parted)


def _known(clone: Clone, before: str, parted: str, head: str) -> str:
    """The tip before a push, where it is there and was not replaced."""
    if not before.strip("0"):
        return parted  # a new branch, or no push
    try:
        known = clone.commit("before", before)
        return known if clone.parted(known, head) == known else parted
    except GitError:
        return parted  # more is reviewed than was pushed, never less
