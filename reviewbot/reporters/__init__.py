"""Reports in every format: one module a format, found by its name in `reporter`."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from reviewbot.reporters.base import Reporter
from reviewbot.settings import FormatName

# Each of these modules has a `write`. `text` is apart, because it alone has colours.
_MODULES: dict[FormatName, str] = {
    "json": "json_report",
    "html": "html",
    "jsonl": "jsonl",
    "sarif": "sarif",
    "gitlab": "gitlab",
    "github": "github",
    "rdjson": "rdjson",
    "rdjsonl": "rdjsonl",
    "junit": "junit",
    "checkstyle": "checkstyle",
    "markdown": "markdown",
}


def reporter(name: FormatName, *, color: bool = False) -> Reporter:
    """The reporter of a format, imported when it is asked for."""
    if name == "text":
        from reviewbot.reporters.text import text_reporter

        return text_reporter(color=color)
    return cast("Reporter", import_module(f"{__name__}.{_MODULES[name]}").write)
