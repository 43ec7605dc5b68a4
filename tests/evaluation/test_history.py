"""A private suite: fixes read backwards, forwards, and ordinary commits of their size."""

from __future__ import annotations

import pytest

from reviewbot.errors import UsageError
from reviewbot.evaluation.facts import facts_of
from reviewbot.evaluation.history import from_history
from reviewbot.evaluation.materialise import prepared
from reviewbot.evaluation.suite import Case
from tests.conftest import Repository

_EVER = "2000-01-01"
_CODE = "def mean(xs):\n    n = len(xs){}\n    return sum(xs) / n\n"


def _with_fix(repository: Repository, message: str = "Fix the mean of prices") -> None:
    repository.stage("shop.py", _CODE.format(" - 1"))
    repository.stage("other.py", "a = 1\n")
    repository.commit("Begin")
    repository.stage("shop.py", _CODE.format(""))
    repository.stage("tests/test_shop.py", "assert True\n")
    repository.stage("CHANGELOG.md", "fixed\n")
    repository.commit(message)
    repository.stage("other.py", "a = 2\n")
    repository.commit("Count from two")


def _lines(case: Case) -> list[str]:
    files = prepared(case.change).change_set.files
    return [
        f"{line.kind.value}{line.text}"
        for file in files
        for hunk in file.hunks
        for line in hunk.lines
        if line.changed
    ]


def test_a_fix_is_a_defect_backwards_and_clean_forwards(repository: Repository) -> None:
    _with_fix(repository)
    bug, fix, ordinary = from_history(repository.path, _EVER).cases
    assert _lines(bug) == ["-    n = len(xs)", "+    n = len(xs) - 1"]
    assert _lines(fix) == ["-    n = len(xs) - 1", "+    n = len(xs)"]
    assert _lines(ordinary) == ["-a = 1", "+a = 2"]
    assert [case.kind for case in (bug, fix, ordinary)] == ["defect", "clean", "clean"]
    assert (bug.pair, fix.pair, ordinary.pair) == (fix.id, bug.id, None)
    assert bug.group == fix.group != ordinary.group
    assert bug.golden[0].line == (2, 2)
    assert bug.language == "python"
    assert facts_of(bug, prepared(bug.change).change_set.files).grown > 0


def test_a_fix_that_only_adds_is_missed_where_it_stood(repository: Repository) -> None:
    repository.stage("a.py", "x = 1\ny = 2\nz = 3\n")
    repository.commit("Begin")
    repository.stage("a.py", "x = 1\ny = 2\ncheck(y)\nz = 3\n")
    repository.commit("Fix a crash")
    bug, _ = from_history(repository.path, _EVER).cases
    assert (bug.golden[0].line, bug.golden[0].anchor) == ((2, 3), "deletion")


@pytest.mark.parametrize(
    "message", ["Bugfix: mean", "不具合を修正", "平均のバグを直す", "修复均值计算", "解决均值问题"]
)
def test_a_fix_is_told_in_three_languages(repository: Repository, message: str) -> None:
    _with_fix(repository, message)
    assert from_history(repository.path, _EVER).cases[0].kind == "defect"


@pytest.mark.parametrize(
    "message",
    ["Fix typo", "Fix the docs", "Fix lint warnings", "Revert the fix", "Prefixes", "誤字を修正"],
)
def test_other_messages_are_no_fix_of_code(repository: Repository, message: str) -> None:
    _with_fix(repository, message)
    with pytest.raises(UsageError, match="no commit since"):
        from_history(repository.path, _EVER)


def test_a_large_fix_is_no_case(repository: Repository) -> None:
    repository.stage("a.py", "x = 1\n")
    repository.commit("Begin")
    repository.stage("a.py", "".join(f"x{n} = {n}\n" for n in range(40)))
    repository.commit("Fix everything")
    with pytest.raises(UsageError, match="small fix"):
        from_history(repository.path, _EVER)


def test_an_ordinary_commit_whose_lines_are_gone_is_left_out(repository: Repository) -> None:
    _with_fix(repository)
    repository.stage("other.py", "a = 3\n")
    repository.commit("Fix the count")
    cases = from_history(repository.path, _EVER).cases
    assert [case.kind for case in cases] == ["defect", "clean"] * 2


def test_older_commits_are_not_taken(repository: Repository) -> None:
    _with_fix(repository)
    with pytest.raises(UsageError, match="2098-01-01"):
        from_history(repository.path, "2098-01-01")


def test_no_more_pairs_than_asked_for(repository: Repository) -> None:
    _with_fix(repository)
    repository.stage("shop.py", _CODE.format(" or 1"))
    repository.commit("Fix the mean of nothing")
    kinds = [case.kind for case in from_history(repository.path, _EVER, pairs=1).cases]
    assert kinds.count("defect") == 1
