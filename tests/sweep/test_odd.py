"""Sweeps of repositories that are unlike the usual ones."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Repository, Reviewbot, Run
from tests.sweep.sweeping import OPTIONS, ROWS, said

_SECRET = "AKIA" + "QJ4ZT7XN2MWLR5VB"


@pytest.fixture
def sweep(reviewbot: Reviewbot, script: Callable[..., str], tmp_path: Path) -> Callable[..., Run]:
    words = ("--engine", "scripted", "--model", script(*ROWS), *OPTIONS, "--format", "json")
    journal = ("--journal", str(tmp_path / "journal.jsonl"))

    def run(*arguments: str, cwd: Path | None = None) -> Run:
        return reviewbot("sweep", *words, *journal, *arguments, cwd=cwd, timeout=300)

    return run


def _commit(repository: Repository, message: str, when: str) -> str:
    environ = {"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when}
    repository.git("commit", "--quiet", "--allow-empty", "-m", message, **environ)
    return repository.git("rev-parse", "HEAD")


def test_names_that_are_no_text_are_swept_as_history_and_as_tree(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    name = os.fsdecode(b"n\xff.py")
    repository.stage(name, "def a():\n    return 1 / 0\n")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    repository.git("config", "i18n.logOutputEncoding", "utf-16")
    repository.commit("one")
    history, tree = sweep().report, sweep("--tree").report
    assert [one["path"] for one in history["findings"]] == ["n\\xff.py"]
    assert [(one["path"], one["seen_in"]) for one in tree["findings"]] == [
        ("n\\xff.py", ["n\\xff.py"])
    ]
    assert [one["id"] for one in tree["units"]] == ["module", "n\\xff.py"]
    assert (history["status"], tree["status"]) == ("complete", "complete")


def test_a_sweep_of_which_nothing_was_reviewed_says_so(
    sweep: Callable[..., Run], repository: Repository, tmp_path: Path
) -> None:
    """As in CI, where the clone has one commit."""
    for number in range(2):
        repository.stage("a.py", f"x = {number}\n")
        repository.commit()
    clone = tmp_path / "clone"
    source = f"file://{repository.path}"
    subprocess.run(["git", "clone", "-q", "--depth", "1", source, str(clone)], check=True)
    run = sweep(cwd=clone)
    assert (run.code, run.report["counts"]["failed"]) == (3, 1)
    assert run.report["problems"][0] == "1 of 1 commit failed"
    assert "git fetch --unshallow" in run.report["problems"][1]
    late = sweep("--fresh", "--deadline", "0.001")
    assert (late.code, late.report["counts"]["not_reached"]) == (3, 2)
    assert late.report["problems"] == ["the deadline has passed", "2 of 2 commits not reached"]
    assert "0 of 2 commits kept in" in late.err
    assert "the same command goes on from there" in late.err


def test_a_repository_without_a_commit_is_told(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    for arguments in ((), ("--tree",), ("--last", "1"), ("--since", "2026-01-01")):
        run = sweep(*arguments)
        assert (run.code, "there is no commit yet" in run.err) == (2, True)


def test_a_commit_behind_older_ones_is_not_lost(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    """A clock that was wrong for a while; git's own bound stops at the older ones."""
    _commit(repository, "long ago", "2010-01-01T12:00:00Z")
    new = [_commit(repository, "new", "2026-03-01T12:00:00Z")]
    for _ in range(8):
        _commit(repository, "a wrong clock", "2010-01-01T12:00:00Z")
    new.insert(0, _commit(repository, "newer", "2026-04-01T12:00:00Z"))
    report = sweep("--since", "2026-01-01").report
    assert [unit["id"] for unit in report["units"]] == new


def test_times_that_are_none_make_no_endless_table(
    sweep: Callable[..., Run], repository: Repository, tmp_path: Path
) -> None:
    repository.stage("a.py", "def a():\n    return 1 / 0\n")
    _commit(repository, "at the beginning", "@1 +0000")
    _commit(repository, "at the end", "@253402300799 +0000")
    page = tmp_path / "page.html"
    report = sweep("--report", f"html={page}").report
    assert [(one["name"], one["units"], one["found"]) for one in report["periods"]] == [
        ("1970", 1, 1),
        ("9999", 1, 0),
    ]
    assert len(page.read_text()) < 50_000


