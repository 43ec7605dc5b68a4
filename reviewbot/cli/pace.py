"""How long this machine takes for one answer, remembered to spare a hook a wait that is for
nothing.

It is measured by whole reviews alone: what a deadline cuts short has no calls to divide by. Where
calls are many at once, or one chunk takes several, it is too little; so a hook that could have had
an answer is not told that it could not.
"""

from __future__ import annotations

from reviewbot.cli.caching import terms
from reviewbot.engines.learnt import Memory
from reviewbot.report import Report
from reviewbot.settings import Settings


def remember_pace(report: Report, settings: Settings, memory: Memory) -> None:
    """Learn from a review in which an engine was asked."""
    if report.status == "complete" and report.usage.calls:
        timings = report.timings
        opening = max(0.0, timings.load - timings.wait)
        memory.add_pace(_words(settings), opening + timings.ask / report.usage.calls)


def too_slow(settings: Settings, seconds: float, memory: Memory) -> str:
    """Why no answer can be had in so many seconds; empty where that is not known."""
    pace = memory.pace(_words(settings))
    if pace is None or pace <= seconds:
        return ""
    return f"not asked: one answer takes this machine {pace:.0f} s, and there are {seconds:.0f} s"


def _words(settings: Settings) -> tuple[str, ...]:
    found = terms(settings)
    return (*found.words, "", *found.altering)
