"""What reviews took and found, for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reviewbot.history.money_text import money_lines
from reviewbot.history.period import Sum
from reviewbot.history.stats import Stats
from reviewbot.plain import inert, plain_line

_HEAD = (
    *("", "reviews", "incomplete", "calls", "tokens read", "kept", "written"),
    *("seconds", "findings", "muted"),
)


def stats_text(stats: Stats, config: str) -> str:
    """`config` is the file that prices stand in."""
    lines = [_first(stats), ""]
    if stats.all.reviews:
        lines += [*_table(stats), "", *_found(stats.all), ""]
        lines += money_lines(stats.money, config)
    if stats.unreadable:
        lines.append(f"{stats.unreadable} rows of the history cannot be read and are left out")
    return inert("\n".join(lines).rstrip() + "\n")


def _first(stats: Stats) -> str:
    period, count = stats.period, stats.all.reviews
    if not count:
        return "reviewbot: the history has no such reviews"
    days = f"{float(period.days):.1f} days"
    what = "1 review" if count == 1 else f"{count:,} reviews"
    return f"reviewbot: {what} in {days}, {_day(period.begin)} to {_day(period.end)}"


def _day(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().date().isoformat()


def _table(stats: Stats) -> Iterator[str]:
    groups = ([stats.all], stats.kinds, stats.months, stats.models)
    rows = [[_row(one) for one in group] for group in groups]
    lines = iter(aligned([_HEAD, *(row for group in rows for row in group)]))
    yield next(lines)
    for number, group in enumerate(rows):
        if number:
            yield ""
        for _ in group:
            yield next(lines)


def _row(one: Sum) -> tuple[str, ...]:
    counts = one.counts
    numbers = (
        *(one.reviews, one.incomplete, counts.calls, counts.prompt_tokens, counts.cached_tokens),
        *(counts.completion_tokens, round(counts.total_seconds), counts.findings, counts.muted),
    )
    return plain_line(one.name), *(f"{number:,}" for number in numbers)


def _found(everything: Sum) -> Iterator[str]:
    counts = everything.counts
    yield (
        f"findings: {counts.errors:,} errors, {counts.warnings:,} warnings, {counts.notes:,} notes;"
        f" muted: {counts.muted_confidence:,} by confidence, {counts.muted_inline:,} by a comment,"
        f" {counts.muted_baseline:,} by a baseline"
    )
    yield (
        f"claims that were not told: {counts.dropped:,} without a changed line that they quote,"
        f" {counts.refuted:,} refuted"
    )
    yield (
        f"cache: {counts.cached_chunks:,} of {counts.chunks:,} chunks; what was not asked again had"
        f" cost {counts.saved_prompt_tokens:,} tokens read, {counts.saved_completion_tokens:,}"
        " written"
    )


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns, the first to the left and the others to the right."""
    lines = list(rows)
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    for first, *others in lines:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "   " + "  ".join([first.ljust(widths[0]), *cells])
