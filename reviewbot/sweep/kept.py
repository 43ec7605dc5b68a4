"""What the journal has of a sweep: of each unit the place of its newest row, not the row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.report import EngineInfo
from reviewbot.reporters.json_report import EngineEntry
from reviewbot.sweep.plan import Unit
from reviewbot.sweep.row import Journal, Row, key_of


@dataclass(frozen=True, slots=True)
class _Place:
    at: int
    is_whole: bool
    engine: EngineEntry | None

    @classmethod
    def of(cls, at: int, row: Row) -> _Place:
        return cls(at, row.is_whole, row.engine)


class Kept:
    def __init__(self, journal: Journal, run: str, units: Sequence[Unit]) -> None:
        """`run` is the digest of what all reviews of the sweep follow from. Raises UsageError for
        a journal that is none."""
        self.run = run
        self._journal = journal
        self._units = {key_of(run, unit): unit for unit in units}
        self._places = {
            row.key: _Place.of(at, row) for at, row in journal.each() if row.key in self._units
        }

    @property
    def whole(self) -> int:
        return sum(place.is_whole for place in self._places.values())

    def left(self) -> list[Unit]:
        """The units that have no row, or one of a review that was incomplete."""
        done = {key for key, place in self._places.items() if place.is_whole}
        return [unit for key, unit in self._units.items() if key not in done]

    def only_of(self, engine: EngineInfo) -> None:
        """Forget the rows of another engine: under the same name another model may answer now."""
        now = (engine.name, engine.model, engine.digest, engine.window)
        self._places = {
            key: place
            for key, place in self._places.items()
            if (was := place.engine) is None or (was.name, was.model, was.digest, was.window) == now
        }

    def add(self, row: Row) -> None:
        """Raises OutputError."""
        self._places[row.key] = _Place.of(self._journal.add(row), row)

    def rows(self) -> Iterator[tuple[Unit, Row | None]]:
        """The units in their order, each with its row."""
        for key, unit in self._units.items():
            place = self._places.get(key)
            yield unit, None if place is None else self._journal.at(place.at)
