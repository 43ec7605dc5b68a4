"""What a cache offers: texts under digests of all that they follow from.

A cache is worth having and never needed. It knows nothing of prompts and models, so one of this
machine and one that a team shares look alike to a review.
"""

from __future__ import annotations

from typing import Protocol

from reviewbot.database import Trouble


class Cache(Protocol):
    """Any number of threads may use one at once. Nothing here raises: what cannot be read is not
    there, and what cannot be written is not kept."""

    @property
    def troubles(self) -> tuple[Trouble, ...]: ...

    def find(self, key: str) -> str | None:
        """The very text that was kept under a key (hexadecimal), or None."""

    def keep(self, key: str, text: str) -> None: ...

    def claim(self, key: str) -> str | None:
        """What `find` says; where somebody else is about to keep it, that is waited for. After
        None it is the caller's to find out, and others wait until it is released. Who has a claim
        asks for no other."""
        return self.find(key)

    def release(self, key: str) -> None:  # noqa: ARG002
        """End a claim, whether something was kept or not."""
        return

    def close(self) -> None:
        """Write what is left to write. It is not used after that."""
