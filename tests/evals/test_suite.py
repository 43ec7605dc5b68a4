"""The bundled suite is what its sources say, and each case is what a case has to be."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.build import SUITE, CaseError, built, diff, golden
from tests.evals.changes import applied, changed, parse, parse_tree

Case = dict[str, Any]

CASES: list[Case] = [json.loads(line) for line in SUITE.read_text("utf-8").splitlines()]
BY_ID = {case["id"]: case for case in CASES}
DEFECTS = [case for case in CASES if case["kind"] == "defect"]
ORDINARY = [case for case in CASES if case["track"] == "ordinary"]
CATEGORIES = {
    "boundary",
    "concurrency",
    "contract",
    "error-handling",
    "logic",
    "performance",
    "removed-check",
    "resource",
    "security",
}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])


def test_suite_is_fresh() -> None:
    assert SUITE.read_text(encoding="utf-8") == built(), "run `python evals/build.py`"


def test_names_are_given_once() -> None:
    assert len(BY_ID) == len(CASES)


def test_pairs_are_of_two_twins() -> None:
    for case in CASES:
        if case["track"] == "ordinary":
            assert (case["pair"], case["group"], case["kind"]) == (None, case["id"], "clean")
            continue
        twin = BY_ID[case["pair"]]
        assert {case["kind"], twin["kind"]} == {"defect", "clean"}
        for name in ("group", "old_files", "language", "category", "difficulty", "quick", "track"):
            assert case[name] == twin[name], case["id"]
        assert case["files"] != twin["files"]
        assert case["files"].keys() == twin["files"].keys()


def test_there_is_enough_of_each() -> None:
    assert len(DEFECTS) >= 60
    assert len(ORDINARY) >= 20
    languages = Counter(case["language"] for case in DEFECTS)
    assert sum(count >= 8 for count in languages.values()) >= 6, languages
    categories = Counter(case["category"] for case in DEFECTS)
    assert set(categories) == CATEGORIES
    assert min(categories.values()) >= 6, categories
    difficulties = Counter(case["difficulty"] for case in DEFECTS)
    assert set(difficulties) == {"easy", "medium", "hard"}
    assert min(difficulties.values()) >= len(DEFECTS) // 4, difficulties


def test_quick_cases_are_a_cut_through_all() -> None:
    quick = [case for case in CASES if case["quick"]]
    defects = [case for case in quick if case["kind"] == "defect"]
    assert len(quick) == 20
    assert len(defects) == 8
    assert sum(case["track"] == "ordinary" for case in quick) == 4
    assert len({case["category"] for case in defects}) == 8
    assert len({case["language"] for case in defects}) >= 6
    assert {case["difficulty"] for case in defects} == {"easy", "medium", "hard"}


def test_length_does_not_tell_the_defect() -> None:
    longer = Counter(
        (case["changed_lines"] > BY_ID[case["pair"]]["changed_lines"])
        - (case["changed_lines"] < BY_ID[case["pair"]]["changed_lines"])
        for case in DEFECTS
    )
    assert longer[1] >= len(DEFECTS) // 6
    assert longer[-1] >= len(DEFECTS) // 6


@each_case
def test_case_is_of_a_readable_size(case: Case) -> None:
    assert 3 <= case["changed_lines"] <= 45
    assert max(text.count("\n") for text in case["files"].values()) <= 120


@each_case
def test_git_applies_the_diff(case: Case, tmp_path: Path) -> None:
    assert applied(case, tmp_path) == case["files"]


@each_case
def test_golden_lies_on_the_change(case: Case) -> None:
    assert bool(case["golden"]) == (case["kind"] == "defect")
    for one in case["golden"]:
        first, last = one["line"]
        assert 1 <= first <= last <= case["files"][one["file"]].count("\n")
        assert last - first < 15
        assert changed(case["diff"])[one["file"]] & set(range(first, last + 1))
        assert one["anchor"] in {"lines", "deletion"}
        assert one["anchor"] == "lines" or last == first + 1
        assert one["severity"] in {"low", "medium", "high"}
        assert len(one["what"]) > 60


@each_case
def test_sourcesparse(case: Case) -> None:
    for name, text in (*case["old_files"].items(), *case["files"].items()):
        parse(name, text)


def test_control_broken_source_is_found() -> None:
    with pytest.raises(AssertionError):
        parse_tree("broken.go", "package a\nfunc f( {\n")


def test_diff_of_new_and_deleted_files() -> None:
    made = diff({}, {"a/new.txt": "one\n"})
    assert "new file mode 100644\n--- /dev/null\n+++ b/a/new.txt\n@@ -0,0 +1 @@\n+one\n" in made
    gone = diff({"old.txt": "one\n"}, {})
    assert "deleted file mode 100644\n--- a/old.txt\n+++ /dev/null\n" in gone
    assert diff({"same.txt": "one\n"}, {"same.txt": "one\n"}) == ""


def test_mark_has_to_stand_in_the_text_once() -> None:
    about = {"path": "a.py", "anchor": "lines", "what": "w", "severity": "low", "mark": "x = 1"}
    assert golden(Path("a"), about, "y = 1\nx = 1\n")["line"] == [2, 2]
    for text in ("y = 1\n", "x = 1\nx = 1\n", "x = 10\n"):
        with pytest.raises(CaseError, match="once"):
            golden(Path("a"), about, text)
