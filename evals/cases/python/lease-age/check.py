from datetime import datetime, timedelta, timezone

from leases import Lease, expired, summary

NOW = datetime(2024, 3, 2, 12, 0, tzinfo=timezone.utc)
leases = [
    Lease("fresh", NOW - timedelta(seconds=30)),
    Lease("late", NOW - timedelta(seconds=91)),
    Lease("yesterday", NOW - timedelta(days=1, seconds=60)),
]
assert expired(leases, NOW) == ["late", "yesterday"], expired(leases, NOW)
assert summary(leases, NOW) == "1 alive, 2 expired"
