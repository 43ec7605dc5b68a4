"""What is to be reviewed, as a hook leaves it behind for the background."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One review to do. `kind` is `commit`, `staged` (the index that a commit was about to be made
    of) or `push`. `base` and `head` are the ids of its scope (no `head` where it is an index);
    `cwd`, `top` and `git_dir` say where the hook ran, `options` and `environ` what it was told.
    `at` is in seconds since 1970; `attempts` counts how often it was begun and not ended."""

    kind: str
    base: str
    head: str
    cwd: str
    top: str
    git_dir: str
    at: float
    options: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=dict)
    attempts: int = 0

    @property
    def name(self) -> str:
        """A few words for people."""
        if self.kind == "commit":
            return f"commit {self.head[:12]}"
        if self.kind == "staged":
            return f"the change that was staged on {self.base[:12]}"
        return f"the push {self.base[:12]}..{self.head[:12]}"

    @property
    def what(self) -> tuple[str, str, str, str]:
        """What tells it from another."""
        return self.kind, self.base, self.head, self.top

    def text(self) -> str:
        return json.dumps(asdict(self))


def job_of(text: str) -> Job | None:
    """The job that was written; None where it cannot be read."""
    try:
        found = Job(**json.loads(text))
    except (ValueError, TypeError, RecursionError):
        return None
    fits = all(isinstance(getattr(found, item.name), _kinds(item.name)) for item in fields(Job))
    return found if fits else None


def _kinds(name: str) -> tuple[type, ...]:
    beside: dict[str, tuple[type, ...]] = {
        "at": (int, float),
        "attempts": (int,),
        "options": (dict,),
        "environ": (dict,),
    }
    return beside.get(name, (str,))
