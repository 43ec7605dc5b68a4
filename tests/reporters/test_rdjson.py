from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from reviewbot.report import Report
from reviewbot.reporters.markdown_text import as_comment
from tests.conftest import ROOT
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, said, saying

SCHEMA = json.loads(
    (ROOT / "tests/data/schemas/reviewdog-DiagnosticResult.json").read_text(encoding="utf-8")
)


def _document(report: Report) -> dict[str, Any]:
    found = json.loads(written(report, "rdjson"))
    assert isinstance(found, dict)
    return found


def _lines(report: Report) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(report, "rdjsonl").split("\n") if line]


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_the_document_obeys_reviewdog_s_schema(report: Report) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(_document(report))


def test_each_line_obeys_reviewdog_s_schema() -> None:
    one = {**SCHEMA, "$ref": "#/definitions/reviewdog.rdf.Diagnostic"}
    for row in _lines(FULL):
        jsonschema.Draft4Validator(one).validate(row)
    assert not jsonschema.Draft4Validator(one).is_valid({**_lines(FULL)[0], "severity": "error"})
    assert written(EMPTY, "rdjsonl") == ""


def test_both_formats_say_the_same() -> None:
    whole = _document(FULL)
    assert _lines(FULL) == [{**row, "source": whole["source"]} for row in whole["diagnostics"]]


def test_columns_count_bytes_and_end_behind_the_code() -> None:
    """Line 4 is a tab, `total += …` and five characters that take more than one byte."""
    rows = {row["location"]["range"]["start"]["line"]: row for row in _lines(FULL)[:-1]}
    assert rows[9]["location"]["range"] == {
        "start": {"line": 9, "column": 5},
        "end": {"line": 9, "column": 16},
    }
    last = FULL.files[1].hunks[0].lines[5].text
    assert rows[3]["location"]["range"] == {
        "start": {"line": 3, "column": 5},
        "end": {"line": 4, "column": len(last.encode()) + 1},
    }


def test_a_line_with_a_masked_secret_has_no_columns() -> None:
    (row,) = [row for row in _lines(FULL) if row["code"]["value"] == "RB-SECRET"]
    assert row["location"]["range"] == {"start": {"line": 56}, "end": {"line": 56}}


def test_a_suggestion_replaces_whole_lines() -> None:
    (row,) = [row for row in _lines(FULL) if row["code"]["value"] == "RB-CORRECTNESS"]
    (suggestion,) = row["suggestions"]
    assert suggestion == {
        "range": {"start": {"line": 3}, "end": {"line": 4}},
        "text": "for row in rows:\n    total += row",
    }


def test_no_suggestion_writes_the_mark_of_a_secret_or_to_lines_that_are_gone() -> None:
    removed, added = FULL.findings[0], FULL.findings[3]
    findings = (
        replace(added, suggestion="key = '[secret]'"),
        replace(removed, suggestion="x"),
    )
    rows = _document(replace(FULL, findings=findings))["diagnostics"]
    assert not any("suggestions" in row for row in rows)


def test_an_incomplete_review_is_a_diagnostic() -> None:
    last = _document(FULL)["diagnostics"][-1]
    assert last["code"] == {"value": "RB-INCOMPLETE"}
    assert last["location"] == {"path": "shop/stock.py"}
    assert last["severity"] == "WARNING"


@given(WORDS)
def test_any_words_come_back_as_a_comment_that_does_nothing(words: str) -> None:
    (row,) = _lines(saying(words))
    assert row["message"] == as_comment(said(words))
