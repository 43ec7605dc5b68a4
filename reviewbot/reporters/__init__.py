"""Reports in every format: one module a format, found by its name in `reporter`."""

from __future__ import annotations

from reviewbot.reporters.base import Reporter
from reviewbot.settings import FormatName


def reporter(name: FormatName, *, color: bool = False) -> Reporter:
    """The reporter of a format, imported when it is asked for."""
    if name == "json":
        from reviewbot.reporters.json_report import write_json

        return write_json
    if name == "html":
        from reviewbot.reporters.html import write_html

        return write_html
    from reviewbot.reporters.text import text_reporter

    return text_reporter(color=color)
