from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import given

from reviewbot.finding import Severity
from reviewbot.plain import inert
from reviewbot.report import Report
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, said, saying


@dataclass(frozen=True)
class Command:
    kind: str
    properties: dict[str, str]
    data: str


def _data(text: str) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def _property(text: str) -> str:
    return _data(text.replace("%3A", ":").replace("%2C", ","))


def commands(log: str) -> list[Command]:
    """What GitHub's runner takes from a log, by its documented syntax: `::name k=v,k=v::data`."""
    found = []
    for line in re.split(r"\r\n|\r|\n", log):
        match = re.match(r"::(\w+)(?: (.*?))?::(.*)$", line)
        if match:
            kind, properties, data = match.groups()
            pairs = (pair.split("=", 1) for pair in (properties or "").split(",") if "=" in pair)
            found.append(Command(kind, {k: _property(v) for k, v in pairs}, _data(data)))
    return found


def test_each_finding_is_an_annotation_the_worst_first() -> None:
    first, *found = commands(written(FULL, "github"))
    assert [command.kind for command in found] == [
        *["error"] * 3,
        *["warning"] * 2,
        "notice",
    ]
    assert found[0].properties == {
        "file": "shop/größe & <co>.py",
        "line": "12",
        "endLine": "12",
        "title": "The check is gone [RB-SECURITY]",
    }
    assert found[3].data == said_by(FULL)
    assert (first.kind, first.properties) == ("warning", {"title": "reviewbot"})
    assert first.data.startswith("The review is incomplete: 4 changed lines in 1 file")


def said_by(report: Report) -> str:
    finding = report.findings[3]
    return f"{finding.message}\n\nSuggestion:\n{finding.suggestion}"


def test_what_is_beyond_github_s_cut_is_told_in_the_last_lines() -> None:
    one = FULL.findings[3]
    many = tuple(
        replace(one, severity=severity, location=replace(one.location, start_line=line))
        for severity in (Severity.NOTE, Severity.WARNING, Severity.ERROR)
        for line in range(1, 13)
    )
    log = written(replace(FULL, findings=many), "github")
    shown = commands(log)
    assert Counter(command.kind for command in shown) == {"error": 10, "warning": 10, "notice": 10}
    rest = log.split("\n")[len(shown) :]
    assert rest[0] == "7 findings more; GitHub shows 10 annotations of each kind:"
    assert rest[1].startswith("shop/stock.py:11: error: The loop runs one step past the end [")
    assert Counter(line.split(": ")[1] for line in rest[1:8]) == {
        "error": 2,
        "warning": 3,
        "note": 2,
    }
    assert rest[8].startswith("reviewbot: INCOMPLETE: 36 findings")


def test_a_clean_review_has_no_command() -> None:
    assert commands(written(EMPTY, "github")) == []


@given(WORDS)
def test_any_words_come_back_and_make_no_other_command(words: str) -> None:
    (found,) = commands(written(saying(words), "github"))
    assert found.data == inert(said(words))


@given(WORDS)
def test_any_title_comes_back(words: str) -> None:
    report = saying("x")
    report = replace(report, findings=(replace(report.findings[0], title=words),))
    (found,) = commands(written(report, "github"))
    assert found.properties["title"] == inert(f"{words} [RB-SECRET]")
    assert set(found.properties) == {"file", "line", "endLine", "title"}
