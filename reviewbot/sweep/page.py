"""The HTML report of a sweep: hot spots by file and over time, and the findings, in one file that
loads nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.reporters.html.template import environment, generated, packaged
from reviewbot.sweep.document import HotFile, Period, SweepDocument, SweptFinding
from reviewbot.sweep.plan import noun_of

# What is shown of each; the JSON report has all of it.
MOST_FINDINGS = 2_000
MOST_FILES = 500
MOST_UNITS = 500
# Characters of a text in a finding.
_LONGEST = 2_000
# Units of the drawing, which a page scales.
_HIGH = 120
_BAR = 14
_WIDEST = 260


@dataclass(frozen=True, slots=True)
class Bar:
    """A period as a column: how high what came in then is drawn, and what of it stands."""

    period: Period
    x: int
    found: float
    stand: float


@dataclass(frozen=True, slots=True)
class FileBar:
    """A file as a line: how long its parts are drawn."""

    file: HotFile
    errors: float
    warnings: float
    notes: float
    past: float

    @property
    def parts(self) -> Iterator[tuple[str, float, float]]:
        """Class, beginning and length of each."""
        at = 0.0
        for name in ("error", "warning", "note", "past"):
            length = getattr(self, name if name == "past" else f"{name}s")
            if length:
                yield name, at, length
            at += length


def written(found: SweepDocument) -> Iterator[str]:
    """The page's text, in pieces."""
    troubled = [unit for unit in found.units if unit.status != "complete"]
    yield from generated(
        environment(__package__).get_template("sweep.html.j2"),
        packaged("style.css") + packaged("sweep.css", __package__),
        sweep=found,
        standing=_cut(found.findings, "stands"),
        past=_cut(found.findings, "past"),
        muted=sum(one.state == "muted" for one in found.findings),
        bars=_bars(found.periods),
        high=_HIGH,
        wide=max(1, len(found.periods)) * _BAR,
        bar=_BAR - 2,
        files=_file_bars(found.files[:MOST_FILES]),
        widest=_WIDEST,
        more_files=max(0, len(found.files) - MOST_FILES),
        troubled=troubled[:MOST_UNITS],
        more_troubled=max(0, len(troubled) - MOST_UNITS),
        noun=noun_of(found.sweep.kind),
        longest=_LONGEST,
        most=MOST_FINDINGS,
    )


def _cut(findings: Sequence[SweptFinding], state: str) -> list[SweptFinding]:
    return [one for one in findings if one.state == state]


def _bars(periods: Sequence[Period]) -> list[Bar]:
    most = max((one.found for one in periods), default=0) or 1
    return [
        Bar(one, at * _BAR, _HIGH * one.found / most, _HIGH * one.stand / most)
        for at, one in enumerate(periods)
    ]


def _file_bars(files: Sequence[HotFile]) -> list[FileBar]:
    counts = [one.errors + one.warnings + one.notes + one.past for one in files]
    each = _WIDEST / (max(counts, default=0) or 1)
    return [
        FileBar(one, one.errors * each, one.warnings * each, one.notes * each, one.past * each)
        for one in files
    ]
