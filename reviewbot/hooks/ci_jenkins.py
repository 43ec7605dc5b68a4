"""Jenkins' variables in a multibranch project, where a change request has a CHANGE_TARGET."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import UsageError
from reviewbot.hooks.ci_range import Clone, merge_request


def scope(git: Git, environ: Mapping[str, str]) -> Scope:
    """All that the target branch does not have, be it the change request's tip that is built or
    its merge. Raises UsageError, GitError."""
    target = environ.get("CHANGE_TARGET")
    if not target:
        raise UsageError(
            "--ci: CHANGE_TARGET is not set: this build is of no change request",
            'name the change: --range "$GIT_PREVIOUS_SUCCESSFUL_COMMIT..HEAD"',
        )
    clone = Clone(git, "clone without a depth, and let the refspec take the target branch")
    head = git.commit_id("HEAD")
    label = f"change request {environ.get('CHANGE_ID', '?')}"
    return merge_request(clone, label, clone.parted(clone.branch(target), head), head)
