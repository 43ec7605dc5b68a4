"""The section of `reviewbot status` on reviews in the background: what is under way, what waits,
and what became of the newest, with the command that prints its findings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict

from reviewbot.background.outcome import COMPLETE, INCOMPLETE, Outcome
from reviewbot.background.status import RoomStatus, background_status
from reviewbot.cli.section import Section
from reviewbot.plain import plain_path
from reviewbot.settings import Settings

# Outcomes that are shown of each repository; the facts for programs have all that are kept.
_SHOWN = 5


def background_section(settings: Settings) -> Section:
    rooms = background_status().rooms
    facts = [asdict(room) | {"repository": str(room.repository)} for room in rooms]
    rows = tuple(row for room in rooms for row in _rows(room))
    return Section("background", rows or (("reviews", _none(settings)),), facts)


def _none(settings: Settings) -> str:
    if settings.background == "off":
        return "none: background is off"
    return (
        "none; `reviewbot install --stage post-commit`, or a hook that runs out of time, begins one"
    )


def _rows(room: RoomStatus) -> Iterator[tuple[str, str]]:
    yield "repository", plain_path(str(room.repository))
    if room.worker is not None:
        yield "under way", f"{room.reviewing or 'nothing yet'}, process {room.worker}"
    if room.waiting:
        yield "waiting", ", ".join(room.waiting)
    for outcome in room.outcomes[:_SHOWN]:
        yield time.strftime("%m-%d %H:%M", time.localtime(outcome.at)), _said(outcome)


def _said(outcome: Outcome) -> str:
    if outcome.status not in (COMPLETE, INCOMPLETE):
        return f"{outcome.name}: {outcome.status}: {outcome.reason}"
    found = f"{outcome.findings} {'finding' if outcome.findings == 1 else 'findings'}"
    short = "" if outcome.status == COMPLETE else ", not wholly reviewed"
    return f"{outcome.name}: {found}{short}: {outcome.command}"
