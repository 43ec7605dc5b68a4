"""What a hook says of the time it took, in a line, and how long it may take."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reviewbot.change.git_words import EMPTY_TREES
from reviewbot.report import Report
from reviewbot.settings import Settings

# Seconds from which on a commit that waits is told what for, and from which on a part of the
# time is named.
_SLOW = 5.0
_PART = 0.5
# A deadline that has passed, as a setting: it must be more than 0.
_PASSED = 0.001


@dataclass(frozen=True, slots=True)
class Allowance:
    """The time that one run of a hook has, whatever number of reviews it makes of a push."""

    seconds: float | None
    begun: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, settings: Settings, begun: float) -> Allowance:
        return cls(settings.deadline or settings.hook_deadline or None, begun)

    def bounding(self, settings: Settings) -> Settings:
        """The settings of a review that is begun now."""
        if self.seconds is None:
            return settings
        return replace(settings, deadline=max(_PASSED, self.seconds - self._gone))

    @property
    def left(self) -> float:
        """Seconds; without a bound there is no end of them."""
        return math.inf if self.seconds is None else self.seconds - self._gone

    @property
    def is_over(self) -> bool:
        return self.seconds is not None and self._gone >= self.seconds

    @property
    def _gone(self) -> float:
        return time.monotonic() - self.begun


@dataclass(frozen=True, slots=True)
class Rest:
    """What becomes of what a hook did not review: `unasked` says why no model was asked, where the
    time could not have been enough; `is_left`: the background has it."""

    unasked: str = ""
    is_left: bool = False


def is_cut_short(report: Report, allowance: Allowance, rest: Rest = Rest()) -> bool:
    """Whether the time is why the review is not whole."""
    return report.status == "incomplete" and (allowance.is_over or bool(rest.unasked))


def words_on(report: Report, settings: Settings, allowance: Allowance, rest: Rest = Rest()) -> str:
    """Why the review took long, and where it was cut short, how to have the rest; empty where it
    was quick and whole."""
    late = is_cut_short(report, allowance, rest)
    if not late and report.timings.total < _SLOW:
        return ""
    if late and rest.unasked:
        return f"{rest.unasked}; {'; '.join(_of_rest(report, settings, rest))}"
    spent = ", ".join(_spent(report)) or "most of it was no model's"
    line = f"{report.timings.total:.1f} s: {spent}"
    if not late:
        return line
    parts = (line, *_cut_short(report, allowance), *_of_rest(report, settings, rest))
    return "; ".join(parts)


def _spent(report: Report) -> Iterator[str]:
    timings, calls = report.timings, report.usage.calls
    if timings.capture >= _PART:
        yield f"{timings.capture:.1f} s reading the change"
    if timings.wait >= _PART:
        yield f"{timings.wait:.1f} s waiting for another review"
    if timings.load - timings.wait >= _PART:
        yield f"{timings.load - timings.wait:.1f} s until the model was ready"
    if calls or timings.ask >= _PART:
        yield f"{timings.ask:.1f} s for {calls} answered {'call' if calls == 1 else 'calls'}"


def _cut_short(report: Report, allowance: Allowance) -> Iterator[str]:
    yield f"stopped after {allowance.seconds:g} s"
    if not _answered(report):
        yield "this machine answered nothing in that time"


def _of_rest(report: Report, settings: Settings, rest: Rest) -> Iterator[str]:
    command = _command(report, settings)
    if rest.is_left:
        yield f"the rest is being reviewed in the background, then: {command}"
    else:
        is_kept = _answered(report) and settings.cache != "off"
        yield f"the rest: {command}{' (what was answered is kept)' if is_kept else ''}"
    yield "more time: set hook_deadline (docs/hooks.md)"


def _answered(report: Report) -> bool:
    return bool(report.usage.calls or report.usage.cached_chunks)


def _command(report: Report, settings: Settings) -> str:
    """What reviews the same change without a hook. What was staged is a commit by then, unless
    the hook stopped it."""
    scope = report.scope
    if scope.kind == "staged":
        return "reviewbot review" if settings.strict else "reviewbot review --commit HEAD"
    if scope.base in EMPTY_TREES.values():  # no range names a first push
        return f"git diff {scope.base[:12]} {scope.head[:12]} | reviewbot review --diff -"
    return f"reviewbot review --range {scope.base[:12]}..{scope.head[:12]}"
