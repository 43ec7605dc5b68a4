"""What is muted, in words: the same ones for every report that people read."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.finding import Finding, Mute
from reviewbot.plain import plain_line, plain_path
from reviewbot.report import Report

# Here somebody else reads what the author of the change has muted.
_MERGE_REQUEST = ("base", "range")


def found(report: Report) -> str:
    """How much was found, and how much of it is told no louder."""
    count = len(report.findings)
    known = sum(_by(finding).by == "baseline" for finding in report.muted)
    muted = len(report.muted) - known
    parts = [f"{count} new, {known} known"] if report.baseline else []
    parts += [f"{muted} muted"] if muted else []
    noun = "finding" if count == 1 else "findings"
    return f"{count} {noun} ({', '.join(parts)})" if parts else f"{count} {noun}"


def warnings(report: Report) -> Iterator[str]:
    """What each report for people has to say loudly: a change that mutes its own security
    finding."""
    for finding in report.own_mutes:
        yield f"this change mutes its own security finding at {_line(finding)}"


def remarks(report: Report) -> Iterator[str]:
    """What else there is to say: other mutes that a merge request brings, and the notes."""
    if report.scope.kind in _MERGE_REQUEST:
        new = (finding for finding in report.muted if _by(finding).is_new)
        for finding in new:
            if finding not in report.own_mutes:
                yield f"this change mutes its own finding at {_line(finding)}"
    yield from map(plain_line, report.notes)


def muted_lines(report: Report) -> Iterator[str]:
    """Each muted finding with the reason."""
    for finding in report.muted:
        yield f"muted by {_by(finding).by}: {_line(finding)}"


def _line(finding: Finding) -> str:
    place = f"{plain_path(finding.location.path)}:{finding.location.start_line}"
    reason = plain_line(_by(finding).reason) or "no reason given"
    return f"{place} [{finding.rule}] {finding.title}: {reason}"


def _by(finding: Finding) -> Mute:
    """A report made by hand may not say it."""
    return finding.muted or Mute("inline")
