"""A CI job: which change it runs for, by the variables of its system.

Every system gives the two ends of a merge request in another way, in two kinds of pipelines and in
clones that end somewhere. So it is said here, once, and tested; a job only says `--ci`.
"""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import UsageError
from reviewbot.hooks import ci_github, ci_gitlab, ci_jenkins

# By a variable that each job of the system has. Gitea and Forgejo have GitHub's.
_SYSTEMS = {
    "CI_PIPELINE_SOURCE": ci_gitlab.scope,
    "GITHUB_EVENT_PATH": ci_github.scope,
    "JENKINS_URL": ci_jenkins.scope,
}


def ci_scope(git: Git, environ: Mapping[str, str]) -> Scope:
    """The change that a CI job runs for; one without files on the branch that changes are merged
    to, where they were reviewed before.

    Raises UsageError where no system is recognised or the job has no change, GitError for a clone
    that does not hold both ends: another range than the one that is meant is never reviewed.
    """
    for variable, scope in _SYSTEMS.items():
        if environ.get(variable):
            return scope(git, environ)
    raise UsageError(
        f"--ci: no CI system is recognised: none of {', '.join(_SYSTEMS)} is set",
        "name the change: --base REV or --range A..B",
    )
