"""Mute findings that a baseline knows: an earlier report, or a list of accepted ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from reviewbot.changeset import FileChange
from reviewbot.finding import Finding, Mute, fingerprint
from reviewbot.report import Baseline, Report

# Equal quotes of one file that are told apart under its old name.
_MOST_ALIKE = 100


def muted_by_baseline(report: Report, baseline: Baseline) -> Report:
    """The report with the known findings muted, and the baseline narrowed to those of them that
    are still found. What something else mutes is known or new all the same."""
    known = _known(report, baseline.fingerprints)
    mute = Mute("baseline", f"known from {baseline.file}")
    quiet = [replace(one, muted=mute) for one in report.findings if one.fingerprint in known]
    return replace(
        report,
        findings=tuple(one for one in report.findings if one.fingerprint not in known),
        muted=(*report.muted, *quiet),
        baseline=Baseline(baseline.file, known),
    )


def _known(report: Report, fingerprints: frozenset[str]) -> frozenset[str]:
    every = (*report.findings, *report.muted)
    former = _former(report.files)
    alike = Counter((one.rule, one.location.path, one.quote) for one in every)
    return frozenset(
        one.fingerprint
        for one in every
        if one.fingerprint in fingerprints
        or _as_it_was(one, former, alike[one.rule, one.location.path, one.quote]) in fingerprints
    )


def _former(files: Iterable[FileChange]) -> Mapping[str, str]:
    """The names that renamed files had. A copy is new code in a second place."""
    return {file.path: file.old_path for file in files if file.status == "R"}


def _as_it_was(finding: Finding, former: Mapping[str, str], alike: int) -> str:
    """The fingerprint under the file's old name; empty where it had none. Which of equal quotes
    it is follows from its own fingerprint."""
    path = finding.location.path
    if path not in former:
        return ""
    for at in range(min(alike, _MOST_ALIKE)):
        if fingerprint(finding.rule, path, finding.quote, at) == finding.fingerprint:
            return fingerprint(finding.rule, former[path], finding.quote, at)
    return ""
