"""Files by which a repository says how it is reviewed: from the index for a staged change, from
before the change for all others (`Scope.advised_by`). A merge request cannot change by them how it
is reviewed itself."""

from __future__ import annotations

from pathlib import PurePosixPath

from reviewbot.change.git import Git
from reviewbot.changeset import Scope


def settled(git: Git, scope: Scope, path: str) -> bytes | None:
    """The file's content, None where there is no such file. `path` is relative to the top of the
    repository. Raises GitError."""
    # Without a stage, `:1:x` would be stage 1 of `x`.
    tree = ":0" if scope.kind == "staged" else scope.advised_by
    return next(iter(git.blobs([f"{tree}:{PurePosixPath(path)}"]).values()), None)
