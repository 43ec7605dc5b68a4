"""The HTML report: one file that holds the change with its findings in place, for a browser that
reads it offline. It loads nothing, and nothing in it but reviewbot's own script runs.

`room.py` says what there is room for, `page.py` lays it out as values, and `report.html.j2` writes
them. It is a template of reviewbot's own; no prompt and no user's template is one.
"""

from __future__ import annotations

from typing import TextIO

from reviewbot.report import Report


def write(report: Report, stream: TextIO) -> None:
    from reviewbot.reporters.html.page import page_of
    from reviewbot.reporters.html.template import written

    stream.writelines(written(page_of(report)))
