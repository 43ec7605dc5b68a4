from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from reviewbot.finding import Severity
from reviewbot.report import FileCoverage, Report
from tests.conftest import ROOT
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL
from tests.reporters.saying import WORDS, said, saying

SCHEMA = ROOT / "tests" / "data" / "schemas" / "gitlab-code-quality.json"


def _entries(report: Report) -> list[dict[str, Any]]:
    found = json.loads(written(report, "gitlab"))
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_the_report_has_the_shape_that_gitlab_documents(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(_entries(report))
    assert not validator.is_valid([{**_entries(FULL)[0], "severity": "error"}])


def test_a_clean_review_is_an_empty_list() -> None:
    assert written(EMPTY, "gitlab") == "[]\n"


def test_each_entry_has_a_fingerprint_of_its_own_in_hexadecimal() -> None:
    """Two of one fingerprint would be shown as one."""
    found = [entry["fingerprint"] for entry in _entries(FULL)]
    assert len(set(found)) == len(found) == len(FULL.findings) + 1
    assert all(int(fingerprint, 16) for fingerprint in found)


@pytest.mark.parametrize(
    ("severity", "shown"),
    [(Severity.ERROR, "critical"), (Severity.WARNING, "major"), (Severity.NOTE, "info")],
)
def test_severities_are_gitlab_s(severity: Severity, shown: str) -> None:
    report = saying("x")
    report = replace(report, findings=(replace(report.findings[0], severity=severity),))
    assert [entry["severity"] for entry in _entries(report)] == [shown]


def test_paths_are_the_files_own_and_lines_the_new_ones() -> None:
    places = [entry["location"] for entry in _entries(FULL)]
    assert [place["path"] for place in places] == [
        *(finding.location.path for finding in FULL.findings),
        "shop/stock.py",
    ]
    assert [place["lines"]["begin"] for place in places] == [12, 9, 56, 3, 32, 1, 1]


def test_an_incomplete_review_is_an_entry_of_the_first_file_that_failed() -> None:
    last = _entries(FULL)[-1]
    assert (last["check_name"], last["severity"]) == ("RB-INCOMPLETE", "info")
    assert "4 changed lines in 1 file not reviewed" in last["description"]
    (nowhere,) = _entries(replace(EMPTY, problems=("no engine",)))
    assert (nowhere["location"]["path"], nowhere["severity"]) == (".", "info")


def test_a_path_that_is_no_text_is_shown() -> None:
    report = replace(EMPTY, coverage=(FileCoverage("caf\udce9", failed=1),))
    assert _entries(report)[0]["location"]["path"] == "caf\\xe9"


@given(WORDS)
def test_any_words_come_back(words: str) -> None:
    (entry,) = _entries(saying(words))
    assert entry["description"] == said(words)
