"""The text report: one line a finding in the form that editors and terminals make a link of
(`path:line: severity: title [rule]`), details indented below, and what was not reviewed last."""

from __future__ import annotations

import textwrap
from typing import TextIO

from rich.console import Console
from rich.text import Text

from reviewbot.finding import Finding, Severity, Side
from reviewbot.plain import inert, plain, plain_line, plain_path
from reviewbot.report import FileCoverage, LinterUse, Report, total
from reviewbot.reporters.base import Reporter

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_WIDTH = 96


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
        for finding in report.findings:
            _finding(console, finding)
        for entry in report.coverage:
            if entry.reason:
                console.print(Text(inert(_not_reviewed(entry)), "dim"))
        for use in report.linters:
            if use.fault or use.left_out:
                console.print(Text(inert(_not_heard(use)), "yellow"))
        for problem in report.problems:
            console.print(Text(inert(f"not reviewed: {plain(problem)}"), "yellow"))
        console.print(Text(inert(summary(report)), "bold"))

    return write


def _finding(console: Console, finding: Finding) -> None:
    location = finding.location
    line = Text(inert(f"{plain_path(location.path)}:{location.start_line}: "))
    line.append(str(finding.severity), _STYLES[finding.severity])
    line.append(inert(f": {finding.title}"))
    line.append(f" [{finding.rule}]", "dim")
    console.print(line)
    mark = "-" if location.side is Side.OLD else "+"
    for quoted in finding.quote.split("\n"):
        console.print(Text(inert(f"    {mark} {quoted.strip()}"), "dim"))
    if finding.message.rstrip(".") != finding.title:
        # Each line of it begins with the model's words.
        wrapped = textwrap.fill(finding.message, _WIDTH)
        console.print(Text(inert(textwrap.indent(wrapped, "    "))))
    if finding.suggestion:
        console.print(Text(inert(textwrap.indent(finding.suggestion, "    > "))))


def _not_reviewed(entry: FileCoverage) -> str:
    counts = [
        f"{count} {word}"
        for count, word in ((entry.skipped, "skipped"), (entry.failed, "failed"))
        if count
    ]
    lines = f" ({' and '.join(counts)} of {entry.changed} lines)" if counts else ""
    return f"{plain_path(entry.path)}: {entry.reason}{lines}"


def _not_heard(use: LinterUse) -> str:
    if use.fault:
        return f"not heard{' in full' if use.hits else ''}: {use.name}: {plain_line(use.fault)}"
    return f"not heard in full: {use.name}: {use.left_out} of {use.hits} hits are too many to tell"


def summary(report: Report) -> str:
    """What was found and how much was reviewed, in one line."""
    if not report.coverage:
        return f"reviewbot: nothing to review in {plain_line(report.scope.label)}"
    counts = total(report.coverage)
    found = _plural(len(report.findings), "finding")
    parts = [f"{counts.reviewed} of {_plural(counts.changed, 'changed line')} reviewed"]
    if report.usage.cached_chunks:
        parts[0] += f" ({_plural(report.usage.cached_chunks, 'chunk')} from cache)"
    parts += [f"{counts.skipped} skipped"] if counts.skipped else []
    parts += [f"{counts.failed} failed"] if counts.failed else []
    if report.engine is not None:
        parts.append(f"{plain_line(report.engine.model)}, {report.timings.total:.1f} s")
    state = "" if report.status == "complete" else "INCOMPLETE: "
    return f"reviewbot: {state}{found}; {'; '.join(parts)}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
