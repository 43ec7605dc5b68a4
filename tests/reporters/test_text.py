from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest

from reviewbot.changeset import Scope
from reviewbot.report import EngineInfo, FileCoverage
from tests.data.regenerate import FOLDER, golden, written
from tests.data.reports import EMPTY, FULL


@pytest.mark.parametrize("name", ["full.txt", "full.color.txt", "empty.txt", "empty.color.txt"])
def test_the_text_is_the_golden_one(name: str) -> None:
    assert golden()[name] == (FOLDER / name).read_text(encoding="utf-8")


def test_each_finding_is_one_line_that_an_editor_can_follow() -> None:
    lines = [line for line in written(FULL, "text").split("\n") if line.endswith("]")]
    assert lines[0].startswith("shop/größe & <co>.py:12: error: ")
    assert lines[1].startswith("shop/stock.py:9: error: ")
    assert lines[2].startswith("shop/stock.py:3: warning: ")


def test_without_color_there_is_no_escape() -> None:
    assert "\x1b" not in written(FULL, "text")


def test_color_adds_escapes_and_nothing_else() -> None:
    colored = written(FULL, "text", color=True)
    assert colored != written(FULL, "text")
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == written(FULL, "text")


HOSTILE = "a\x1b]52;c;x\x07\u202eb\udce9\x9b"


def test_no_text_from_outside_reaches_the_terminal_as_it_came() -> None:
    report = replace(
        FULL,
        scope=Scope("diff", HOSTILE),
        engine=EngineInfo("test", HOSTILE),
        coverage=(FileCoverage(HOSTILE, failed=1, reason="timeout"),),
        problems=(HOSTILE,),
    )
    for shown in (written(report, "text"), written(replace(report, coverage=()), "text")):
        shown.encode()
        assert not {unicodedata.category(c) for c in shown if c != "\n"} & {"Cc", "Cf", "Cs"}


def test_a_clean_review_is_one_line() -> None:
    report = replace(
        FULL,
        findings=(),
        muted=(),
        notes=(),
        baseline=None,
        problems=(),
        linters=(),
        coverage=(FileCoverage("a.py", reviewed=1),),
    )
    assert written(report, "text") == (
        "reviewbot: 0 findings; 1 of 1 changed line reviewed; qwen2.5-coder:7b, 34.0 s\n"
    )


def test_an_incomplete_review_says_so() -> None:
    report = replace(EMPTY, problems=("no engine",), coverage=(FileCoverage("a.py", failed=2),))
    assert "INCOMPLETE" in written(report, "text")
    assert "not reviewed: no engine" in written(report, "text")


def test_a_linter_that_was_not_heard_or_said_too_much_is_told() -> None:
    told = [line for line in written(FULL, "text").split("\n") if line.startswith("not heard")]
    assert told == [
        "not heard in full: ruff: 10 of 50 hits are too many to tell",
        "not heard: oxlint: it ran out of time",
    ]


def test_long_lines_are_not_wrapped_or_cut() -> None:
    (finding, *_) = FULL.findings
    report = replace(FULL, findings=(replace(finding, quote="x" * 500),))
    assert "    - " + "x" * 500 + "\n" in written(report, "text")
