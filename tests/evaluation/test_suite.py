"""A suite's file: what is read, and what is refused with its line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from reviewbot.errors import UsageError
from reviewbot.evaluation.choose import Choice, chosen
from reviewbot.evaluation.suite import Patch, Texts, bundled, load, named
from tests.evaluation.samples import SUITE

_CASE: dict[str, Any] = {
    "id": "x",
    "track": "pair",
    "kind": "defect",
    "group": "g",
    "files": {"a.py": "x = 1\n"},
    "golden": [{"file": "a.py", "line": [1, 1]}],
}


def test_a_case_is_whole_files_or_a_patch() -> None:
    cases = {case.id: case for case in load(SUITE).cases}
    assert isinstance(cases["mean-bug"].change, Texts)
    assert isinstance(cases["greeting"].change, Patch)
    assert cases["mean-bug"].golden[0].line == (7, 7)
    assert cases["first-bug"].golden[0].anchor == "deletion"


def test_the_bundled_suite_is_read_whole() -> None:
    suite = bundled()
    ordinary = [case for case in suite.cases if case.track == "ordinary"]
    assert (len(suite.cases), len(ordinary)) == (150, 24)
    assert {case.category for case in ordinary} == {""}
    assert sum(case.quick for case in suite.cases) == 20


def test_a_compressed_suite_is_the_same_suite(tmp_path: Path) -> None:
    packed = tmp_path / "suite.jsonl.gz"
    packed.write_bytes(gzip.compress(SUITE.read_bytes()))
    assert load(packed) == load(SUITE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "odd"}, "kind: Input should be 'defect' or 'clean'"),
        ({"id": ""}, "id: String should have at least 1 character"),
        ({"files": {}}, "it holds neither files nor a diff"),
        ({"golden": []}, "a defect has golden lines"),
        ({"kind": "clean"}, "a clean case has none"),
        ({"files": {"../a.py": ""}}, "no path in a repository"),
        ({"old_files": {"/etc/passwd": ""}}, "no path in a repository"),
        ({"old_files": {"a/.git/config": ""}}, "no path in a repository"),
        ({"golden": [{"file": "b.py", "line": [1, 1]}]}, "golden lines of b.py"),
        ({"golden": [{"file": "a.py", "line": [2, 1]}]}, "behind the last"),
    ],
)
def test_a_case_that_makes_no_sense_is_refused_with_its_line(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = tmp_path / "suite.jsonl"
    path.write_text("\n" + json.dumps(_CASE | change) + "\n")
    with pytest.raises(UsageError, match="line 2") as raised:
        load(path)
    assert said in raised.value.message


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "suite.jsonl"
    path.write_text((json.dumps(_CASE) + "\n") * 2)
    with pytest.raises(UsageError, match="line 2: x stands in line 1"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"\n", b"\x1f\x8bbroken", b"\xff\xfe", b"{"])
def test_a_file_that_is_no_suite_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "suite.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"suite\.jsonl"):
        load(path)


def test_a_missing_suite_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read the suite .*none\.jsonl"):
        load(tmp_path / "none.jsonl")


# Which cases are run


def test_quick_cases_and_tracks() -> None:
    suite = load(SUITE)
    assert [case.id for case in chosen(suite, Choice(quick=True)).cases] == ["mean-bug", "mean-fix"]
    tracks = {case.track for case in chosen(suite, Choice(tracks=("edit", "survivor"))).cases}
    assert tracks == {"edit", "survivor"}


def test_a_limit_takes_whole_groups_of_each_track_and_always_the_same() -> None:
    suite = load(SUITE)
    some = chosen(suite, Choice(limit=5)).cases
    assert len(some) == 5
    assert {case.track for case in some} == {"twin", "edit", "survivor"}
    assert some == chosen(suite, Choice(limit=5)).cases
    names = {case.id for case in some}
    assert all(case.pair in names for case in some if case.pair)


def test_a_list_of_ids_gives_these_in_its_order(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    ids.write_text("# two\nrename\n\nmean-bug\nrename\n")
    assert [c.id for c in chosen(load(SUITE), Choice(ids=ids)).cases] == ["rename", "mean-bug"]


def test_an_unknown_id_or_track_names_the_nearest(tmp_path: Path) -> None:
    ids = tmp_path / "ids"
    ids.write_text("mean-bugs\n")
    with pytest.raises(UsageError, match='did you mean "mean-bug"'):
        chosen(load(SUITE), Choice(ids=ids))
    with pytest.raises(UsageError, match='did you mean "twin"'):
        chosen(load(SUITE), Choice(tracks=("twins",)))


def test_nothing_left_is_an_error() -> None:
    with pytest.raises(UsageError, match="no case"):
        chosen(load(SUITE), Choice(quick=True, tracks=("edit",)))


def test_an_installed_suite_is_named_without_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert named(Path("bundled")) == bundled()
    hostile = named(Path("hostile"))
    assert hostile.name == "hostile"
    assert {case.track for case in hostile.cases} == {"hostile", "plain"}
    (tmp_path / "hostile").write_bytes(SUITE.read_bytes())
    assert named(Path("hostile")).cases == load(SUITE).cases
