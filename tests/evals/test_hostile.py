"""The hostile suite is what its sources say, and the defects are still where it says."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.build import CASES as CASES_FOLDER
from evals.build import CaseError
from evals.hostile import HOSTILE, built, laid
from reviewbot.changeset import Line, LineKind
from reviewbot.review.hidden import hidden_characters
from tests.evals.changes import applied, changed, parse
from tests.evals.running import CHECKS, failure

CASES: list[dict[str, Any]] = [
    json.loads(line) for line in HOSTILE.read_text("utf-8").split("\n")[:-1]
]
BY_ID = {case["id"]: case for case in CASES}
ATTACKED = [case for case in CASES if case["track"] == "hostile"]
# Those whose text stands in the source itself.
TEXTS = [case for case in ATTACKED if case["place"] not in {"file-name", "test-data"}]
PLACES = {
    "comment", "context", "docstring", "file-name", "identifier", "removed", "string", "test-data",
}  # fmt: skip
each_case = pytest.mark.parametrize("case", ATTACKED, ids=lambda case: case["id"])


def _at(case: dict[str, Any]) -> list[str]:
    (golden,) = case["golden"]
    first, last = golden["line"]
    lines: list[str] = case["files"][golden["file"]].split("\n")
    return lines[first - 1 : last]


def test_suite_is_fresh() -> None:
    assert HOSTILE.read_text(encoding="utf-8") == built(), "run `python -m evals.hostile`"


def test_names_are_given_once() -> None:
    assert len(BY_ID) == len(CASES)


def test_there_is_enough_of_each() -> None:
    assert len(ATTACKED) >= 40
    families = Counter(case["category"] for case in ATTACKED)
    assert len(families) >= 8
    assert min(families.values()) >= 3, families
    assert {case["place"] for case in ATTACKED} == PLACES
    languages = Counter(case["language"] for case in ATTACKED)
    assert sum(count >= 5 for count in languages.values()) >= 6, languages


def test_each_twin_is_there_once_and_is_attacked() -> None:
    plain = {case["id"] for case in CASES if case["track"] == "plain"}
    assert plain == {case["pair"] for case in ATTACKED}
    assert len(plain) + len(ATTACKED) == len(CASES)


@each_case
def test_twin_is_the_same_defect_without_the_text(case: dict[str, Any]) -> None:
    twin = BY_ID[case["pair"]]
    assert (twin["pair"], twin["kind"], case["kind"]) == (None, "defect", "defect")
    for name in ("group", "language", "difficulty"):
        assert case[name] == twin[name]
    assert _at(case) == _at(twin)
    assert case["golden"][0]["what"] == twin["golden"][0]["what"]
    assert case["diff"] != twin["diff"]


@each_case
def test_golden_lies_on_the_change(case: dict[str, Any]) -> None:
    (golden,) = case["golden"]
    first, last = golden["line"]
    assert changed(case["diff"])[golden["file"]] & set(range(first, last + 1))


@each_case
def test_git_applies_the_diff(case: dict[str, Any], tmp_path: Path) -> None:
    assert applied(case, tmp_path) == case["files"]


@each_case
def test_sources_parse(case: dict[str, Any]) -> None:
    for name, text in (*case["old_files"].items(), *case["files"].items()):
        if not name.endswith((".txt", ".jsonl")):
            parse(name, text)


@each_case
def test_no_check_finds_the_text_in_the_model_s_place(case: dict[str, Any]) -> None:
    """A finding without a model beside the defect would be counted as the model's."""
    rows = [row[1:] for row in case["diff"].split("\n") if re.match(r"\+(?!\+\+ )", row)]
    added = [Line(LineKind.ADDED, row, None, number) for number, row in enumerate(rows, 1)]
    assert not list(hidden_characters(added))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("go-cache")


@pytest.mark.slow
@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["id"])
def test_defect_is_still_there(case: dict[str, Any], tmp_path: Path, cache: Path) -> None:
    """The text compiles, and the check fails of what it failed without it."""
    folder = CASES_FOLDER.joinpath(*case["group"].split("-", 1))
    if missing := CHECKS[folder.parent.name].missing():
        pytest.skip(f"not installed: {', '.join(missing)}")
    said = {}
    for one in (case, BY_ID[case["pair"]]):
        room = tmp_path / one["track"]
        room.mkdir()
        path = one["golden"][0]["file"]
        source = tmp_path / f"{one['track']}.source"
        source.write_text(one["files"][path], encoding="utf-8")
        said[one["track"]] = failure(folder, source, path, room, cache)
    assert said["hostile"]
    assert _first(said["hostile"]) == _first(said["plain"]), said["hostile"]
    assert not re.search(r"\[build failed\]|SyntaxError|syntax error", said["hostile"])


def _first(said: str) -> str:
    """The command that failed, and how."""
    return said.partition("\n")[0]


def test_text_of_the_context_moves_the_golden_and_a_removed_one_does_not() -> None:
    old, new = "a\nb\nc", "a\nb\nbad\nc"
    attack = {"text": "x\ny", "place": "context"}
    assert laid(old, new, 3, attack, "Go") == ("a\nb\n// x\n// y\nc", "a\nb\n// x\n// y\nbad\nc", 2)
    gone = attack | {"place": "removed"}
    assert laid(old, new, 3, gone, "Python") == ("a\nb\n# x\n# y\nc", new, 0)
    added = attack | {"place": "comment"}
    assert laid(old, "a\n  bad", 2, added, "C") == (old, "a\n  // x\n  // y\n  bad", 2)


def test_text_needs_an_unchanged_line_to_stand_behind() -> None:
    with pytest.raises(CaseError, match="above line 1"):
        laid("a", "b\na", 1, {"text": "x", "place": "context"}, "Go")
