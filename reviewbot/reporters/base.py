"""What every reporter offers: one report, written to one text stream."""

from __future__ import annotations

from typing import Protocol, TextIO

from reviewbot.report import Report


class Reporter(Protocol):
    def __call__(self, report: Report, stream: TextIO) -> None: ...
