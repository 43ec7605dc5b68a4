"""Lines with and without secrets, and how well they are told apart.

In `cases.jsonl` all text stands in reverse, so that no scanner takes this repository for a leak.
No case is from gitleaks' own tests, whose rules these are to judge; each names its source. The
secrets are made up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change.secrets.search import masked

_FILE = Path(__file__).resolve().parent / "cases.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    kind: str
    source: str
    path: str
    text: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Of `positives` cases all secrets were masked in `found`; of `negatives` cases without one
    something was masked in `false`."""

    positives: int
    found: int
    negatives: int
    false: int

    @property
    def recall(self) -> float:
        return self.found / self.positives if self.positives else 1.0

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false) if self.found else 1.0


def cases() -> tuple[Case, ...]:
    rows = map(json.loads, _FILE.read_text(encoding="utf-8").splitlines())
    return tuple(
        Case(
            row["kind"],
            row["source"],
            row["path"],
            row["text"][::-1],
            tuple(secret[::-1] for secret in row["secrets"]),
        )
        for row in rows
    )


def shown(case: Case) -> str:
    return "\n".join(masked(case.text.split("\n"), case.path))


def is_right(case: Case) -> bool:
    """No secret is to be read, or where there is none the text is as it was."""
    text = shown(case)
    return not any(secret in text for secret in case.secrets) if case.secrets else text == case.text


def score(given: Iterable[Case]) -> Score:
    results = [(bool(case.secrets), is_right(case)) for case in given]
    return Score(
        positives=sum(positive for positive, _ in results),
        found=sum(positive and right for positive, right in results),
        negatives=sum(not positive for positive, _ in results),
        false=sum(not positive and not right for positive, right in results),
    )
