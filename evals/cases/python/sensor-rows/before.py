"""The daily report of a weather station, out of its log file."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    minute: int
    celsius: float


def readings(log: str) -> list[Reading]:
    found = []
    for line in log.splitlines():
        minute, celsius = line.split(";")
        found.append(Reading(int(minute), float(celsius)))
    return found


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def report(log: str) -> str:
    day = readings(log)
    top = max(reading.celsius for reading in day)
    average = mean([reading.celsius for reading in day])
    return f"max {top:.1f} °C, mean {average:.1f} °C"


def frost_minutes(log: str) -> int:
    return len([reading for reading in readings(log) if reading.celsius < 0])
