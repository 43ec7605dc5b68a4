from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from reviewbot.report import Report
from reviewbot.reporters.finding_entry import FindingEntry
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, saying


def _rows(report: Report) -> list[dict[str, Any]]:
    text = written(report, "jsonl")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.removesuffix("\n").split("\n")]


def test_each_finding_is_a_line_as_in_the_json_report() -> None:
    *rows, _ = _rows(FULL)
    whole = json.loads(written(FULL, "json"))["findings"]
    assert rows == [{"type": "finding", **entry} for entry in whole]
    assert [FindingEntry.model_validate(row).rule for row in rows] == [
        finding.rule for finding in FULL.findings
    ]


@pytest.mark.parametrize(("report", "status"), [(FULL, "incomplete"), (EMPTY, "complete")])
def test_the_last_line_tells_a_whole_report(report: Report, status: str) -> None:
    *_, last = _rows(report)
    assert (last["type"], last["status"]) == ("summary", status)
    assert last["findings"] == len(_rows(report)) - 1
    assert last["changed"] == last["reviewed"] + last["skipped"] + last["failed"]


def test_what_is_muted_is_counted() -> None:
    *rows, last = _rows(FULL)
    assert last["muted"] == len(FULL.muted) == 4
    assert not any(row["muted"] for row in rows)


@given(WORDS)
def test_any_words_come_back(words: str) -> None:
    row, _ = _rows(saying(words))
    assert row["message"] == words
