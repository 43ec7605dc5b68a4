"""The new side of a change as files: the index for a staged change, else the tree of its head; and
of the side that advises on the review which files there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviewbot.change.git import Git
from reviewbot.changeset import Scope


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Without a `git` (a patch from outside) there are no files."""

    git: Git | None
    scope: Scope

    def blobs(self, ids: Iterable[str]) -> Mapping[str, bytes]:
        """Contents by blob id; what is missing is left out. Raises GitError."""
        return self.git.blobs(ids) if self.git else {}

    def listing(self) -> Mapping[str, str]:
        """The blob ids of all tracked files by path. Raises GitError."""
        return self._listing("" if self.scope.kind == "staged" else self.scope.head)

    def advising(self) -> Mapping[str, str]:
        """The same of the tree whose word holds on how the review is done. Raises GitError."""
        return self._listing(self.scope.advised_by)

    def _listing(self, tree: str) -> Mapping[str, str]:
        return self.git.listing(tree) if self.git else {}
