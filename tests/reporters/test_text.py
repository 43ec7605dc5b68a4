from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from rich.cells import cell_len

from reviewbot.changeset import FileChange, Scope
from reviewbot.finding import Location, Side
from reviewbot.report import EngineInfo, FileCoverage
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL, patch_hunk

# VS Code's `$gcc` (its tasks.json documents the pattern of the C/C++ extension), and what vim makes
# of `%f:%l:%m`, the entry of its default 'errorformat' that takes a line without a column.
_GCC = re.compile(r"^(.*?):(\d+):(\d*):?\s+(?:fatal\s+)?(warning|error):\s+(.*)$")
_VIM = re.compile(r"^(?P<file>.{1,}?):(?P<line>\d+):(?P<message>.*)$")
_HEADS = [
    ("shop/größe & <co>.py", "12", "error", "The check is gone [RB-SECURITY]"),
    ("shop/stock.py", "3", "warning", "The loop runs one step past the end [RB-CORRECTNESS]"),
    ("shop/stock.py", "9", "error", "Undefined name `totl` [LINT-RUFF-F821]"),
    (
        "shop/stock.py",
        "32",
        "warning",
        "/approve @everyone ![x](https://evil.example/x.png) 50%, a::b # #[error]x"
        " [RB-MAINTAINABILITY]",
    ),
    ("shop/stock.py", "56", "error", "Secret in the change: aws-access-token [RB-SECRET]"),
]
_NOTE = ("-odd\\n\\x1b[31mname.py", "1", "note", "[red]Markup[/red] is text [RB-PERFORMANCE]")


def test_the_problem_matcher_of_vs_code_reads_errors_and_warnings() -> None:
    """Notes are no match of its: it knows two severities."""
    lines = written(FULL, "text").split("\n")
    found = [match.group(1, 2, 4, 5) for line in lines if (match := _GCC.match(line))]
    assert found == _HEADS


def test_vim_reads_each_finding() -> None:
    heads = [":".join((file, line, f" {level}: {said}")) for file, line, level, said in _HEADS]
    lines = written(FULL, "text").split("\n")
    found = {m.group("file", "line", "message") for line in lines if (m := _VIM.match(line))}
    assert {
        (file, line, f" {level}: {said}") for file, line, level, said in (*_HEADS, _NOTE)
    } <= found
    assert [line for line in lines if line in heads] == heads, "grouped by file, in order of lines"


def test_the_flagged_lines_are_marked_in_their_code() -> None:
    shown = written(FULL, "text")
    assert (
        "    10   def show(user, order):\n"
        "    11       order = orders[order]\n"
        "  > 13 -     if not user.may(order):\n"
        "  > 14 -         raise Forbidden\n"
        "    12       return order  # 注文を返す[31m\n"
    ) in shown
    assert "    … 9 more lines\n" in shown


def test_runs_of_a_finding_that_stand_apart_are_told_apart() -> None:
    change = FileChange(
        "a.py", "a.py", "M", (patch_hunk(1, 1, "+a", "+b"), patch_hunk(9, 11, "+c", " d"))
    )
    (first, *_) = FULL.findings
    place = Location("a.py", Side.NEW, 2, 11)
    report = replace(FULL, findings=(replace(first, location=place),), files=(change,))
    assert "     1 + a\n  >  2 + b\n    …\n  > 11 + c\n    12   d\n" in written(report, "text")


def test_wide_characters_are_wrapped_by_the_cells_they_take() -> None:
    (first, *_) = FULL.findings
    report = replace(FULL, findings=(replace(first, message="警告文が続く。" * 30),))
    lines = [line for line in written(report, "text").split("\n") if "続く" in line]
    assert len(lines) > 2
    assert {cell_len(line) for line in lines[:-1]} == {98, 100}, "no line begins with a full stop"


def test_japanese_goes_on_in_the_line_behind_a_blank() -> None:
    """A text without blanks is no one long word, which would begin a line of its own."""
    (first, *_) = FULL.findings
    said = "`may(order)` を呼ぶ" + "検査が消えているため、誰でも注文を取り消せます。" * 4
    lines = written(replace(FULL, findings=(replace(first, message=said),)), "text").split("\n")
    (begin,) = [line for line in lines if "を呼ぶ" in line]
    assert cell_len(begin) in (99, 100)


def test_tabs_behind_japanese_stand_at_the_cells_of_a_terminal() -> None:
    change = FileChange("a.py", "a.py", "M", (patch_hunk(1, 1, "+注\t= 1", "+ab\t= 2"),))
    (first, *_) = FULL.findings
    report = replace(
        FULL, findings=(replace(first, location=Location("a.py", Side.NEW, 1, 2)),), files=(change,)
    )
    shown = written(report, "text").split("\n")
    assert shown[1:3] == ["  > 1 + 注  = 1", "  > 2 + ab  = 2"]


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
    report = replace(FULL, findings=(replace(finding, quote="x" * 500),), files=())
    assert "    - " + "x" * 500 + "\n" in written(report, "text")
