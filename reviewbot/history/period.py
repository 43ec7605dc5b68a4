"""Which reviews are told of, and the days that they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from reviewbot.history.entry import Counts, Entry, total

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Period:
    """From one moment up to another, in seconds since 1970."""

    begin: float
    end: float

    @property
    def days(self) -> Fraction:
        return max(Fraction(0), Fraction(str(round(self.end - self.begin, 3))) / _DAY)

    def __contains__(self, at: float) -> bool:
        return self.begin <= at < self.end


def period_of(
    entries: Sequence[Entry], since: float | None, until: float | None, now: float
) -> Period:
    """The period that was asked for, as far as the history reaches: it does not begin before the
    first review that was ever noted (of any repository), nor end after now."""
    end = now if until is None else min(until, now)
    first = min((entry.at for entry in entries), default=end)
    return Period(min(end, max(first, since or 0.0)), end)


@dataclass(frozen=True, slots=True)
class Sum:
    """What the reviews of one name took together."""

    name: str
    reviews: int
    incomplete: int
    counts: Counts


def summed(name: str, entries: Iterable[Entry]) -> Sum:
    every = list(entries)
    bad = sum(entry.status == "incomplete" for entry in every)
    return Sum(name, len(every), bad, total(entry.counts for entry in every))


def by(name_of: Callable[[Entry], str], entries: Iterable[Entry]) -> list[Sum]:
    """Sums by name, in the order of the names."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(name_of(entry), []).append(entry)
    return [summed(name, groups[name]) for name in sorted(groups)]


def month(entry: Entry) -> str:
    """Of this machine's clock."""
    return datetime.fromtimestamp(entry.at).astimezone().strftime("%Y-%m")


def model(entry: Entry) -> str:
    return f"{entry.engine} {entry.model}".strip() or "nobody asked"
