"""`benchmarks/histories.py` stays a working command, and finds what it is there to find."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.changeset import ChangeSet, FileChange, Scope
from tests.conftest import ROOT, Repository

COMMAND = ROOT / "benchmarks" / "histories.py"


def _walk(*folders: Path) -> tuple[list[dict[str, int]], int, str]:
    """The rows of the table by column, the exit code, and what was complained of."""
    command = [sys.executable, str(COMMAND), *map(str, folders)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    header, _, *rows = [line.strip("| ").split(" | ") for line in done.stdout.splitlines()]
    tables = [
        {name: int(cell.replace(",", "")) for name, cell in zip(header[1:], row[1:], strict=True)}
        for row in rows
    ]
    return tables, done.returncode, done.stderr


@pytest.fixture
def merged(repository: Repository) -> Repository:
    """Two roots and two merges; a rename, a link for a file, a submodule, odd line ends."""
    lines = "".join(f"{number}\n" for number in range(40))
    repository.stage("f.py", lines)
    repository.stage("bare", "one\r\ntwo")
    repository.stage("logo.png", b"\0")
    repository.commit("root")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.stage("f.py", lines.replace("35\n", "side\n"))
    repository.commit("side")
    repository.git("checkout", "--quiet", "main")
    repository.stage("f.py", lines.replace("\n5\n", "\nV\n").replace("20\n", ""))
    repository.stage("bare", "one\r\ntwo\n-- \n")
    repository.commit("edits")
    repository.git("mv", "f.py", 'a "b"\n.py')
    repository.stage("bare", "\n\ntwo\n")
    repository.stage("logo.png", b"\0\1")
    repository.commit("a rename")
    repository.git("merge", "--quiet", "--no-edit", "side")
    (repository.path / "logo.png").unlink()
    (repository.path / "logo.png").symlink_to("bare")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    repository.git("rm", "--quiet", "bare")
    repository.git("add", "logo.png")
    repository.commit("a link for a file")
    repository.git("checkout", "--quiet", "--orphan", "alone")
    repository.commit("another root")
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--allow-unrelated-histories", "--no-edit", "alone")
    return repository


def test_every_commit_of_a_history_with_merges_agrees(merged: Repository) -> None:
    (row,), code, complaints = _walk(merged.path)
    assert (complaints, code, row["disagreements"]) == ("", 0, 0)
    assert (row["commits"], row["merges"]) == (8, 2)
    assert row["files"] > row["text files"] > 0


def test_a_shallow_clone_is_walked_down_to_where_it_is_cut(
    merged: Repository, tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    merged.git("clone", "--quiet", "--depth=3", merged.path.as_uri(), str(shallow))
    whole, cut = _walk(merged.path, shallow)[0]
    assert 0 < cut["commits"] < whole["commits"]
    assert cut["disagreements"] == 0


def test_a_history_with_a_missing_object_has_no_row(merged: Repository) -> None:
    blob = merged.git("rev-parse", "HEAD~2^2:f.py")
    (merged.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    rows, code, complaints = _walk(merged.path)
    assert (rows, code) == ([], 1)
    assert "git diff-tree failed" in complaints


def _one_line_less(file: FileChange) -> FileChange:
    hunks = tuple(replace(hunk, lines=hunk.lines[:-1]) for hunk in file.hunks)
    return replace(file, hunks=hunks)


def _one_count_more(file: FileChange) -> FileChange:
    return replace(file, added=file.added + 1)


@pytest.mark.parametrize("spoiled", [_one_line_less, _one_count_more])
def test_a_capture_that_loses_a_line_is_found_out(
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoiled: Callable[[FileChange], FileChange],
) -> None:
    repository.stage("f.py", "one\ntwo\n")
    repository.commit()
    spec = importlib.util.spec_from_file_location("histories", COMMAND)
    assert spec is not None
    assert spec.loader is not None
    histories = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "histories", histories)
    spec.loader.exec_module(histories)

    def spoiling(git: Git, scope: Scope) -> ChangeSet:
        return ChangeSet(scope, tuple(map(spoiled, capture(git, scope).files)))

    assert histories.walk(repository.path).disagreements == 0
    monkeypatch.setattr(histories, "capture", spoiling)
    assert histories.walk(repository.path).disagreements == 1
    assert "f.py" in capsys.readouterr().err


def test_text_behind_a_diff_attribute_is_compared_too(repository: Repository) -> None:
    repository.stage(".gitattributes", "*.py -diff\n")
    repository.stage("f.py", "one\ntwo\n")
    repository.commit()
    (row,), code, _ = _walk(repository.path)
    assert (row["text files"], row["changed lines"], code) == (2, 3, 0)


def test_this_repository_agrees_with_git() -> None:
    if not (ROOT / ".git").exists():
        return  # a source archive has no history
    (row,), code, complaints = _walk(ROOT)
    assert (complaints, code, row["disagreements"]) == ("", 0, 0)
