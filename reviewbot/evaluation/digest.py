"""The key of a case's row: it stands for all that the answers follow from."""

from __future__ import annotations

from reviewbot.evaluation.suite import Case, digest_of


def case_key(run: str, case: Case) -> str:
    return digest_of(f"{run}\0{case.id}\0{case.digest}")