def test_a_secret_in_a_subject_is_masked(
    sweep: Callable[..., Run], repository: Repository, tmp_path: Path
) -> None:
    repository.stage("a.py", "x = 1\n")
    repository.commit(f"use {_SECRET}")
    page = tmp_path / "page.html"
    run = sweep("--report", f"html={page}")
    assert run.report["units"][0]["subject"] == "use [secret]"
    for text in (run.out, page.read_text(), (tmp_path / "journal.jsonl").read_text()):
        assert _SECRET not in text


def test_a_finding_follows_its_file_through_renames_that_leave_no_likeness(
    sweep: Callable[..., Run], repository: Repository
) -> None:
    """Another file takes the first name, and the one that moved grows until it is like another."""
    repository.stage("a.py", "def a():\n    return 1 / 0\n")
    repository.commit("defect")
    repository.git("mv", "a.py", "b.py")
    repository.commit("move")
    grown = "".join(f"def b{number}():\n    return {number}\n\n\n" for number in range(40))
    repository.stage("b.py", f"{grown}def a():\n    return 1 / 0\n")
    repository.commit("grow")
    repository.git("mv", "b.py", "c.py")
    repository.stage("a.py", "x = 1\n")
    repository.commit("move on")
    report = sweep().report
    assert [(one["state"], one["path"], one["start_line"]) for one in report["findings"]] == [
        ("stands", "c.py", 162)
    ]


def test_hot_spots_add_up(
    reviewbot: Reviewbot, script: Callable[..., str], repository: Repository, tmp_path: Path
) -> None:
    """Twenty defects in four files over a year, every third mended: counted here by hand."""
    standing: dict[str, int] = {}
    gone: dict[str, int] = {}
    for number in range(20):
        name, line = f"f{number % 4}.py", f"def f{number}():\n    return {number} / 0\n"
        old = (repository.path / name).read_text() if number >= 4 else ""
        repository.stage(name, old + line)
        _commit(repository, f"{number}", f"2025-{number % 12 + 1:02}-01T12:00:00Z")
        counted = standing if number % 3 else gone
        counted[name] = counted.get(name, 0) + 1
    for name in {*standing, *gone}:
        text = (repository.path / name).read_text().splitlines()
        lines = [
            "    return 0" if line.endswith(" / 0") and int(line.split()[1]) % 3 == 0 else line
            for line in text
        ]
        repository.stage(name, "\n".join(lines) + "\n")
    _commit(repository, "mend", "2025-12-31T12:00:00Z")
    none: dict[str, object] = {"reply": {"findings": []}}
    quotes = [f"    return {number} / 0" for number in range(20)]
    # Removed lines have no number, in as much room as those of the others take.
    mended = [{"contains": f"-{room}|{quote}"} | none for quote in quotes for room in (" ", "  ")]
    rows = [said(quote, "warning") for quote in quotes]
    words = ("--engine", "scripted", "--model", script(*mended, *rows, none))
    journal = ("--journal", str(tmp_path / "journal.jsonl"))
    run = reviewbot("sweep", *words, *OPTIONS, *journal, "--format", "json", timeout=300)
    report = json.loads(run.out)
    assert {one["path"]: (one["warnings"], one["past"]) for one in report["files"]} == {
        name: (standing.get(name, 0), gone.get(name, 0)) for name in {*standing, *gone}
    }
    heat = [one["warnings"] for one in report["files"]]
    assert heat == sorted(heat, reverse=True)
    months = {one["name"]: (one["units"], one["found"], one["stand"]) for one in report["periods"]}
    for month in range(12):
        there = [number for number in range(20) if number % 12 == month]
        kept = [number for number in there if number % 3]
        units = len(there) + (month == 11)
        assert months[f"2025-{month + 1:02}"] == (units, len(there), len(kept))
