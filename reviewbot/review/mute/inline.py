"""Mute findings by comments in the new text: on a flagged line, or alone on the line before.

The new side decides, since it is what will stand. A comment that the change brings mutes too, but
is marked (`Mute.is_new`): whoever wrote the code also wrote it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.changeset import FileChange, Line, LineKind
from reviewbot.finding import Finding, Mute
from reviewbot.plain import plain_path
from reviewbot.report import Report
from reviewbot.review.mute.comment import Comment, comments
from reviewbot.review.mute.rules import covers, fault

# Comments that mute nothing are told one by one up to here.
_MOST_NOTES = 20


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of one file's new side: the lines of its hunks, and perhaps its text."""

    lines: Mapping[int, Line]
    text: Sequence[str]

    def comments(self, number: int) -> Iterator[Comment]:
        if number in self.lines:
            yield from comments(self.lines[number].text)
        elif 0 < number <= len(self.text):
            yield from comments(self.text[number - 1])

    def is_new(self, number: int) -> bool:
        return number in self.lines and self.lines[number].kind is LineKind.ADDED


_NO_PAGE = _Page({}, ())


def muted_inline(report: Report, texts: Mapping[str, str]) -> Report:
    """The report with the findings muted that a comment mutes, and notes on comments that cannot.
    `texts` are new texts by path, for the lines outside of all hunks."""
    pages = _pages(report.files, texts)
    notes: dict[str, None] = {}
    told, quiet = [], []
    for finding in report.findings:
        page = pages.get(finding.location.path, _NO_PAGE)
        mute, short = _mute(finding, page)
        notes |= dict.fromkeys(short)
        if mute is None:
            told.append(finding)
        else:
            quiet.append(replace(finding, muted=mute))
    rules = {finding.rule for finding in (*report.findings, *report.muted)}
    notes |= dict.fromkeys(_useless(pages, report.findings, rules))
    return replace(
        report,
        findings=tuple(told),
        muted=(*report.muted, *quiet),
        notes=(*report.notes, *_bounded(list(notes))),
    )


def _pages(files: Iterable[FileChange], texts: Mapping[str, str]) -> dict[str, _Page]:
    """A file that a series of patches changes several times has none: its line numbers do not
    say which text they are of."""
    listed = tuple(files)
    times = Counter(file.path for file in listed)
    return {
        file.path: _Page(_lines(file), texts[file.path].split("\n") if file.path in texts else ())
        for file in listed
        if times[file.path] == 1
    }


def _lines(file: FileChange) -> dict[int, Line]:
    lines = (line for hunk in file.hunks for line in hunk.lines)
    return {line.new_no: line for line in lines if line.new_no is not None}


def _mute(finding: Finding, page: _Page) -> tuple[Mute | None, tuple[str, ...]]:
    """A finding that stands for several places is muted where each of them is."""
    location = finding.location
    first = _muting(finding.rule, page, range(location.start_line, location.end_line + 1))
    if first is None:
        return None, ()
    others = [_muting(finding.rule, page, range(at, at + 1)) for at in finding.also]
    missing = [at for at, mute in zip(finding.also, others, strict=True) if mute is None]
    if not missing:
        mutes = (first, *(mute for mute in others if mute is not None))
        return replace(first, is_new=any(mute.is_new for mute in mutes)), ()
    note = f"`{finding.rule}` stands in line {missing[0]}, too, which no comment mutes"
    return None, (f"{plain_path(location.path)}:{location.start_line}: {note}",)


def _muting(rule: str, page: _Page, lines: range) -> Mute | None:
    """An old comment before a new one: the change has no part in it."""
    found = [
        Mute("inline", comment.reason, page.is_new(number))
        for number, comment in _heard(page, lines)
        if any(covers(name, rule) for name in comment.rules)
    ]
    return min(found, key=lambda mute: mute.is_new, default=None)


def _heard(page: _Page, lines: range) -> Iterator[tuple[int, Comment]]:
    """The comments that speak of these lines."""
    for number in lines:
        yield from ((number, comment) for comment in page.comments(number))
    before = lines.start - 1
    yield from ((before, comment) for comment in page.comments(before) if comment.alone)


def _useless(
    pages: Mapping[str, _Page], findings: Iterable[Finding], rules: set[str]
) -> Iterator[str]:
    """Comments that name no rule or a wrong one, where the change brings them or a finding
    stands."""
    flagged: dict[str, set[int]] = {}
    for location in (finding.location for finding in findings):
        lines = range(location.start_line - 1, location.end_line + 1)
        flagged.setdefault(location.path, set()).update(lines)
    for path, page in pages.items():
        added = {number for number in page.lines if page.is_new(number)}
        for number in sorted(added | flagged.get(path, set())):
            faults = (why for comment in page.comments(number) for why in _faults(comment, rules))
            yield from (f"{plain_path(path)}:{number}: {why}" for why in faults)


def _faults(comment: Comment, rules: set[str]) -> Iterator[str]:
    if not comment.rules:
        yield "`ignore` without a rule mutes nothing: write ignore[RULE]"
    yield from filter(None, (fault(name, rules) for name in comment.rules))


def _bounded(notes: Sequence[str]) -> tuple[str, ...]:
    more = len(notes) - _MOST_NOTES
    shown = tuple(notes[:_MOST_NOTES])
    return (*shown, f"{more} more comments that mute nothing") if more > 0 else shown
