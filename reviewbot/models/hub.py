"""Weights of Hugging Face's repositories: which files a name means, their sizes and SHA-256.

    GET https://huggingface.co/api/models/OWNER/REPO/tree/main?recursive=true

answers a list of entries with `type`, `path`, `size` and, for large files, `lfs` with `oid` (the
SHA-256) and `size`; the next page is in the header Link. 401 or 404 is for a repository that is
private or not there. All of it is documented (huggingface.co/docs/hub/api), not seen: no machine
that this was written on reaches that host, and the tests' server speaks by the documents. No key of
the user's is sent, so a private or gated repository is out of reach.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reviewbot.errors import EngineUnavailable, ReviewbotError, UsageError
from reviewbot.models import sources
from reviewbot.models.catalog import Weights
from reviewbot.models.hub_name import HubName, chosen, is_inside
from reviewbot.models.sources import SourceError

HUB = "https://huggingface.co"
_NOT_PUBLIC = (401, 403, 404)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_BY_HAND = "fetch the file on another machine and give its path: --model ./FILE.gguf"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A file of a repository; `sha256` is known of those in large-file storage."""

    size: int
    sha256: str | None


def weights_of(name: HubName) -> tuple[Weights, ...]:
    """All parts of the model that is meant, the first one first.

    Raises UsageError where there is none, EngineUnavailable where nobody answers.
    """
    files = _files(name)
    return tuple(_weights(name, path, files[path]) for path in chosen(name, files))


def _weights(name: HubName, path: str, file: _Listed) -> Weights:
    if file.sha256 is None:
        raise ReviewbotError(f"no SHA-256 is told of {name.repo}'s {path}", _BY_HAND)
    url = f"{HUB}/{name.repo}/resolve/main/{quote(path)}"
    return Weights(str(name), f"{name.repo}/{path}", file.size, file.sha256, "", url, None)


def _files(name: HubName) -> dict[str, _Listed]:
    url = f"{HUB}/api/models/{name.repo}/tree/main?recursive=true"
    try:
        entries = [entry for page in sources.pages(url) for entry in json.loads(page)]
    except SourceError as error:
        raise _unanswered(name, error) from None
    except (ValueError, TypeError, RecursionError):
        said = f"the list of {name.repo}'s files cannot be read"
        raise EngineUnavailable(
            said, f"reviewbot models pull {name} again, or {_BY_HAND}"
        ) from None
    return dict(found for entry in entries if (found := _listed(entry)))


def _unanswered(name: HubName, error: SourceError) -> ReviewbotError:
    if error.status in _NOT_PUBLIC:
        return UsageError(
            f"Hugging Face has no repository {name.repo} for everybody (HTTP {error.status}):"
            " it is private, gated or not there",
            f"check the name at {HUB}/{name.repo}, or {_BY_HAND}",
        )
    return EngineUnavailable(
        f"cannot ask Hugging Face for {name.repo}: {error}",
        f"reviewbot models pull {name} again, or {_BY_HAND}",
    )


def _listed(entry: Any) -> tuple[str, _Listed] | None:
    """A file of the list; None for a folder, and for what is no entry."""
    if not isinstance(entry, dict) or entry.get("type") != "file":
        return None
    path, lfs = entry.get("path"), entry.get("lfs")
    lfs = lfs if isinstance(lfs, dict) else {}
    size, oid = lfs.get("size", entry.get("size")), str(lfs.get("oid"))
    # The path becomes one of this machine's.
    if not isinstance(path, str) or not path.isprintable() or not is_inside(path):
        return None
    if type(size) is not int or size < 0:
        return None
    return path, _Listed(size, oid if _SHA256.fullmatch(oid) else None)
