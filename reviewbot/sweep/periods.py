"""When findings came in: days of a short history, months of a longer one, years of a long one.

A clock may have been wrong, and a commit say any time at all, so there is a most of periods.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from reviewbot.sweep.document import Period, SweptFinding, UnitEntry

_DAYS = 62
_MONTHS = 120
_YEARS = 200
# Characters of a time that name its period.
_DAY, _MONTH, _YEAR = len("2026-01-01"), len("2026-01"), len("2026")


def periods(units: Sequence[UnitEntry], findings: Iterable[SweptFinding]) -> Iterator[Period]:
    """The oldest first. One without commits is one in which nothing came in."""
    if not units:
        return
    days = [date.fromisoformat(unit.at[:_DAY]) for unit in units]
    first, last = min(days), max(days)
    length = _length(first, last)
    counts: dict[str, Counter[str]] = {}
    for unit in units:
        lines = unit.reviewed + unit.skipped + unit.failed
        counts.setdefault(unit.at[:length], Counter()).update(units=1, lines=lines)
    for found in findings:
        stands = int(found.state == "stands")
        counts.setdefault(found.since[:length], Counter()).update(found=1, stand=stands)
    for name in _names(first, last, length) or sorted(counts):
        one = counts.get(name, Counter[str]())
        numbers = {key: one[key] for key in ("units", "lines", "found", "stand")}
        yield Period(name=name, **numbers)


def _length(first: date, last: date) -> int:
    if (last - first).days < _DAYS:
        return _DAY
    return _MONTH if _month(last) - _month(first) < _MONTHS else _YEAR


def _names(first: date, last: date, length: int) -> list[str]:
    """All periods from the first to the last; empty where that is more than there can be."""
    if length == _DAY:
        return [f"{first + timedelta(days)}" for days in range((last - first).days + 1)]
    if length == _MONTH:
        months = range(_month(first), _month(last) + 1)
        return [f"{month // 12:04}-{month % 12 + 1:02}" for month in months]
    years = range(first.year, last.year + 1)
    return [f"{year:04}" for year in years] if len(years) <= _YEARS else []


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1
