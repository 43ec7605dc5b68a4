"""All that mutes the findings of one run, read before any model is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.plain import plain_line
from reviewbot.report import Baseline, Report
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.cli.change import Change


@dataclass(frozen=True, slots=True)
class Muting:
    """`note` says why there is no baseline where one was wanted."""

    change: Change
    least: float
    baseline: Baseline | None = None
    note: str = ""

    @classmethod
    def of(cls, change: Change, settings: Settings) -> Muting:
        """Raises ReportError for a baseline that cannot be read, GitError."""
        baseline, note = _baseline(change, settings.baseline)
        return cls(change, settings.min_confidence, baseline, note)

    def __call__(self, report: Report) -> Report:
        """The report, muted by confidence, then by comments, then by the baseline."""
        from reviewbot.review.mute.baseline import muted_by_baseline
        from reviewbot.review.mute.inline import muted_inline

        muted = muted_inline(report.muting(self.least), self.change.prepared.texts)
        if self.note:
            muted = replace(muted, notes=(*muted.notes, self.note))
        return muted if self.baseline is None else muted_by_baseline(muted, self.baseline)


def _baseline(change: Change, file: str | None) -> tuple[Baseline | None, str]:
    """An absolute path is the user's word on a file, a relative one the repository's on one of
    its own."""
    if file is None:
        return None, ""
    from reviewbot.reporters.baseline import read_baseline
    from reviewbot.reporters.read_json import content

    if Path(file).is_absolute():
        known = read_baseline(content(Path(file)), file)
        return replace(known, file=Path(file).name), ""  # a report tells no folders of the user's
    if change.git is None:
        return None, f"no baseline: a patch belongs to no repository, so {file} is not read"
    from reviewbot.change.settled import settled

    scope = change.prepared.change_set.scope
    place = "the index" if scope.kind == "staged" else f"the base {scope.advised_by[:12]}"
    data = settled(change.git, scope, file)
    if data is None:
        return None, f"no baseline: {plain_line(file)} is not in {place}"
    return read_baseline(data, f"{file} in {place}"), ""
