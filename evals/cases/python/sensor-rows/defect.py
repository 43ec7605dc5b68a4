"""The daily report of a weather station, out of its log file."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    minute: int
    celsius: float


def readings(log: str) -> Iterator[Reading]:
    """One reading a line, `minute;celsius`; blank lines and comments are passed over."""
    for line in log.splitlines():
        if not line or line.startswith("#"):
            continue
        minute, celsius = line.split(";")
        yield Reading(int(minute), float(celsius))


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def report(log: str) -> str:
    day = readings(log)
    top = max((reading.celsius for reading in day), default=0.0)
    average = mean([reading.celsius for reading in day])
    return f"max {top:.1f} °C, mean {average:.1f} °C"


def frost_minutes(log: str) -> int:
    return sum(1 for reading in readings(log) if reading.celsius < 0)
