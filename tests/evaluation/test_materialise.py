"""A case becomes the same change that git would show."""

from __future__ import annotations

import pytest

from reviewbot.change.prepare import Prepared
from reviewbot.errors import PatchError
from reviewbot.evaluation.facts import facts_of
from reviewbot.evaluation.materialise import prepared
from reviewbot.evaluation.results import Facts
from reviewbot.evaluation.suite import Case, Patch, Texts, load
from tests.conftest import Repository
from tests.evaluation.samples import SUITE

_CASES = {case.id: case for case in load(SUITE).cases}


def _lines(made: Prepared) -> list[tuple[str, str]]:
    return [
        (line.kind.value, line.text)
        for file in made.change_set.files
        for hunk in file.hunks
        for line in hunk.lines
        if line.changed
    ]


def test_whole_files_become_the_change_between_them() -> None:
    made = prepared(_CASES["rename"].change)
    assert _lines(made) == [
        ("-", "price = 1"),
        ("-", "print(price)"),
        ("+", "cost = 1"),
        ("+", "print(cost)"),
    ]
    assert made.excerpts


def test_a_patch_is_read_as_one() -> None:
    made = prepared(_CASES["greeting"].change)
    assert [file.path for file in made.change_set.files] == ["hello.go"]


def test_files_may_come_and_go_and_have_any_name() -> None:
    odd = 'a "b"\\c é\t.py'
    made = prepared(Texts({"gone.py": "x = 1\n", odd: "y = 1"}, {odd: "y = 2", "new.py": "z\n"}))
    files = {file.path: file.status for file in made.change_set.files}
    assert files == {"gone.py": "D", "new.py": "A", odd: "M"}


def test_a_broken_patch_is_refused() -> None:
    with pytest.raises(PatchError):
        prepared(Patch("@@ nothing @@"))


def test_a_hooks_variables_do_not_name_the_cases_repository(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a hook git's variables mean the repository that is committed to."""
    repository.stage("a.py", "a = 1\n")
    before = repository.commit()
    monkeypatch.setenv("GIT_DIR", str(repository.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(repository.path / ".git" / "index"))
    assert _lines(prepared(_CASES["rename"].change))
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert repository.git("rev-parse", "HEAD") == before
    assert repository.git("status", "--porcelain") == ""


def test_facts_name_a_place_for_each_changed_line() -> None:
    facts = _facts(_CASES["first-bug"])
    assert facts.changed[0].lines == (2,)
    assert facts.grown == -len("  if (!list.length) return null;\n")
    assert _facts(_CASES["first-fix"]).grown == -facts.grown
    assert _facts(_CASES["mean-bug"]).changed[0].lines == tuple(range(3, 15))


def _facts(case: Case) -> Facts:
    return facts_of(case, prepared(case.change).change_set.files)
