"""The file of rows: it only grows, and a run that died while it wrote spoils nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from reviewbot.changeset import Scope
from reviewbot.errors import OutputError, UsageError
from reviewbot.evaluation.files import places, put
from reviewbot.evaluation.results import Rows, row_of
from reviewbot.evaluation.suite import load
from reviewbot.finding import Category, Finding, Location, Severity, Side
from reviewbot.report import EngineInfo, FileCoverage, Report, Usage
from tests.evaluation.samples import SUITE, found, row


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.jsonl"


def test_rows_come_back_by_key(file: Path) -> None:
    rows = Rows(file)
    assert rows.read() == {}
    rows.begin(fresh=False)
    written = [row("a", "clean", found(1)), row("b")]
    for item in written:
        rows.add(item)
    assert rows.read() == {"a": written[0], "b": written[1]}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("kept", range(1, 60, 7))
def test_a_row_that_was_cut_is_passed_over_and_written_anew(file: Path, kept: int) -> None:
    rows = Rows(file)
    rows.begin(fresh=False)
    rows.add(row("a"))
    whole = file.read_bytes()
    rows.add(row("b"))
    file.write_bytes(file.read_bytes()[: len(whole) + kept])
    assert set(rows.read()) == {"a"}
    rows.begin(fresh=False)
    assert file.read_bytes() == whole
    rows.add(row("c"))
    assert set(rows.read()) == {"a", "c"}


def test_a_file_that_others_could_read_is_closed_to_them(file: Path) -> None:
    file.touch(mode=0o644)
    Rows(file).begin(fresh=False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_fresh_forgets(file: Path) -> None:
    rows = Rows(file)
    rows.begin(fresh=False)
    rows.add(row("a"))
    rows.begin(fresh=True)
    assert rows.read() == {}


def test_a_line_that_is_no_row_is_named(file: Path) -> None:
    rows = Rows(file)
    rows.begin(fresh=False)
    rows.add(row("a"))
    with file.open("a") as stream:
        stream.write('{"key": 1}\n')
    with pytest.raises(UsageError, match="line 2"):
        rows.read()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write the results"):
        Rows(tmp_path / "none" / "rows.jsonl").begin(fresh=False)


def test_a_row_holds_no_code_and_no_words_about_it() -> None:
    place = Location("shop/prices.py", Side.NEW, 7, 7)
    finding = Finding(
        "RB-CORRECTNESS",
        Category.CORRECTNESS,
        Severity.ERROR,
        0.5,
        place,
        quote="count = len(prices) - 1",
        title="The count is off",
        message="The count is off by one.",
        fingerprint="f",
    )
    report = Report(
        Scope("commit", "x"),
        EngineInfo("scripted", "m"),
        (finding,),
        (FileCoverage("shop/prices.py", failed=1, reason="HTTP 500"),),
        Usage(calls=2, failed_chunks=1),
    )
    case = load(SUITE).cases[0]
    made = row_of("k", case, row("mean-bug").case, report)
    text = made.model_dump_json()
    assert "len(prices)" not in text
    assert "The count" not in text
    assert made.faults == ("HTTP 500",)
    assert (made.calls, made.failed_chunks) == (2, 1)
    assert made.findings[0].quote != ""


# Where results lie


def test_a_result_is_a_json_file_or_lies_in_a_folder(tmp_path: Path) -> None:
    engine = EngineInfo("ollama", "hf.co/some one:7b")
    in_folder = places(tmp_path / "out", "dev", engine)
    assert in_folder.result == tmp_path / "out" / "dev-ollama-hf.co-some-one-7b.json"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    named = places(tmp_path / "r.json", "dev", engine)
    assert named.rows == tmp_path / "r.rows.jsonl"


def test_without_a_word_results_lie_in_the_users_state(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    found_place = places(None, "dev", EngineInfo("scripted", "m")).result
    assert tmp_path in found_place.parents or "reviewbot" in found_place.parts


def test_a_result_is_put_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    put(target, "{}")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["r.json"]
    with pytest.raises(OutputError, match="cannot write"):
        put(tmp_path / "none" / "r.json", "{}")
