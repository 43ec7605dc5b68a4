"""The formats of a sweep's report: text, JSON, SARIF and HTML.

Text and SARIF are those of a review, of the findings that stand: a place in code that is gone
cannot be opened. JSON and HTML hold all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from reviewbot.changeset import Scope
from reviewbot.plain import inert, plain_line
from reviewbot.report import EngineInfo, FileCoverage, Report, Timings, Usage
from reviewbot.reporters import reporter
from reviewbot.reporters.finding_entry import finding_of
from reviewbot.reporters.told import plural
from reviewbot.reporters.written import json_in_log
from reviewbot.settings import FormatName
from reviewbot.sweep.document import SweepDocument
from reviewbot.sweep.plan import noun_of

_HOTTEST = 10


def write(found: SweepDocument, name: FormatName, stream: TextIO, *, color: bool) -> None:
    if name == "json":
        stream.write(json_in_log(found.model_dump_json(indent=2)) + "\n")
    elif name == "html":
        from reviewbot.sweep.page import written

        stream.writelines(written(found))
    else:
        reporter(name, color=color)(report_of(found), stream)
        if name == "text":
            stream.writelines(inert(f"{line}\n") for line in _hot_spots(found))


def report_of(found: SweepDocument) -> Report:
    """The findings that stand, as a review of the sweep's head would tell them."""
    noun, lines = f"{noun_of(found.sweep.kind)}s", found.lines
    engines = [EngineInfo(one.name, one.model, one.digest, one.window) for one in found.engines]
    return Report(
        scope=Scope("range", found.sweep.label, head=found.sweep.head),
        engine=engines[0] if engines else None,
        findings=tuple(finding_of(one) for one in found.findings if one.state == "stands"),
        coverage=(FileCoverage(noun, lines.reviewed, lines.skipped, lines.failed),),
        usage=Usage(**found.usage.model_dump()),
        timings=Timings(**found.timings.model_dump()),
        connections=tuple(found.privacy.connections),
        problems=tuple(found.problems),
    )


def _hot_spots(found: SweepDocument) -> Iterator[str]:
    counts, noun = found.counts, noun_of(found.sweep.kind)
    past = sum(one.state == "past" for one in found.findings)
    parts = [f"{counts.complete} of {plural(counts.found, noun)} reviewed in full"]
    parts += [f"{plural(past, 'finding')} no more in {found.sweep.head[:12]}"] if past else []
    parts += [f"{plural(counts.merges, 'merge')} left out"] if counts.merges else []
    yield f"reviewbot: {plain_line(found.sweep.label)}: {'; '.join(parts)}"
    if any(file.errors + file.warnings + file.notes for file in found.files):
        yield "hot spots:"
    for file in found.files[:_HOTTEST]:
        words = [
            plural(count, noun)
            for count, noun in (
                (file.errors, "error"),
                (file.warnings, "warning"),
                (file.notes, "note"),
            )
            if count
        ]
        if words:
            yield f"  {plain_line(file.path)}: {', '.join(words)}"
