"""Which pull request is meant: by options, else by the variables of a GitHub workflow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.errors import UsageError

TOKEN = "REVIEWBOT_GITHUB_TOKEN"  # noqa: S105  (the name of a variable)
TOKEN_KIND = "a token with write access to pull requests (a workflow's is secrets.GITHUB_TOKEN)"  # noqa: S105
_FORBIDDEN = (
    f"{TOKEN} needs write access to pull requests (permissions: pull-requests: write; with"
    " --as checks: checks: write, and a workflow's token); a workflow that a fork's pull request"
    " starts has none"
)
REMEDIES = {
    401: f"check {TOKEN}: it must be {TOKEN_KIND} that has not expired",
    403: _FORBIDDEN,
    404: f"check --repository and --pull-request (404 may hide a 403: {_FORBIDDEN})",
}
_API = "https://api.github.com"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_REF = re.compile(r"refs/pull/(\d+)/(?:merge|head)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PullRequest:
    url: str
    repository: str
    number: str

    @property
    def path(self) -> str:
        return f"/repos/{self.repository}"


def pull_request(
    url: str | None, repository: str | None, number: int | None, environ: Mapping[str, str]
) -> PullRequest:
    """Raises UsageError for what is neither given nor in the environment."""
    address = (url or environ.get("GITHUB_API_URL") or _API).rstrip("/")
    named = repository or environ.get("GITHUB_REPOSITORY", "")
    ref = _REF.fullmatch(environ.get("GITHUB_REF", ""))
    found = str(number) if number is not None else ref[1] if ref else ""
    if not _REPOSITORY.fullmatch(named):
        raise UsageError("which repository? --repository is missing", "write it as OWNER/NAME")
    if not found:
        raise UsageError(
            "which pull request? --pull-request is missing",
            "give it, or run in a workflow of the event pull_request (GITHUB_REF names it there)",
        )
    return PullRequest(address, named, found)
