"""What came of each review of a sweep, as rows of its journal."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from reviewbot.reporters.json_report import EngineEntry, ReportDocument
from reviewbot.rows import RowsFile
from reviewbot.sweep.plan import Unit


class Row(BaseModel, frozen=True):
    """One review. `key` stands for all that its answers follow from but the engine itself, which
    stands in the report. A `fault` is why there is none."""

    schema_version: Literal[1] = 1
    key: str
    unit: str
    report: ReportDocument | None = None
    fault: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it need not be reviewed again."""
        return self.report is not None and self.report.status == "complete"

    @property
    def engine(self) -> EngineEntry | None:
        """Who answered, without what an opening may say or not."""
        found = self.report and self.report.engine
        return found.model_copy(update={"notes": []}) if found else None


class Journal(RowsFile[Row]):
    """The rows of all sweeps of a repository."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Row, "--journal")


def key_of(run: str, unit: Unit) -> str:
    """`run` is the digest of what all reviews of the sweep follow from."""
    words = "\0".join((run, unit.kind, unit.id, unit.head))
    return hashlib.sha256(words.encode("utf-8", "surrogateescape")).hexdigest()[:32]
