"""The figures as tables for a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from reviewbot.evaluation.compare import Comparison
from reviewbot.evaluation.metrics import BY_NAME, METRICS, SHORT
from reviewbot.evaluation.summary import Document, Figure, Figures
from reviewbot.plain import plain_line

if TYPE_CHECKING:
    from rich.table import Table

# A table is as wide as it must be: a folded figure cannot be read.
_WIDTH = 240
_FOOT = (
    "\nIntervals are drawn over groups, so they cannot see what no group did: one without"
    "\nwidth says that all groups were alike, not that the next one would be.\n"
)
_SHORT_LABELS = {
    "recall": "recall",
    "flagged_defects": "defects flagged",
    "noise": "findings/clean",
    "youden": "Youden J",
    "precision": "precision",
    "pair_difference": "bug less fix",
}


def told(document: Document) -> str:
    """The whole result as text."""
    counts, header = document.counts, document.header
    lines = [
        f"suite {header.suite}: {counts['cases']} of {header.cases} cases in {counts['groups']}"
        f" groups ({counts['defects']} defects, {counts['clean']} clean, {counts['pairs']} pairs)",
        f"{header.engine}, {header.model}, reviewbot {header.version}",
        f"{counts['findings']} findings, {counts['true']} of them on a golden;"
        f" {counts['dropped']} claims dropped, {counts['refuted']} refuted,"
        f" {counts['hits_dropped']} hits of linters dropped; {document.status}",
    ]
    text = "".join(f"{plain_line(line)}\n" for line in lines)
    tables = [_all(document)]
    for title, parts in (
        ("track", document.by_track),
        ("language", document.by_language),
        ("category", document.by_category),
        ("difficulty", document.by_difficulty),
        ("findings of one source alone", document.by_source),
    ):
        if len(parts) > 1:
            tables.append(_parts(title, parts))
    ours = {header.model: document.scores}
    tables.append(_parts("against reporters without a model", ours | document.baselines))
    return text + _drawn(tables) + _FOOT


def compared_text(names: tuple[str, str], comparison: Comparison) -> str:
    """A: the first, B: the second."""
    table = _table(f"{comparison.cases} cases of both", "A", "B", "B - A [95 %]", "p")
    for item in comparison.differences:
        p = "-" if item.p is None else f"{item.p:.3f}"
        first, second = Figure(value=item.first), Figure(value=item.second)
        figure = Figure(
            value=item.difference.value, low=item.difference.low, high=item.difference.high
        )
        table.add_row(item.metric.label, _number(first), _number(second), _cell(figure, "+"), p)
    alone = f"{comparison.alone} cases are not in both and were left out\n"
    head = f"A: {names[0]}\nB: {names[1]}\n{alone if comparison.alone else ''}"
    return head + _drawn([table])


def _all(document: Document) -> Table:
    table = _table("all cases", "value [95 %]", "groups")
    for metric in METRICS:
        figure = document.scores[metric.name]
        if figure.value is not None:
            table.add_row(metric.label, _cell(figure), str(figure.groups))
    table.add_row("AUC of the confidence", _cell(document.scores["auc"]), "")
    return table


def _parts(title: str, parts: Mapping[str, Figures]) -> Table:
    table = _table(title, *(_SHORT_LABELS[name] for name in SHORT))
    for name, figures in parts.items():
        table.add_row(plain_line(name), *(_cell(figures[key]) for key in SHORT if key in BY_NAME))
    return table


def _table(*columns: str) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    table.add_column(columns[0], no_wrap=True)
    for column in columns[1:]:
        table.add_column(column, justify="right", no_wrap=True)
    return table


def _cell(figure: Figure, sign: str = "") -> str:
    if figure.low is None or figure.high is None:
        return _number(figure)
    return f"{_number(figure, sign)} [{_short(figure.low)}, {_short(figure.high)}]"


def _number(figure: Figure, sign: str = "") -> str:
    return "-" if figure.value is None else _short(figure.value, sign)


def _short(value: float, sign: str = "") -> str:
    """
    >>> _short(0.126), _short(31.26), _short(1234.5)
    ('0.13', '31.3', '1,234')
    """
    size = abs(value)
    digits = 2 if size < 10 else 1 if size < 1000 else 0  # noqa: PLR2004
    return f"{value:{sign},.{digits}f}"


def _drawn(tables: Iterable[Table]) -> str:
    from rich.console import Console
    from rich.text import Text

    stream = io.StringIO()
    console = Console(file=stream, width=_WIDTH, color_system=None, markup=False)
    for table in tables:
        console.print(Text(""), table, sep="\n")
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))
