"""reviewdog's report as a diagnostic a line (`reviewdog -f=rdjsonl`)."""

from __future__ import annotations

from typing import TextIO

from reviewbot.report import Report
from reviewbot.reporters.rd_diagnostic import SOURCE, diagnostics
from reviewbot.reporters.written import json_text


def write(report: Report, stream: TextIO) -> None:
    for diagnostic in diagnostics(report):
        stream.write(json_text({**diagnostic, "source": SOURCE}) + "\n")
