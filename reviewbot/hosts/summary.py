"""The one comment that says how the review went, and all that the others cannot say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from reviewbot.finding import Severity
from reviewbot.hosts.markdown import code, prose
from reviewbot.hosts.marks import SUMMARY
from reviewbot.hosts.remarks import Remark, where

if TYPE_CHECKING:
    from reviewbot.reporters.json_report import CoverageEntry, ReportDocument

_MOST = 30
_MOST_CHARACTERS = 40_000  # GitHub takes 65,536 in all
_LONGEST = 300
_SHORT_ID = 12


def summary(document: ReportDocument, untold: Iterable[Remark]) -> str:
    """`untold` are the findings that have no comment of their own."""
    lists = [
        *_listed("Findings without a comment of their own:", map(_line, untold)),
        *_listed("Not reviewed:", map(_file, filter(_has_gap, document.coverage))),
    ]
    if sum(map(len, lists)) > _MOST_CHARACTERS:
        lists = ["What has no comment of its own, and what was not reviewed, is too long to list."]
    parts = [_head(document), *_incomplete(document), _counts(document), *lists]
    return "\n\n".join((*parts, _made_by(document), SUMMARY))


def _head(document: ReportDocument) -> str:
    commit = f" of {code(document.scope.head[:_SHORT_ID])}" if document.scope.head else ""
    findings = [finding for finding in document.findings if finding.muted is None]
    counts = Counter(finding.severity for finding in findings)
    words = [counted(counts[s], s) for s in reversed(Severity) if counts[s]]
    return f"**reviewbot**{commit}: {', '.join(words) or 'no findings'}"


def _incomplete(document: ReportDocument) -> Iterator[str]:
    if document.status == "complete":
        return
    yield "**INCOMPLETE: not all of this change was reviewed.**"
    yield from _listed("", (prose(text, _LONGEST) for text in document.problems))


def _counts(document: ReportDocument) -> str:
    reviewed = sum(entry.reviewed for entry in document.coverage)
    skipped = sum(entry.skipped for entry in document.coverage)
    failed = sum(entry.failed for entry in document.coverage)
    text = f"{reviewed} of {reviewed + skipped + failed} changed lines reviewed"
    text += f", {skipped} skipped" if skipped else ""
    text += f", **{failed} failed**" if failed else ""
    muted = len(document.muted) + sum(f.muted is not None for f in document.findings)
    return text + (f"; {counted(muted, 'finding')} muted" if muted else "") + "."


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _listed(title: str, lines: Iterable[str]) -> list[str]:
    found = [f"- {line}" for line in lines if line]
    if not found:
        return []
    more = [f"- … and {len(found) - _MOST} more"] if len(found) > _MOST else []
    listed = "\n".join(found[:_MOST] + more)
    return [title, listed] if title else [listed]


def _line(remark: Remark) -> str:
    finding = remark.finding
    said = prose(finding.title, _LONGEST)
    return f"{finding.severity} {code(finding.rule)} in {where(finding)}: {said}"


def _has_gap(entry: CoverageEntry) -> bool:
    return bool(entry.skipped or entry.failed or entry.reason)


def _file(entry: CoverageEntry) -> str:
    gap = ", ".join(
        f"{count} {word}"
        for count, word in ((entry.skipped, "skipped"), (entry.failed, "failed"))
        if count
    )
    return f"{code(entry.path)}: {prose(entry.reason, _LONGEST)}{f' ({gap})' if gap else ''}"


def _made_by(document: ReportDocument) -> str:
    """Who says so, and what it is worth."""
    model = f" with {code(document.engine.model)}" if document.engine else ""
    return (
        f"<sub>reviewbot{model}. Its findings are claims to check; none of them, and no lack of"
        " them, is an approval.</sub>"
    )
