from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from reviewbot.changeset import Scope
from reviewbot.report import EngineInfo, FileCoverage, Report
from reviewbot.reporters.json_report import ReportDocument
from reviewbot.reporters.written import json_in_log
from tests.conftest import ROOT
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL

SCHEMA = ROOT / "docs" / "report.schema.json"


def _json(report: Report) -> dict[str, Any]:
    found = json.loads(written(report, "json"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_the_json_obeys_the_published_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(_json(report))


def test_the_schema_refuses_what_is_no_report() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    good = _json(FULL)
    (finding, *_) = good["findings"]
    for bad in (
        good | {"status": "clean"},
        good | {"schema_version": 2},
        good | {"findings": [finding | {"start_line": 0}]},
        good | {"findings": [finding | {"severity": "critical"}]},
        {key: value for key, value in good.items() if key != "coverage"},
    ):
        assert not validator.is_valid(bad)


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_the_json_reads_back_as_it_was_written(report: Report) -> None:
    text = written(report, "json")
    again = ReportDocument.model_validate_json(text).model_dump_json(indent=2)
    assert json_in_log(again) + "\n" == text


def test_an_empty_report_is_still_a_whole_document() -> None:
    found = _json(EMPTY)
    assert (found["status"], found["findings"], found["engine"]) == ("complete", [], None)
    assert found["privacy"] == {"connections": []}


def test_the_coverage_of_every_file_is_listed() -> None:
    found = _json(FULL)["coverage"]
    assert sum(row["reviewed"] + row["skipped"] + row["failed"] for row in found) == 143
    assert [row["path"] for row in found][-2:] == ["caf\\xe9.bin", "-odd\\n\\x1b[31mname.py"]


def test_how_the_model_was_asked_is_told() -> None:
    """What is left to the engine is null."""
    assert _json(FULL)["asked_with"] == {
        "temperature": 0.6,
        "seed": 7,
        "top_p": 0.95,
        "top_k": 20,
        "min_p": None,
        "think": "medium",
        "effort": "balanced",
    }
    assert _json(EMPTY)["asked_with"] is None


HOSTILE = "a\x1b]52;c;x\x07\u202eb\udce9"


def test_text_that_is_no_unicode_is_written_all_the_same() -> None:
    report = replace(
        FULL,
        scope=Scope("diff", HOSTILE),
        engine=EngineInfo("test", HOSTILE, notes=(HOSTILE,)),
        coverage=(FileCoverage(HOSTILE, failed=1),),
        problems=(HOSTILE,),
        connections=(HOSTILE,),
    )
    shown, path = "a]52;c;x\\u202eb\\xe9", "a\\x1b]52;c;x\\x07\\u202eb\\xe9"
    found = _json(report)
    assert found["scope"]["label"] == found["engine"]["model"] == shown
    assert found["engine"]["notes"] == found["problems"] == [shown]
    assert found["privacy"]["connections"] == [shown]
    assert found["coverage"][0]["path"] == path


def test_a_reason_is_plain() -> None:
    report = replace(FULL, coverage=(FileCoverage("f", failed=1, reason="\udce9"),))
    assert _json(report)["coverage"][0]["reason"] == "\\xe9"
