"""What became of a job: a line in a file that the worker keeps, for whoever asks afterwards. No
code and no words of a model: the findings themselves are in the cache, and a review prints them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

MOST = 50
COMPLETE, INCOMPLETE, DROPPED, WAITING = "complete", "incomplete", "dropped", "waiting"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` is `complete`, `incomplete`, `dropped` (not reviewed, and not tried again) or
    `waiting` (tried again at the next hook), and `reason` says why it is not the first. `command`
    prints the findings from the cache. `at` is in seconds since 1970."""

    name: str
    status: str
    at: float
    findings: int = 0
    reason: str = ""
    command: str = ""

    @classmethod
    def dropped(cls, name: str, why: str) -> Outcome:
        """Of a job that is given up now."""
        return cls(name, DROPPED, time.time(), reason=why)


def written(outcomes: Iterable[Outcome]) -> str:
    return "".join(json.dumps(asdict(one)) + "\n" for one in outcomes)


def outcomes_of(text: str) -> tuple[Outcome, ...]:
    """Those that can be read."""
    return tuple(one for line in text.splitlines() if (one := _outcome(line)))


def _outcome(line: str) -> Outcome | None:
    try:
        values: dict[str, Any] = json.loads(line)
        one = Outcome(**values)
        return Outcome(
            *(str(one.name), str(one.status), float(one.at)),
            *(int(one.findings), str(one.reason), str(one.command)),
        )
    except (ValueError, TypeError, RecursionError):
        return None
