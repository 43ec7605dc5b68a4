"""What is asked at once is what is asked one by one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from reviewbot.change.quick_git import committed, git_folder, nothing_staged, toplevel
from reviewbot.change.standing import Standing, standing
from reviewbot.errors import GitError
from tests.conftest import Repository


def _one_by_one(cwd: Path) -> Standing:
    return Standing(toplevel(cwd), git_folder(cwd), committed(cwd))


def test_before_and_after_the_first_commit(repository: Repository) -> None:
    assert standing(repository.path) == _one_by_one(repository.path)
    assert nothing_staged(repository.path, standing(repository.path).base)
    repository.stage("a/b.py", "x\n")
    assert not nothing_staged(repository.path, standing(repository.path).base)
    head = repository.commit()
    below = repository.path / "a"
    assert standing(below) == _one_by_one(below)
    assert (standing(below).top, standing(below).base) == (repository.path, head)
    assert standing(below).folder.samefile(repository.path / ".git")
    assert nothing_staged(below, standing(below).base)


def test_a_linked_working_tree_has_a_folder_of_its_own(repository: Repository) -> None:
    repository.commit()
    linked = repository.path.parent / "linked"
    repository.git("worktree", "add", "--quiet", "--detach", str(linked))
    assert standing(linked) == _one_by_one(linked)
    assert standing(linked).folder.parent.name == "worktrees"


@pytest.mark.parametrize("name", ["größe \udce9", "two\nlines", "a\n" + "0" * 40])
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_odd_names_and_other_hashes(tmp_path: Path, name: str, form: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    odd = Repository(folder)
    odd.git("init", "--quiet", "--template=", f"--object-format={form}")
    assert standing(folder) == _one_by_one(folder)
    assert nothing_staged(folder, standing(folder).base)
    odd.git("config", "user.name", "tester")
    odd.git("config", "user.email", "tester@localhost")
    odd.commit()
    assert standing(folder) == _one_by_one(folder)


def test_a_git_that_knows_no_such_format_is_asked_one_by_one(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older git prints the words that it does not know."""
    repository.commit()
    real = subprocess.run(
        ["sh", "-c", "command -v git"], capture_output=True, check=True, text=True
    )
    old = repository.path.parent / "old"
    old.mkdir()
    program = old / "git"
    program.write_text(
        '#!/bin/sh\nfor word; do shift; [ "$word" = --show-object-format ] && word=--sho;'
        f' set -- "$@" "$word"; done\nexec {real.stdout.strip()} "$@"\n'
    )
    program.chmod(0o755)
    expected = _one_by_one(repository.path)
    monkeypatch.setenv("PATH", f"{old}{os.pathsep}{os.environ['PATH']}")
    assert standing(repository.path) == expected


def test_the_repository_that_the_environment_names(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit()
    monkeypatch.setenv("GIT_DIR", str(repository.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(repository.path))
    assert standing(tmp_path) == _one_by_one(tmp_path)
    assert standing(tmp_path).top == repository.path


def test_without_a_working_tree_the_error_is_told(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(GitError, match="has no working tree"):
        standing(repository.path / ".git")
    with pytest.raises(GitError, match="is not inside a git repository"):
        standing(tmp_path)
