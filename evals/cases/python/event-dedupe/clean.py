"""Telemetry arrives more than once; the batch that is stored holds each event once."""

from collections.abc import Iterable
from dataclasses import dataclass

BATCH_LIMIT = 500_000


@dataclass(frozen=True)
class Event:
    device: str
    sequence: int
    payload: bytes

    @property
    def key(self) -> tuple[str, int]:
        return (self.device, self.sequence)


def batch(events: Iterable[Event]) -> list[Event]:
    """Up to the limit, the first copy of each event, in the order of their arrival."""
    kept: list[Event] = []
    seen: set[tuple[str, int]] = set()
    for event in events:
        if len(kept) == BATCH_LIMIT:
            break
        if event.key in seen:
            continue
        seen.add(event.key)
        kept.append(event)
    return kept


def volume(events: Iterable[Event]) -> int:
    return sum(len(event.payload) for event in events)
