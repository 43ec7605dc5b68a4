"""The result of a run as a document: who reviewed what, all figures, and every row.

A field may be added within a `schema_version`; one that goes or changes its meaning raises it. The
rows are enough to score anew: `reviewbot eval --score FILE`.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from reviewbot import __version__
from reviewbot.errors import UsageError
from reviewbot.evaluation.baselines import BASELINES, reported
from reviewbot.evaluation.metrics import SHORT, measured, separation
from reviewbot.evaluation.results import Row
from reviewbot.evaluation.score import Scored, of_source, scored, surer, truths
from reviewbot.evaluation.statistics import Estimate
from reviewbot.finding import Source

_BINS = 10


class Header(BaseModel):
    """Who reviewed which suite, with what."""

    # pydantic keeps names that begin with `model_` for itself.
    model_config = ConfigDict(frozen=True, protected_namespaces=())

    version: str = __version__
    suite: str
    suite_digest: str
    cases: int
    engine: str
    model: str
    model_digest: str | None = None
    window: int | None = None
    settings: dict[str, Any] = {}
    templates: dict[str, str] = {}
    linters: dict[str, str] = {}
    code: str = ""
    run: str = ""
    machine: str = ""


class Figure(BaseModel, frozen=True):
    """An estimate with its 95 % interval over groups."""

    value: float | None
    low: float | None = None
    high: float | None = None
    groups: int = 0


class Point(BaseModel, frozen=True):
    """What is left at a confidence threshold."""

    threshold: float
    recall: float | None
    flagged_defects: float | None
    flagged_clean: float | None
    noise: float | None
    precision: float | None


class Bin(BaseModel, frozen=True):
    """Findings of about the same confidence, and the share of them that are true."""

    confidence: float
    precision: float
    findings: int


Figures = dict[str, Figure]


class Document(BaseModel, frozen=True):
    schema_version: Literal[1] = 1
    header: Header
    status: Literal["complete", "incomplete"]
    scores: Figures
    by_track: dict[str, Figures]
    by_kind: dict[str, Figures]
    by_language: dict[str, Figures]
    by_category: dict[str, Figures]
    by_difficulty: dict[str, Figures]
    by_source: dict[str, Figures]
    baselines: dict[str, Figures]
    counts: dict[str, int]
    curve: tuple[Point, ...]
    reliability: tuple[Bin, ...]
    rows: tuple[Row, ...]


def machine() -> str:
    """What seconds were taken on, without a name of anybody's."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs"


def document(header: Header, rows: Sequence[Row]) -> Document:
    cases = scored(reported_rows(header, rows))
    whole = len(rows) == header.cases and not any(row.faults for row in rows)
    return Document(
        header=header,
        status="complete" if whole else "incomplete",
        scores=_figures(measured(cases)) | {"auc": _figure(separation(cases))},
        by_track=_by(cases, lambda item: item.case.track, ()),
        by_kind=_by(cases, lambda item: item.case.kind, SHORT),
        by_language=_by(cases, lambda item: item.case.language, SHORT),
        by_category=_by(cases, lambda item: item.case.category, SHORT),
        by_difficulty=_by(cases, lambda item: item.case.difficulty, SHORT),
        by_source=_by_source(rows),
        baselines={
            name: _figures(measured(scored(reported(rows, reporter)), SHORT))
            for name, reporter in BASELINES.items()
        },
        counts=_counts(cases),
        curve=tuple(_curve(rows)),
        reliability=tuple(_reliability(rows)),
        rows=tuple(rows),
    )


def reported_rows(header: Header, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with what a review reports, without what it mutes."""
    return surer(rows, header.settings.get("min_confidence", 0.0))


def read(path: Path) -> Document:
    """A result as it was written; the figures in it are not used but made anew."""
    try:
        raw = _Stored.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"cannot read the result {path}: {error.strerror or error}",
            "check the path; make one with: reviewbot eval --output FILE.json",
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"{path} is no result of an evaluation: {place + ': ' if place else ''}{first['msg']}",
            "make one with: reviewbot eval --output FILE.json",
        ) from None
    return document(raw.header, raw.rows)


class _Stored(BaseModel):
    schema_version: Literal[1]
    header: Header
    rows: tuple[Row, ...]


def _by(
    cases: Sequence[Scored], key: Callable[[Scored], str], names: Sequence[str]
) -> dict[str, Figures]:
    """The figures of each part; none where all cases are of one, or none says."""
    parts: dict[str, list[Scored]] = {}
    for item in cases:
        if key(item):
            parts.setdefault(key(item), []).append(item)
    return {
        name: _figures(measured(parts[name], names) if names else measured(parts[name]))
        for name in sorted(parts)
    }


def _by_source(rows: Sequence[Row]) -> dict[str, Figures]:
    """The figures that the findings of each source would have alone."""
    sources = {finding.source for row in rows for finding in row.findings}
    return {
        source.value: _figures(measured(scored(of_source(rows, source)), SHORT))
        for source in Source
        if source in sources
    }


def _counts(cases: Sequence[Scored]) -> dict[str, int]:
    return {
        "cases": len(cases),
        "defects": sum(item.defect for item in cases),
        "clean": sum(not item.defect for item in cases),
        "pairs": sum(item.twin is not None for item in cases),
        "groups": len({item.case.group for item in cases}),
        "goldens": sum(len(item.case.golden) for item in cases),
        "findings": sum(item.findings for item in cases),
        "true": sum(item.true for item in cases),
        "dropped": sum(item.row.dropped for item in cases),
        "refuted": sum(sum(item.row.refuted.values()) for item in cases),
        "hits_dropped": sum(item.row.hits_dropped for item in cases),
    }


def _curve(rows: Sequence[Row]) -> Iterable[Point]:
    """A point for each confidence that a finding has."""
    for threshold in sorted({f.confidence for row in rows for f in row.findings}):
        cases = scored(surer(rows, threshold))
        yield Point(
            threshold=threshold,
            recall=_share(sum(c.hit for c in cases), sum(len(c.case.golden) for c in cases)),
            flagged_defects=_share(
                sum(c.flagged for c in cases if c.defect), sum(c.defect for c in cases)
            ),
            flagged_clean=_share(
                sum(c.flagged for c in cases if not c.defect), sum(not c.defect for c in cases)
            ),
            noise=_share(
                sum(c.findings for c in cases if not c.defect), sum(not c.defect for c in cases)
            ),
            precision=_share(sum(c.true for c in cases), sum(c.findings for c in cases)),
        )


def _reliability(rows: Sequence[Row]) -> Iterable[Bin]:
    bins: dict[int, list[tuple[float, bool]]] = {}
    for row in rows:
        for finding, true in zip(row.findings, truths(row), strict=True):
            at = min(int(finding.confidence * _BINS), _BINS - 1)
            bins.setdefault(at, []).append((finding.confidence, true))
    for _, found in sorted(bins.items()):
        yield Bin(
            confidence=sum(confidence for confidence, _ in found) / len(found),
            precision=sum(true for _, true in found) / len(found),
            findings=len(found),
        )


def _share(above: int, below: int) -> float | None:
    return above / below if below else None


def _figures(estimates: dict[str, Estimate]) -> Figures:
    return {name: _figure(item) for name, item in estimates.items()}


def _figure(item: Estimate) -> Figure:
    return Figure(**asdict(item))
