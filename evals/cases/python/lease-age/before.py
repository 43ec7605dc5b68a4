"""Machines of the build fleet hold a lease and renew it as long as they live."""

from dataclasses import dataclass
from datetime import datetime, timezone

GRACE_SECONDS = 90


@dataclass
class Lease:
    machine: str
    renewed: datetime

    def renew(self, now: datetime) -> None:
        if now > self.renewed:
            self.renewed = now


def utcnow() -> datetime:
    return datetime.now(timezone.utc)


def expired(leases: list[Lease], now: datetime) -> list[str]:
    return [lease.machine for lease in leases if now.timestamp() - lease.renewed.timestamp() > 60]


def summary(leases: list[Lease], now: datetime) -> str:
    gone = len(expired(leases, now))
    return f"{len(leases) - gone} alive, {gone} expired"
