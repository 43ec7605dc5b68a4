"""What goes wrong with a host once: each fault waits for the request that it is about."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

from tests.serving import Handler, Request


@dataclass
class Fault:
    """`status` answers the next request that matches; `after` lets the host do what was asked
    first, so that only its answer is lost. `times` is how often. With `release` the answer waits
    for it, and `reached` says that it does."""

    method: str
    path: str
    status: int
    after: bool = False
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    reached: threading.Event = field(default_factory=threading.Event)
    release: threading.Event | None = None

    def matches(self, request: Request) -> bool:
        return (
            self.times > 0
            and self.method == request.method
            and re.search(self.path, request.path) is not None
        )

    def say(self, handler: Handler) -> None:
        self.reached.set()
        if self.release is not None:
            self.release.wait(20)
        handler.say(self.body, self.status, **self.headers)


def due(faults: list[Fault], request: Request) -> Fault | None:
    for fault in faults:
        if fault.matches(request):
            fault.times -= 1
            return fault
    return None


def diff_rows(diff: str) -> set[tuple[int | None, int | None]]:
    """(old line, new line) of each line in a unified diff, by counting."""
    rows, old, new = set[tuple[int | None, int | None]](), 0, 0
    for line in diff.split("\n"):
        if found := re.match(r"@@ -(\d+)\S* \+(\d+)", line):
            old, new = int(found[1]), int(found[2])
        elif line.startswith("+"):
            rows.add((None, new))
            new += 1
        elif line.startswith("-"):
            rows.add((old, None))
            old += 1
        elif line.startswith(" "):
            rows.add((old, new))
            old, new = old + 1, new + 1
    return rows
