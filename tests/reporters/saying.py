"""Reports that say any text, for tests of what comes out of it again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies

from reviewbot.report import Report
from tests.data.reports import FULL

_SPECIAL = (
    *("::error file=a::b", "##[error]", "##vso[a]b", "section_start:1:x", "\n/approve", "@all"),
    *(
        "]]>",
        "<b>",
        "</failure>",
        "&amp;",
        "%0A",
        "%25",
        "\r\n",
        '"',
        "'",
        "\\",
        "\x00",
        "\x1b[31m",
    ),
    *("[a](b)", "![a](b)", "<https://a.b>", "https://a.b", "www.a.b", "a@b.example", "#12", "GH-1"),
    *(
        "`",
        "``",
        "```\n",
        "\n~~~\n",
        "`@a`",
        "0123abc",
        "\ud800",
        "\udce9",
        "\ufffe",
        "\u202e",
        "\u2028",
    ),
    *(
        "\n> ",
        "\n- ",
        "\n1. ",
        "\n# ",
        "\n    ",
        "\n---\n",
        "| a | b |\n|--|--|\n",
        "$a$",
        "😀",
        "漢字",
    ),
)
# Any text, and the words that mean something to one of the formats or its host.
WORDS = strategies.lists(
    strategies.one_of(strategies.sampled_from(_SPECIAL), strategies.text()), max_size=8
).map("".join)


def saying(text: str) -> Report:
    """A report with one finding, whose message this is."""
    finding = replace(FULL.findings[2], title="T", message=text, suggestion=None, muted=None)
    return replace(FULL, findings=(finding,), muted=(), coverage=(), problems=(), linters=())


def said(text: str) -> str:
    """The message as reports give it, with the title."""
    return text if "T" in text else f"T\n\n{text}"
