"""One line of the doctor's answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from reviewbot.errors import ReviewbotError

State = Literal["ok", "warning", "error"]
_RISING: tuple[State, ...] = ("ok", "warning", "error")


@dataclass(frozen=True, slots=True)
class Check:
    """`error` is what a review would fail at; `warning` what it would go on with. The remedy is
    what to type or to change."""

    state: State
    name: str
    text: str
    remedy: str = ""


def ok(name: str, text: str) -> Check:
    return Check("ok", name, text)


def failed(name: str, error: ReviewbotError, state: State = "error") -> Check:
    return Check(state, name, error.message, error.remedy)


def worst(checks: Iterable[Check]) -> State:
    """The gravest state of them; `ok` where there are none."""
    return max((check.state for check in checks), key=_RISING.index, default="ok")
