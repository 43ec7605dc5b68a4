"""What a run has done so far, so that it can be told wherever the run ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Deed = Literal["posted", "updated", "resolved", "reopened", "summary"]
_WORDS: dict[Deed, str] = {
    "posted": "posted",
    "updated": "updated",
    "resolved": "resolved",
    "reopened": "reopened",
}


@dataclass(slots=True)
class Ledger:
    counts: Counter[Deed] = field(default_factory=Counter)

    def add(self, deed: Deed, count: int = 1) -> None:
        self.counts[deed] += count

    @property
    def is_empty(self) -> bool:
        return not self.counts.total()

    def text(self) -> str:
        parts = [
            f"{self.counts[deed]} {word}" for deed, word in _WORDS.items() if self.counts[deed]
        ]
        if self.counts["summary"]:
            parts.append("the summary written")
        return ", ".join(parts) or "nothing to change"
