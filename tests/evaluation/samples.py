"""Rows and findings made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reviewbot.evaluation.results import Facts, Found, Row, Span
from reviewbot.evaluation.suite import Golden, Kind
from reviewbot.finding import Source
from tests.conftest import ROOT

SUITE: Path = ROOT / "tests" / "data" / "evaluation" / "suite.jsonl"


def found(
    line: int,
    end: int | None = None,
    *,
    path: str = "a.py",
    sure: float = 0.5,
    source: Source = Source.MODEL,
) -> Found:
    return Found(
        rule="RB-CORRECTNESS",
        severity="error",
        path=path,
        start_line=line,
        end_line=end or line,
        confidence=sure,
        source=source,
    )


def golden(first: int, last: int, file: str = "a.py") -> Golden:
    return Golden(file=file, line=(first, last))


def row(
    name: str,
    kind: Kind = "clean",
    *findings: Found,
    track: str = "twin",
    goldens: Sequence[Golden] = (),
    changed: Sequence[int] = (),
    pair: str | None = None,
    group: str = "",
) -> Row:
    facts = Facts(
        id=name,
        track=track,
        kind=kind,
        group=group or name,
        pair=pair,
        golden=tuple(goldens),
        changed=(Span(file="a.py", lines=tuple(changed)),),
    )
    return Row(key=name, case=facts, digest=name, findings=findings)
