"""How a place is cited: `path:line`, a range of lines, or lines that are gone."""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.finding import Location
from reviewbot.plain import plain_path


def cited(places: Iterable[Location]) -> str:
    return ", ".join(dict.fromkeys(map(_cited, places)))


def _cited(place: Location) -> str:
    """
    >>> from reviewbot.finding import Side
    >>> _cited(Location("a.py", Side.NEW, 3, 5)), _cited(Location("a.py", Side.OLD, 3, 3, (4, 4)))
    ('a.py:3-5', 'a.py:3 (removed: 4)')
    """
    path = plain_path(place.path)
    lines = _range(place.start_line, place.end_line)
    gone = f" (removed: {_range(*place.removed)})" if place.removed else ""
    return f"{path}:{lines}{gone}"


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
