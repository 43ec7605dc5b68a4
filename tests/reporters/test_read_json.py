"""A report that was written reads back; whatever else a file may hold is told."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import ExitCode, ReportError
from reviewbot.report import Report
from reviewbot.reporters import read_json
from reviewbot.reporters.json_report import document
from reviewbot.reporters.read_json import read_report, report_of, table_of
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL

GOOD: dict[str, Any] = json.loads(written(FULL, "json"))


def _file(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "r.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("report", [FULL, EMPTY])
def test_a_report_reads_back(tmp_path: Path, report: Report) -> None:
    found = read_report(_file(tmp_path, written(report, "json")))
    expected = document(report).model_dump()
    assert found.model_dump() | {"tool": None} == expected | {"tool": None}


def test_an_older_report_reads_back(tmp_path: Path) -> None:
    """Fields that were added since have a default."""
    old = {key: value for key, value in GOOD.items() if key not in ("notes", "baseline")}
    old["findings"] = [
        {key: value for key, value in one.items() if key not in ("known", "muted")}
        for one in GOOD["findings"]
    ]
    assert len(read_report(_file(tmp_path, json.dumps(old))).findings) == len(FULL.findings)


def test_a_field_of_a_later_release_is_no_fault(tmp_path: Path) -> None:
    later = GOOD | {"mood": "good"}
    assert read_report(_file(tmp_path, json.dumps(later))).status == "incomplete"


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert read_report(_file(tmp_path, b"\xef\xbb\xbf" + written(FULL, "json").encode()))


_FINDING = GOOD["findings"][0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        (written(FULL, "json")[:-200], "it was cut"),
        ("{", "it was cut"),
        ("not JSON", "is no JSON"),
        (b"\xff\xfe{\x00}\x00", "is no JSON"),
        ("[]", "its JSON is no object"),
        ("null", "its JSON is no object"),
        ("{}", "is no JSON report of reviewbot"),
        ('{"findings": []}', "is no JSON report of reviewbot"),
        (json.dumps({"version": "2.1.0", "runs": []}), "is no JSON report of reviewbot"),
        (json.dumps(GOOD | {"schema_version": 2}), "schema_version 2; this reviewbot reads 1"),
        (json.dumps(GOOD | {"schema_version": 10**4000}), "of a later release"),
        ('{"findings": [], "schema_version": 1' + "0" * 9000 + "}", "r.json "),
        (json.dumps(GOOD | {"schema_version": 0}), "is no valid report: schema_version"),
        (json.dumps(GOOD | {"schema_version": "x"}), "is no valid report: schema_version"),
        (json.dumps(GOOD | {"findings": {}}), "is no valid report: findings"),
        (json.dumps(GOOD | {"findings": [{}]}), "is no valid report: findings.0."),
        (json.dumps(GOOD | {"findings": [_FINDING | {"severity": "x"}]}), "findings.0.severity"),
        (json.dumps(GOOD | {"findings": [_FINDING | {"confidence": 2}]}), "findings.0.confidence"),
        (json.dumps(GOOD).replace("31.25", "NaN"), "is no JSON"),
        (json.dumps(GOOD | {"refuted": {"k" * 9999: "x"}}), "refuted.kkk"),
        ("[" * 1_000_000, "is no JSON"),
        ('{"findings":' * 500_000, "is no JSON"),
        ('{"schema_version": 1, "findings": ' + "[" * 150 + "]" * 150 + "}", "no valid report"),
    ],
    ids=lambda value: repr(value[:40]),
)
def test_what_is_no_report_is_told(tmp_path: Path, content: bytes | str, told: str) -> None:
    path = _file(tmp_path, content)
    with pytest.raises(ReportError) as caught:
        read_report(path)
    assert told in caught.value.message
    assert str(path) in caught.value.message
    assert len(caught.value.message) < len(str(path)) + 300
    assert caught.value.remedy
    assert caught.value.exit_code is ExitCode.USAGE


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"cannot read .*none\.json: No such file"):
        read_report(tmp_path / "none.json")
    with pytest.raises(ReportError, match="Is a directory"):
        read_report(tmp_path)
    with pytest.raises(ReportError, match="null"):
        read_report(Path("a\0b"))


def test_a_file_that_never_ends_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_json, "LARGEST", 1_000_000)
    with pytest.raises(ReportError, match="/dev/zero is larger than 1 MB"):
        read_report(Path("/dev/zero"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(GOOD)), inner),
        max_leaves=20,
    )
)
def test_no_json_raises_anything_else(value: object) -> None:
    for candidate in (value, GOOD | value if isinstance(value, dict) else {"findings": value}):
        with contextlib.suppress(ReportError):
            report_of(table_of(json.dumps(candidate).encode(), "r.json"), "r.json")


@given(st.integers(0, len(written(FULL, "json")) - 3))
def test_no_part_of_a_report_passes_for_one(size: int) -> None:
    """The last two characters are the bracket and a line break."""
    with pytest.raises(ReportError):
        table_of(written(FULL, "json").encode()[:size], "r.json")
