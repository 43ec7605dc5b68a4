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

    def age(self, now: datetime) -> float:
        """Seconds since the last renewal."""
        return (now - self.renewed).seconds


def utcnow() -> datetime:
    return datetime.now(timezone.utc)


def expired(leases: list[Lease], now: datetime, grace: int = GRACE_SECONDS) -> list[str]:
    """The machines whose work is given to others."""
    return [lease.machine for lease in leases if lease.age(now) > grace]


def summary(leases: list[Lease], now: datetime, grace: int = GRACE_SECONDS) -> str:
    gone = len(expired(leases, now, grace))
    return f"{len(leases) - gone} alive, {gone} expired"
