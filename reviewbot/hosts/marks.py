"""The hidden last line of every comment of ours, by which the next run knows it again.

It counts only where the comment's author is the token's own user: anybody can write such a line.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_FINDING = re.compile(r"<!-- reviewbot:finding ([0-9a-f]{32}(?:-\d+)?) (open|gone) -->")
SUMMARY = "<!-- reviewbot:summary -->"
_IDENTITY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Mark:
    """Which finding a comment is about. `gone` says that reviewbot itself put it away."""

    key: str
    gone: bool = False

    def __str__(self) -> str:
        return f"<!-- reviewbot:finding {self.key} {'gone' if self.gone else 'open'} -->"


def mark_of(body: str) -> Mark | None:
    found = _FINDING.fullmatch(_last_line(body))
    return Mark(found[1], found[2] == "gone") if found else None


def is_summary(body: str) -> bool:
    return _last_line(body) == SUMMARY


def key_of(fingerprint: str, occurrence: int) -> str:
    """A finding's identity in a mark; a fingerprint of another form cannot end the comment."""
    if not _IDENTITY.fullmatch(fingerprint):
        fingerprint = hashlib.sha256(fingerprint.encode("utf-8", "replace")).hexdigest()[:32]
    return f"{fingerprint}-{occurrence}" if occurrence else fingerprint


def _last_line(body: str) -> str:
    return body.rstrip().rpartition("\n")[2].strip()
