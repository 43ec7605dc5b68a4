"""A note on a merge request: as long as GitHub takes one (GitLab takes more), worst findings first.

Nothing in it acts: no words of a model's or of the code's become a mention, a link, an image, HTML
or a quick action (`markdown_text.py`). What found no room is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO

from reviewbot.finding import Finding
from reviewbot.plain import plain, plain_path
from reviewbot.report import Report
from reviewbot.reporters import muted
from reviewbot.reporters.code import Code
from reviewbot.reporters.markdown_text import code_block, code_span, prose
from reviewbot.reporters.told import not_heard, not_reviewed, plural, shortfall, summary

# GitHub's bound of a comment, in characters; GitLab's is 1,000,000.
MOST_CHARACTERS = 65_536
# For what is said at the end of what was left out.
_KEPT_FREE = 500
_LONGEST_MESSAGE = 4_000
_LONGEST_WORDS = 300
_MOST_FILES = 30


def write(report: Report, stream: TextIO) -> None:
    head = "\n\n".join(_head(report))
    tail = "\n".join(_tail(report))
    code = Code(report.files)
    worst_first = sorted(report.findings, key=lambda found: -found.severity.rank)
    room = MOST_CHARACTERS - _KEPT_FREE - len(head) - len(tail)
    blocks = list(_fitting((_finding(found, code) for found in worst_first), room))
    left = len(worst_first) - len(blocks)
    if left:
        blocks.append(
            f"{plural(left, 'finding')} more left out, for which a note has no room; the JSON"
            " report holds all."
        )
    stream.write("\n\n".join(part for part in (head, *blocks, tail) if part) + "\n")


def _fitting(blocks: Iterator[str], room: int) -> Iterator[str]:
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            return
        yield block


def _head(report: Report) -> Iterator[str]:
    yield f"**{prose(summary(report))}**"
    missing = shortfall(report)
    if missing is not None:
        yield prose(_cut(missing.text, _LONGEST_MESSAGE))
    told = [f"**Warning:** {prose(_cut(one, _LONGEST_WORDS))}" for one in muted.warnings(report)]
    told += [prose(_cut(one, _LONGEST_WORDS)) for one in muted.remarks(report)]
    if told:
        more = [f"- … {len(told) - _MOST_FILES} more"] if len(told) > _MOST_FILES else []
        yield "\n".join([*(f"- {one}" for one in told[:_MOST_FILES]), *more])


def _finding(finding: Finding, code: Code) -> str:
    location = finding.location
    title = prose(_cut(finding.title, _LONGEST_WORDS))
    parts = [f"#### {finding.severity}: {title}"]
    parts.append(f"{_path(location.path, location.start_line)} {code_span(finding.rule)}")
    if finding.message.rstrip(".。") != finding.title:
        parts.append(prose(_cut(finding.message, _LONGEST_MESSAGE)))
    excerpt = code.excerpt(location)
    lines = [f"{shown.line.kind}{shown.line.text}" for shown in excerpt.lines]
    parts.append(_diff(lines or [f" {line}" for line in finding.quote.split("\n")]))
    if excerpt.more:
        parts.append(f"… {plural(excerpt.more, 'line')} more")
    if finding.suggestion:
        suggested = [f"+{line}" for line in finding.suggestion.split("\n")]
        parts += ["Suggestion:", _diff(suggested)]
    return "\n\n".join(parts)


def _diff(lines: Iterable[str]) -> str:
    """Each line with its sign before it, so that none begins as a quick action does."""
    return code_block((_cut(plain(line).rstrip(), _LONGEST_WORDS) for line in lines), "diff")


def _path(path: str, line: int | None = None) -> str:
    place = _cut(plain_path(path), _LONGEST_WORDS)
    return code_span(place if line is None else f"{place}:{line}")


def _tail(report: Report) -> Iterator[str]:
    lines = [
        f"{_path(entry.path)}: {prose(_cut(not_reviewed(entry), _LONGEST_WORDS))}"
        for entry in report.coverage
        if entry.reason or entry.failed
    ]
    lines += [prose(_cut(line, _LONGEST_WORDS)) for line in not_heard(report.linters)]
    if lines:
        yield "Not reviewed:\n"
    yield from (f"- {line}" for line in lines[:_MOST_FILES])
    if len(lines) > _MOST_FILES:
        yield f"- … {len(lines) - _MOST_FILES} more"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
