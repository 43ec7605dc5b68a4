"""Text that git passes off as binary is shown with its own lines, and nothing else is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pytest

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.hidden import unhidden
from reviewbot.change.scope import commit
from reviewbot.changeset import FileChange, LineKind
from reviewbot.errors import GitError
from tests.change import applied, captured, texts
from tests.conftest import Repository

ADDED, REMOVED = LineKind.ADDED, LineKind.REMOVED
LINES = [f"line {number}\n" for number in range(1, 41)]
OLD, ONE = "".join(LINES[:12]), "".join(LINES)
TWO = "".join([*LINES[:35], "an\n", "other\n", "end\n"])
# Each of them, taken for a pattern or for a folder, stands for others as well.
NAMES = [
    "[ab]",
    "a",
    "a*",
    "a?",
    "\\a",
    "d/[ab]/a",
    "d/a/*",
    "d/a/a/b",
    "-a",
    ":(top)a",
    "größe/日本",
    "caf\udce9",
    "tab\tnew\nline",
]

Door = Literal["index", "commit"]


def _changed(repository: Repository, door: Door) -> dict[str, FileChange]:
    """What is staged, by path; as it is or as a commit."""
    if door == "index":
        return captured(repository)
    git = Git(repository.path)
    scope = commit(git, repository.commit("the change"))
    return {file.path: file for file in capture(git, scope).files}


def test_an_attribute_cannot_hide_a_file(repository: Repository) -> None:
    repository.stage(".gitattributes", "*.py -diff\n*.js binary\n")
    repository.stage("f.py", OLD)
    repository.commit()
    repository.stage("f.py", OLD.replace("line 3", "third"))
    repository.stage("g.js", "evil()\n")
    repository.stage("real.py", b"\0\0")
    files = captured(repository)
    assert (files["f.py"].binary, files["f.py"].added, files["f.py"].removed) == (False, 1, 1)
    assert texts(files["g.js"], ADDED) == ["evil()"]
    assert files["real.py"].binary


def test_an_attribute_cannot_hide_the_edit_in_a_renamed_file(repository: Repository) -> None:
    repository.stage(".gitattributes", "*.py -diff\n")
    repository.stage("old.py", OLD)
    repository.stage("still.py", OLD + "still\n")
    repository.commit()
    repository.git("mv", "old.py", "new.py")
    repository.git("mv", "still.py", "moved.py")
    repository.stage("new.py", OLD.replace("line 3", "third"))
    files = captured(repository)
    assert (files["new.py"].added, files["new.py"].removed) == (1, 1)
    assert (files["moved.py"].status, files["moved.py"].changed) == ("R", 0)


def test_an_attribute_cannot_hide_the_lines_of_a_deleted_file(repository: Repository) -> None:
    repository.stage(".gitattributes", "*.py -diff\n")
    repository.stage("f.py", OLD)
    repository.stage("real.py", b"\0")
    repository.commit()
    repository.git("rm", "--quiet", "f.py", "real.py")
    files = captured(repository)
    assert (files["f.py"].binary, files["f.py"].removed) == (False, 12)
    assert (files["real.py"].binary, files["real.py"].removed) == (True, 0)


@pytest.mark.parametrize("door", ["index", "commit"])
def test_renames_of_binary_files_to_text_keep_their_own_old_content(
    repository: Repository, door: Door
) -> None:
    """With `z/n` among the removed files the name `n` is not the only one, so content decides;
    without it git pairs `a/n` with `b/n`."""
    repository.stage("a/n", "\0\n" + ONE)
    repository.stage("a/k", "\0\n" + TWO)
    repository.stage("z/n", "unlike\n")
    repository.commit()
    repository.git("rm", "--quiet", "-r", ".")
    repository.stage("b/m", ONE)
    repository.stage("b/n", TWO)
    files = _changed(repository, door)
    pairs = [(file.status, file.old_path, file.path) for file in files.values()]
    assert sorted(pairs) == [("D", "z/n", "z/n"), ("R", "a/k", "b/n"), ("R", "a/n", "b/m")]
    assert applied(("\0\n" + ONE).encode(), files["b/m"]) == ONE.encode()
    assert applied(("\0\n" + TWO).encode(), files["b/n"]) == TWO.encode()
    assert texts(files["b/m"], REMOVED) == texts(files["b/n"], REMOVED) == ["\0"]


@pytest.mark.parametrize("door", ["index", "commit"])
def test_a_binary_file_in_a_folder_of_a_hidden_files_name_has_no_lines(
    repository: Repository, door: Door
) -> None:
    repository.stage(".gitattributes", "/d -diff\n")
    repository.stage("d/e", b"\0" + b"e\n" * 6)
    repository.commit()
    repository.git("rm", "--quiet", "d/e")
    repository.stage("d", OLD)
    files = _changed(repository, door)
    assert (files["d/e"].status, files["d/e"].binary, files["d/e"].removed) == ("D", True, 0)
    assert (files["d"].status, files["d"].binary, files["d"].added) == ("A", False, 12)


def test_a_file_that_moves_into_a_folder_of_its_name_keeps_its_own_old_content(
    repository: Repository,
) -> None:
    repository.stage("n", "\0\n" + ONE)
    repository.stage("m", ONE)
    repository.commit()
    repository.git("rm", "--quiet", "n", "m")
    repository.stage("n/m", ONE + "more\n")
    repository.stage("n/n", ONE)
    files = captured(repository)
    assert [(file.status, file.old_path) for file in files.values()] == [("R", "n"), ("R", "m")]
    assert applied(("\0\n" + ONE).encode(), files["n/m"]) == (ONE + "more\n").encode()
    assert files["n/n"].changed == 0


@pytest.mark.parametrize("door", ["index", "commit"])
def test_hidden_files_of_all_names_are_shown_as_those_that_are_not(
    repository: Repository, door: Door
) -> None:
    olds, kept, news = NAMES[::2], NAMES[::4], NAMES[1::2]
    _stage_all(repository, olds)
    first = repository.commit()
    repository.git("rm", "--quiet", "-r", ".")
    _stage_all(repository, [*kept, *news], "more\n")
    seen = _changed(repository, door)
    assert {file.status for file in seen.values()} == {"A", "D", "M", "R"}
    assert all(file.changed for file in seen.values())
    repository.git("reset", "--quiet", "--soft", first)
    repository.write(".git/info/attributes", "* -diff\n")
    assert _changed(repository, door) == seen


def _stage_all(repository: Repository, names: Sequence[str], more: str = "") -> None:
    for place, name in enumerate(names):
        repository.write(name, f"{place}\n" * 9 + more)
    repository.git("add", "--all")


def test_renames_in_several_commands_keep_both_their_names(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewbot.change.hidden._ROOM", 10)
    repository.stage(".gitattributes", "*.py -diff\n")
    for number in range(5):
        repository.stage(f"old/{number}.py", f"{number}\n" * 99)
    repository.commit()
    repository.git("mv", "old", "new")
    for number in range(5):
        repository.stage(f"new/{number}.py", f"{number}\n" * 99 + "more\n")
    files = captured(repository).values()
    assert [(file.status, file.added, file.removed) for file in files] == [("R", 1, 0)] * 5


def test_a_change_that_git_never_shows_again_is_an_error(repository: Repository) -> None:
    repository.stage(".gitattributes", "* -diff\n")
    repository.stage("f.py", OLD)
    hidden = [FileChange("f.py", "f.py", "A", binary=True, new_blob="1" * 40)]
    blob = repository.git("rev-parse", ":f.py")
    asked: list[tuple[str, ...]] = []

    def look(names: Sequence[str], extra: Sequence[str]) -> Sequence[FileChange]:
        asked.append((*names, *extra))
        return hidden

    files = [FileChange("f.py", "f.py", "M", binary=True, new_blob=blob)]
    with pytest.raises(GitError, match=r"f\.py as another change"):
        list(unhidden(files, Git(repository.path), look))
    assert asked == [(":(top,glob)\\f.py", "--text", "--no-renames")]
