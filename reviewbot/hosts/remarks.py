"""What is said about each finding: the text of a comment, and where it is to stand."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reviewbot.change.secrets.search import MASK
from reviewbot.changeset import LineKind
from reviewbot.finding import Side
from reviewbot.hosts.markdown import block, code, fence_around, prose
from reviewbot.hosts.marks import Mark, key_of
from reviewbot.hosts.place import HostDiff, Place, place_of
from reviewbot.plain import plain

if TYPE_CHECKING:
    from reviewbot.reporters.finding_entry import FindingEntry
    from reviewbot.reporters.json_report import ReportDocument

# GitLab takes a line of a suggestion for a command wherever its own reading of fences differs.
_COMMAND = re.compile(r"^\s*/\w", re.MULTILINE)
_LONGEST_SUGGESTION = 10_000  # characters
_BY = {
    "model": "a model's claim, confidence {confidence:.2f}: check it",
    "check": "found without a model",
    "linter": "a linter's finding",
}


# What a comment stands on; `change` is the merge request as a whole.
Stands = Literal["line", "file", "change"]


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding with its place. What it says depends on whether it stands on a line."""

    key: str
    finding: FindingEntry
    place: Place

    def body(self, suggestion: str, stands: Stands | None = None) -> str:
        """The comment's text. `suggestion` is the info string that makes the host offer a change
        (`{below}` the lines below the first); `stands` is what the comment stands on, where that
        is less than the remark's own place."""
        place = self.place
        if stands is not None and stands != "line":
            place = Place(place.file)
        return _body(self, place, suggestion)


def remarks(document: ReportDocument, diff: HostDiff) -> tuple[Remark, ...]:
    """The report's findings, the most severe first; none of a finding that is muted."""
    seen: Counter[str] = Counter()
    found = []
    for finding in document.findings:
        if finding.muted is None:
            key = key_of(finding.fingerprint, seen[finding.fingerprint])
            found.append(Remark(key, finding, place_of(finding, diff)))
            seen[finding.fingerprint] += 1
    return tuple(sorted(found, key=_urgency))


def _urgency(remark: Remark) -> tuple[int, float]:
    return -remark.finding.severity.rank, -remark.finding.confidence


def where(finding: FindingEntry) -> str:
    """The finding's line, as the report has it."""
    if finding.side is Side.OLD and finding.removed_lines:
        return f"{code(f'{finding.path}:{finding.removed_lines[0]}')} (removed)"
    return code(f"{finding.path}:{finding.start_line}")


def _body(remark: Remark, place: Place, suggestion: str) -> str:
    finding = remark.finding
    parts = [f"**{finding.severity}** {code(finding.rule)}"]
    if not place.lines:
        parts[0] += f" in {where(finding)}"
        parts.append(block(finding.quote))
    parts.append(prose(finding.message or finding.title))
    if finding.suggestion:
        parts.append(_suggested(finding, place, suggestion))
    said_by = _BY[finding.source].format(confidence=finding.confidence)
    parts.append(f"<sub>reviewbot: {said_by}</sub>")
    return "\n\n".join(filter(None, [*parts, str(Mark(remark.key))]))


def _suggested(finding: FindingEntry, place: Place, info: str) -> str:
    """The suggestion as one that can be applied with a click, where it replaces what was flagged
    and nothing else; else as code to read."""
    text = plain(finding.suggestion or "").strip("\n")
    unfit = _COMMAND.search(text) or MASK in text or len(text) > _LONGEST_SUGGESTION
    if unfit or not _replaces(finding, place):
        return f"Suggested:\n\n{block(text)}"
    fence = fence_around(text)
    return "\n".join((fence + info.format(below=len(place.lines) - 1), text, fence))


def _replaces(finding: FindingEntry, place: Place) -> bool:
    """Whether the comment stands on just the added lines that the finding quotes."""
    if not place.lines or finding.side is Side.OLD:
        return False
    if any(line.kind is not LineKind.ADDED for line in place.lines):
        return False
    count = finding.end_line - finding.start_line + 1
    quoted = "\n".join(plain(line.text).rstrip() for line in place.lines)
    return len(place.lines) == count and quoted == finding.quote
