"""A history of three months that is the same each time: the one of docs/stats.md."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from reviewbot.history.entry import Counts, Entry, Kind
from reviewbot.history.store import History
from reviewbot.report import Status

SHOP, BLOG = Path("/work/shop/.git"), Path("/work/blog/.git")
_BEGIN = datetime(2025, 6, 2, 9)
_DAYS = 91


def write_sample(folder: Path) -> None:
    """Six reviews on each working day: five commits and a merge request; an explanation on
    Fridays."""
    history = History(folder)
    for day in range(_DAYS):
        at = _BEGIN + timedelta(days=day)
        if at.weekday() >= 5:
            continue
        kinds: list[Kind] = ["hook", "hook", "hook", "hook", "hook", "review"]
        for number, kind in enumerate(kinds + (["explain"] if at.weekday() == 4 else [])):
            entry = _entry((at + timedelta(hours=number)).timestamp(), kind, day + number)
            history.add(entry, BLOG if number == 3 else SHOP)


def _entry(at: float, kind: Kind, number: int) -> Entry:
    size = 40 if kind == "review" else 4 + number % 5
    counts = Counts(
        calls=size,
        prompt_tokens=3100 * size,
        cached_tokens=1500 * size,
        completion_tokens=150 * size,
        chunks=size + 2,
        cached_chunks=2,
        saved_prompt_tokens=6200,
        saved_completion_tokens=300,
        total_seconds=2.5 + 1.6 * size,
        load_seconds=0.5,
        wait_seconds=0.25,
        ask_seconds=1.6 * size,
        errors=number % 9 == 0,
        warnings=number % 3 == 0,
        muted_confidence=number % 2,
        dropped=number % 4 == 0,
        refuted=number % 5 == 0,
    )
    status: Status = "incomplete" if kind == "hook" and number % 20 == 0 else "complete"
    return Entry(at, kind, status, "", "ollama", "qwen2.5-coder:7b", counts)
