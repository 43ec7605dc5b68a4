"""The files by which a project sets up its linters: the staged ones for a staged change, else those
from before it, or a merge request could silence a linter by a file of settings that it adds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from reviewbot.change.snapshot import Snapshot

_NAMES = re.compile(
    r"pyproject\.toml|\.?ruff\.toml|\.?shellcheckrc|\.pre-commit-config\.yaml"
    r"|\.oxlintrc\.jsonc?|\.eslintrc(\.\w+)?|eslint\.config\.\w+"
)
_LARGEST = 200_000


def tooling(snapshot: Snapshot, paths: Iterable[str]) -> dict[str, str]:
    """Their texts by path, of those that stand in a folder of one of the paths or above it: they
    hold there. Raises GitError."""
    folders = {parent for path in paths for parent in PurePosixPath(path).parents}
    listing = snapshot.advising() if folders else {}
    ids = {path: blob for path, blob in listing.items() if _holds_in(path, folders)}
    contents = snapshot.blobs(ids.values())
    found = {path: contents.get(blob, b"") for path, blob in ids.items()}
    return {
        path: content.decode("utf-8", "replace")
        for path, content in found.items()
        if len(content) <= _LARGEST
    }


def _holds_in(path: str, folders: set[PurePosixPath]) -> bool:
    place = PurePosixPath(path)
    return bool(_NAMES.fullmatch(place.name)) and place.parent in folders
