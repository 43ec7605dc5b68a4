from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

import jsonschema
import pytest
from hypothesis import given
from sarif.loader import load_sarif_file

from reviewbot.report import FileCoverage, Report
from reviewbot.reporters.markdown_text import as_comment
from tests.conftest import ROOT
from tests.data.regenerate import FOLDER, written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, said, saying

SCHEMA = ROOT / "tests" / "data" / "schemas" / "sarif-schema-2.1.0.json"


def _run(report: Report) -> dict[str, Any]:
    (run,) = json.loads(written(report, "sarif"))["runs"]
    assert isinstance(run, dict)
    return run


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_the_log_obeys_the_schema_of_oasis(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    log = json.loads(written(report, "sarif"))
    jsonschema.Draft4Validator.check_schema(schema)
    validator = jsonschema.Draft4Validator(schema)
    validator.validate(log)
    assert log["$schema"] == schema["id"]
    assert not validator.is_valid(log | {"version": "2.0.0"})
    assert not validator.is_valid(log | {"runs": [_run(report) | {"columnKind": "bytes"}]})


def test_a_reader_of_sarif_finds_the_same() -> None:
    found = load_sarif_file(str(FOLDER / "full.sarif"))
    assert found.get_distinct_tool_names() == ["reviewbot"]
    counts = found.get_report()
    levels = ("error", "warning", "note")
    assert [counts.get_issue_count_for_severity(level) for level in levels] == [5, 3, 2]
    assert [row["Code"] for row in found.get_records()] == [
        finding.rule for finding in (*FULL.findings, *FULL.muted)
    ]
    places = [(row["Location"], row["Line"]) for row in found.get_records()]
    assert sorted(places)[-1] == ("shop/stock.py", 56)
    assert ("shop/gr%C3%B6%C3%9Fe%20%26%20%3Cco%3E.py", 12) in places


def test_there_is_what_github_s_upload_asks_for() -> None:
    run = _run(FULL)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 6
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["partialFingerprints"]["reviewbot/v1"]) == 32
        (place,) = result["locations"]
        region = place["physicalLocation"]["region"]
        assert {"startLine", "endLine"} <= set(region)
        assert ("startColumn" in region) == (result["ruleId"] != "RB-SECRET")


def test_columns_count_utf_16_code_units() -> None:
    """Line 4 ends with a character that takes two of them."""
    run = _run(FULL)
    (result,) = [
        row
        for row in run["results"]
        if row["ruleId"] == "RB-CORRECTNESS" and "suppressions" not in row
    ]
    last = FULL.files[1].hunks[0].lines[5].text
    region = result["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "utf16CodeUnits"
    assert (region["startColumn"], region["endColumn"]) == (5, len(last) + 2)


def test_a_suggestion_is_a_fix_of_whole_lines() -> None:
    fixes = [result["fixes"] for result in _run(FULL)["results"] if "fixes" in result]
    (change,) = fixes[0][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "endLine": 4},
            "insertedContent": {"text": "for row in rows:\n    total += row"},
        }
    ]


def test_muted_findings_are_suppressed_where_they_are() -> None:
    results = _run(FULL)["results"]
    found = [row["suppressions"][0] for row in results if "suppressions" in row]
    assert [(row["kind"], row["justification"]) for row in found] == [
        ("inSource", "inline: known, see the wiki"),
        ("inSource", "inline"),
        ("external", "baseline: accepted in 2025: ]]>"),
        ("external", "confidence: below 0.9"),
    ]
    assert [row["properties"]["isNew"] for row in found] == [True, True, False, False]


def test_what_the_baseline_knows_is_unchanged() -> None:
    states = [row["baselineState"] for row in _run(FULL)["results"]]
    assert states == ["new"] * 8 + ["unchanged", "new"]
    assert all("baselineState" not in row for row in _run(replace(FULL, baseline=None))["results"])


def test_an_incomplete_review_was_not_executed_successfully() -> None:
    (invocation,) = _run(FULL)["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [
        (row["level"], row["message"]["text"]) for row in invocation["toolExecutionNotifications"]
    ]
    assert told[0] == ("error", "Not reviewed: the reply was cut at its length limit")
    assert ("note", "Not reviewed: lock file (120 skipped of 120 lines)") in told
    (complete,) = _run(EMPTY)["invocations"]
    assert complete == {"executionSuccessful": True, "toolExecutionNotifications": []}


@pytest.mark.parametrize("path", ["a b.py", "c:d/e#f?g.py", "größe%41.py", "caf\udce9", "-x\n.py"])
def test_a_path_is_a_relative_reference_to_the_bytes_of_its_name(path: str, tmp_path: Path) -> None:
    report = replace(EMPTY, coverage=(FileCoverage(path, failed=1),))
    (note,) = _run(report)["invocations"][0]["toolExecutionNotifications"]
    place = note["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uriBaseId"] == "%SRCROOT%"
    absolute = urlsplit(urljoin("file:///top/", place["uri"]))
    assert (absolute.scheme, absolute.query, absolute.fragment) == ("file", "", "")
    assert unquote_to_bytes(absolute.path) == b"/top/" + path.encode("utf-8", "surrogateescape")


@given(WORDS)
def test_any_words_come_back_as_a_comment_that_does_nothing(words: str) -> None:
    (result,) = _run(saying(words))["results"]
    assert result["message"]["text"] == as_comment(said(words))
