"""GitHub's variables and the event behind them, which Gitea and Forgejo have taken over.

`actions/checkout` checks out a merge that nobody wrote, and one commit of history: the event's own
ids name the two ends, and the merge base needs `fetch-depth: 0`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reviewbot.change.git import Git
from reviewbot.changeset import Scope
from reviewbot.errors import UsageError
from reviewbot.hooks.ci_range import NAME_IT, Clone, given, merge_request, merged, pushed

_BRANCH = "refs/heads/"


def scope(git: Git, environ: Mapping[str, str]) -> Scope:
    """Raises UsageError, GitError."""
    clone = Clone(git, "set fetch-depth: 0 for actions/checkout")
    event = _event(given(environ, "GITHUB_EVENT_PATH"))
    if "pull_request" in event:
        ends = [_text(event, "pull_request", end, "sha") for end in ("base", "head")]
        base, head = (clone.commit("the pull request's commit", end) for end in ends)
        label = f"pull request #{event.get('number', '?')}"
        return merge_request(clone, label, clone.parted(base, head), head)
    if "merge_group" in event:
        ends = [_text(event, "merge_group", end) for end in ("base_sha", "head_sha")]
        base, head = (clone.commit("the merge group's commit", end) for end in ends)
        return merge_request(clone, "merge group", base, head)
    return _branch(clone, event, environ)


def _branch(clone: Clone, event: dict[str, Any], environ: Mapping[str, str]) -> Scope:
    ref, default = given(environ, "GITHUB_REF"), _text(event, "repository", "default_branch")
    head = clone.commit("GITHUB_SHA", given(environ, "GITHUB_SHA"))
    if not ref.startswith(_BRANCH):
        raise UsageError("--ci: this job runs for no branch: there is no change", NAME_IT)
    if ref == _BRANCH + default:
        return merged(default, head)
    before = event.get("before")
    return pushed(clone, default, before if isinstance(before, str) else "", head)


def _event(path: str) -> dict[str, Any]:
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(
            f"--ci: cannot read the event in GITHUB_EVENT_PATH: {error}", NAME_IT
        ) from None
    return event if isinstance(event, dict) else {}


def _text(event: dict[str, Any], *names: str) -> str:
    found: Any = event
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    if not isinstance(found, str):
        raise UsageError(f"--ci: the event in GITHUB_EVENT_PATH has no {'.'.join(names)}", NAME_IT)
    return found
