from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import ReportError
from reviewbot.finding import Mute
from reviewbot.reporters.baseline import (
    KnownEntry,
    baseline_text,
    known_entries,
    read_baseline,
)
from reviewbot.reporters.read_json import table_of
from tests.data.regenerate import written
from tests.data.reports import EMPTY, FULL


def _entries(text: str) -> list[KnownEntry]:
    return known_entries(table_of(text.encode(), "r.json"), "r.json")


def test_a_report_is_a_baseline_of_what_it_tells() -> None:
    """And of what was known before it; a comment and a confidence speak for themselves."""
    (finding, *rest) = FULL.findings
    report = replace(
        FULL,
        findings=tuple(rest),
        muted=tuple(
            replace(finding, fingerprint=by, muted=Mute(by))
            for by in ("inline", "confidence", "baseline")
        ),
    )
    found = read_baseline(written(report, "json").encode(), "r.json")
    assert found.fingerprints == {one.fingerprint for one in rest} | {"baseline"}
    assert found.file == "r.json"


def test_the_file_is_small_sorted_and_reads_back() -> None:
    text = baseline_text(_entries(written(FULL, "json")))
    document = json.loads(text)
    assert list(document) == ["schema_version", "fingerprints"]
    rows = [tuple(row.values()) for row in document["fingerprints"]]
    assert rows == sorted(rows)
    assert len(rows) == len(FULL.findings) + 1
    assert read_baseline(text.encode(), "b").fingerprints == {row[2] for row in rows}
    assert len(text.splitlines()) == len(rows) + 5
    assert text.isascii()


def test_a_baseline_of_nothing_is_one() -> None:
    text = baseline_text(_entries(written(EMPTY, "json")))
    assert read_baseline(text.encode(), "b").fingerprints == frozenset()


_KNOWN = st.builds(KnownEntry, path=st.text(), rule=st.text(), fingerprint=st.text())


@given(st.lists(_KNOWN), st.randoms())
def test_the_same_findings_are_the_same_file(known: list[KnownEntry], random: object) -> None:
    text = baseline_text(known)
    shuffled = [*known, *known]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert baseline_text(shuffled) == text
    assert baseline_text(_entries(text)) == text
    assert read_baseline(text.encode(), "b").fingerprints == {one.fingerprint for one in known}


def test_a_path_is_no_command_in_a_log() -> None:
    text = baseline_text([KnownEntry(path="##[error]x", rule="R", fingerprint="0")])
    assert "##[" not in text
    assert json.loads(text)["fingerprints"][0]["path"] == "##[error]x"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "is neither a report of reviewbot nor a baseline"),
        ('{"schema_version": 1}', "is neither a report of reviewbot nor a baseline"),
        ('{"schema_version": 2, "fingerprints": []}', "this reviewbot reads 1"),
        ('{"schema_version": 1, "fingerprints": {}}', "fingerprints"),
        ('{"schema_version": 1, "fingerprints": ["0"]}', "fingerprints.0"),
        ('{"schema_version": 1, "fingerprints": [{"path": "a"}]}', "fingerprints.0.rule"),
        ('{"schema_version": 1, "findings": []}', "is no valid report"),
        ('{"schema_version": 1, "fingerprints": [', "it was cut"),
    ],
)
def test_what_is_no_baseline_is_told(text: str, told: str) -> None:
    with pytest.raises(ReportError, match=r"b\.json") as caught:
        read_baseline(text.encode(), "b.json")
    assert told in caught.value.message
