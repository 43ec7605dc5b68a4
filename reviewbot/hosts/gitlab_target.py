"""Which merge request is meant: by options, else by the variables of a GitLab pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from reviewbot.errors import UsageError

TOKEN = "REVIEWBOT_GITLAB_TOKEN"  # noqa: S105  (the name of a variable)
TOKEN_KIND = "a project, group or personal access token with the scope `api`"  # noqa: S105
REMEDIES = {
    401: f"check {TOKEN}: it must be {TOKEN_KIND} that has not expired",
    403: f"{TOKEN} needs the scope `api`, and its user at least the role Reporter in the project",
    404: "check --project and --merge-request, and that the token's user can see the project"
    " (GitLab says 404 where it says nothing)",
}
_API = "/api/v4"


@dataclass(frozen=True, slots=True)
class MergeRequest:
    url: str
    project: str
    number: str

    @property
    def path(self) -> str:
        return f"/projects/{quote(self.project, safe='')}/merge_requests/{self.number}"


def merge_request(
    url: str | None, project: str | None, number: int | None, environ: Mapping[str, str]
) -> MergeRequest:
    """Raises UsageError for what is neither given nor in the environment.

    The pipeline of a fork runs in the fork's project, and its merge request is in another one.
    """
    address = url or environ.get("CI_API_V4_URL") or environ.get("CI_SERVER_URL")
    named = (
        project or environ.get("CI_MERGE_REQUEST_PROJECT_ID") or environ.get("CI_PROJECT_ID") or ""
    )
    found = str(number) if number is not None else environ.get("CI_MERGE_REQUEST_IID", "")
    missing = [
        option
        for option, value in (
            ("--url", address),
            ("--project", named),
            ("--merge-request", found),
        )
        if not value
    ]
    if not address or missing:
        raise UsageError(
            f"which merge request? {', '.join(missing)} missing",
            "give them, or run in a merge request's pipeline (CI_MERGE_REQUEST_IID is set there)",
        )
    if not (found.isascii() and found.isdigit()):
        raise UsageError("CI_MERGE_REQUEST_IID is no number", "give --merge-request NUMBER")
    base = address.rstrip("/")
    return MergeRequest(base if base.endswith(_API) else base + _API, named, found)
