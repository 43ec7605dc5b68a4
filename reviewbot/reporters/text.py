"""The text report: findings by file, each with one line in the form that editors and terminals
make a link of (`path:line: severity: title [rule]`), its code and details indented below, and what
was not reviewed last."""

from __future__ import annotations

import textwrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

from reviewbot.cells import cut, untabbed, wrapped
from reviewbot.changeset import LineKind
from reviewbot.finding import Finding, Severity, Side
from reviewbot.plain import inert, plain, plain_path
from reviewbot.report import Report
from reviewbot.reporters import muted
from reviewbot.reporters.base import Reporter
from reviewbot.reporters.code import Code, Excerpt, Shown
from reviewbot.reporters.told import by_file, not_heard, not_reviewed, summary

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_CODE_STYLES = {LineKind.ADDED: "green", LineKind.REMOVED: "red", LineKind.CONTEXT: "dim"}
# In cells of a terminal: a Chinese character takes two.
_WIDTH = 100
_TAB = 4
# A line of a bundle may have a million characters.
_LONGEST_FLAGGED = 1000
_LONGEST_NEAR = 160


def text_reporter(*, color: bool) -> Reporter:
    def write(report: Report, stream: TextIO) -> None:
        console = Console(
            file=stream,
            force_terminal=color,
            no_color=not color,
            color_system="standard" if color else None,
            soft_wrap=True,
            highlight=False,
            markup=False,
            emoji=False,
        )
        _findings(console, report)
        for entry in report.coverage:
            if entry.reason:
                line = f"{plain_path(entry.path)}: {not_reviewed(entry)}"
                console.print(Text(inert(line), "dim"))
        for line in not_heard(report.linters):
            console.print(Text(inert(line), "yellow"))
        told = {entry.reason for entry in report.coverage}
        for problem in (problem for problem in report.problems if problem not in told):
            console.print(Text(inert(f"not reviewed: {plain(problem)}"), "yellow"))
        _muted(console, report)
        console.print(Text(inert(summary(report)), "bold"))

    return write


def _findings(console: Console, report: Report) -> None:
    code = Code(report.files)
    for findings in by_file(report):
        for finding in findings:
            _finding(console, finding, code.excerpt(finding.location))
        console.print()


def _finding(console: Console, finding: Finding, excerpt: Excerpt) -> None:
    location = finding.location
    line = Text(inert(f"{plain_path(location.path)}:{location.start_line}: "))
    line.append(str(finding.severity), _STYLES[finding.severity])
    line.append(inert(f": {finding.title}"))
    line.append(f" [{finding.rule}]", "dim")
    console.print(line)
    if excerpt.lines:
        _excerpt(console, excerpt, _STYLES[finding.severity])
    else:
        _quote(console, finding)
    if finding.message.rstrip(".。") != finding.title:
        for paragraph in finding.message.split("\n"):
            # Each line of it begins with the model's words.
            for part in list(wrapped(paragraph, _WIDTH, "    ", "    ")) or [""]:
                console.print(Text(inert(part)))
    if finding.suggestion:
        console.print(Text("    suggested:"))
        console.print(Text(inert(textwrap.indent(finding.suggestion, "      "))))


def _quote(console: Console, finding: Finding) -> None:
    """What the finding itself holds of the code, where the report does not hold the change."""
    mark = "-" if finding.location.side is Side.OLD else "+"
    for quoted in finding.quote.split("\n"):
        console.print(Text(inert(f"    {mark} {quoted.strip()}"), "dim"))


def _excerpt(console: Console, excerpt: Excerpt, style: str) -> None:
    width = max(len(str(shown.number)) for shown in excerpt.lines)
    for at, shown in enumerate(excerpt.lines):
        if shown.after_gap and at:
            console.print(Text("    …", "dim"))
        mark = ">" if shown.flagged else " "
        text = inert(f"  {mark} {shown.number:>{width}} {shown.line.kind} {_shown(shown)}".rstrip())
        line = Text(text, _CODE_STYLES[shown.line.kind])
        if shown.flagged:
            line.stylize(style, 0, 4 + width)
        console.print(line)
    if excerpt.more:
        console.print(Text(f"    … {excerpt.more} more lines", "dim"))


def _shown(shown: Shown) -> str:
    text = plain(untabbed(shown.line.text, _TAB)).rstrip()
    return cut(text, _LONGEST_FLAGGED if shown.flagged else _LONGEST_NEAR)


def _muted(console: Console, report: Report) -> None:
    for remark in muted.remarks(report):
        console.print(Text(inert(remark), "yellow"))
    for warning in muted.warnings(report):
        console.print(Text(inert(f"warning: {warning}"), "bold red"))
