"""reviewdog's report as one document (`reviewdog -f=rdjson`)."""

from __future__ import annotations

from typing import TextIO

from reviewbot.report import Report
from reviewbot.reporters.rd_diagnostic import SOURCE, diagnostics
from reviewbot.reporters.written import json_text


def write(report: Report, stream: TextIO) -> None:
    document = {"source": SOURCE, "diagnostics": list(diagnostics(report))}
    stream.write(json_text(document, indent=2) + "\n")
