"""GitLab's variables.

A merge request has two kinds of pipelines. In a detached one CI_COMMIT_SHA is the tip of the source
branch; in one for merged results, and in a merge train, it is a merge that nobody wrote, and
CI_MERGE_REQUEST_SOURCE_BRANCH_SHA is the tip.
"""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import UsageError
from reviewbot.hooks.ci_range import NAME_IT, Clone, given, merge_request, merged, pushed

_BASE = "CI_MERGE_REQUEST_DIFF_BASE_SHA"
_TIP = "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"


def scope(git: Git, environ: Mapping[str, str]) -> Scope:
    """Raises UsageError, GitError."""
    clone = Clone(git, 'set GIT_DEPTH: "0" for the job')
    if environ.get("CI_PIPELINE_SOURCE") == "merge_request_event":
        base = clone.commit(_BASE, given(environ, _BASE))
        tip = _TIP if environ.get(_TIP) else "CI_COMMIT_SHA"
        head = clone.commit(tip, given(environ, tip))
        number = environ.get("CI_MERGE_REQUEST_IID", "?")
        return merge_request(clone, f"merge request !{number}", base, head)
    head = clone.commit("CI_COMMIT_SHA", given(environ, "CI_COMMIT_SHA"))
    branch, default = environ.get("CI_COMMIT_BRANCH"), given(environ, "CI_DEFAULT_BRANCH")
    if not branch:
        raise UsageError("--ci: this pipeline is of a tag, which changes nothing", NAME_IT)
    if branch == default:
        return merged(branch, head)
    return pushed(clone, default, environ.get("CI_COMMIT_BEFORE_SHA", ""), head)
