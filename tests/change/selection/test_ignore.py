from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.scope import commit, patch_file, staged
from reviewbot.change.selection.advice import read_advice
from reviewbot.change.selection.attributes import Marks, read_marks
from reviewbot.change.selection.ignore import ignored, read_ignored
from reviewbot.errors import GitError
from tests.conftest import Repository, git_is


@pytest.mark.parametrize(
    ("patterns", "found", "left"),
    [
        ("*.md\n", {"a.md": 1, "x/b.md": 1}, ["a.py"]),
        ("# why\n\n*.md\n!a.md\n", {"b.md": 3}, ["a.md"]),
        ("*.md\n!keep/\n!keep/*.md\n", {"a.md": 1}, ["keep/a.md"]),
        ("dir/\n!dir/keep.py\n", {"dir/keep.py": 1, "dir/x.py": 1}, ["dir2/x.py"]),
        ("foo/\n", {"foo/x": 1, "x/foo/y": 1}, ["foo", "x/foo"]),
        ("/top\nin/side\n", {"top": 1, "top/x": 1, "in/side": 2}, ["x/top", "x/in/side"]),
        ("a/**/b\n**/c/\nd/**\n", {"a/b": 1, "a/x/y/b": 1, "x/c/z": 2, "d/q": 3}, ["b", "c"]),
        ("\\#x\n\\!y\n\\*\n", {"#x": 1, "!y": 2, "*": 3}, ["x", "y", "z"]),
        ("a.py  \nb.py\\ \n", {"a.py": 1, "b.py ": 2}, ["b.py"]),
        ("*.py\r\n*.md\r\n", {"a.py": 1, "a.md": 2}, ["a.txt"]),
        ("\ufeff*.py\n", {"a.py": 1}, ["a.md"]),
        ("*.py", {"a.py": 1}, ["a.md"]),
        ("[\n/\n!\n//\n", {}, ["a", "[", "!", "x/y"]),
        ("a?b\n:x\n-y\n", {"a\nb": 0, ":x": 2, "-y": 3}, [":(top)x", ":!x"]),
        ("[a-c].py\n", {"b.py": 1}, ["d.py", "B.py"]),
        ("größe\n日本/\n", {"größe": 1, "日本/x": 2}, ["grosse"]),
        ("../x\n", {}, ["x"]),
        ("\n \n# nothing\n", {}, ["a", "# nothing"]),
    ],
)
def test_patterns_mean_what_they_mean_in_gitignore(
    tmp_path: Path, patterns: str, found: dict[str, int], left: list[str]
) -> None:
    answer = ignored(Git(tmp_path), patterns.encode(), [*left, *found])
    assert dict(answer) == {path: line or 1 for path, line in found.items()}


def test_bytes_that_are_no_text_are_patterns_and_paths(tmp_path: Path) -> None:
    assert ignored(Git(tmp_path), b"caf\xe9\n", ["caf\udce9", "cafe"]) == {"caf\udce9": 1}


def test_nothing_else_that_git_ignores_is_left_out_of_the_review(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.write(".git/info/exclude", "*.py\n")
    repository.write("everything", "*\n")
    repository.git("config", "core.excludesFile", str(repository.path / "everything"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.excludesFile")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repository.path / "everything"))
    repository.write(".gitignore", "*.py\n")
    assert ignored(Git(repository.path), b"*.md\n", ["a.py", "a.md"]) == {"a.md": 1}


def test_a_hook_environment_does_not_reach_the_question(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.stage(".reviewbotignore", "*.md\n")
    repository.stage(".gitattributes", "*.py linguist-generated\n")
    monkeypatch.setenv("GIT_DIR", str(repository.path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    before = (repository.path / ".git/index").read_bytes()
    git = Git(repository.path)
    assert read_ignored(git, "", ["a.md"]) == {"a.md": 1}
    assert read_marks(git, "", ["a.py"]) == {"a.py": Marks(generated=True)}
    assert (repository.path / ".git/index").read_bytes() == before


def test_the_ignore_file_is_read_from_the_index_or_the_base(repository: Repository) -> None:
    repository.stage(".reviewbotignore", "old\n")
    base = repository.commit()
    repository.stage(".reviewbotignore", "new\n")
    repository.write(".reviewbotignore", "unstaged\n")
    git = Git(repository.path)
    names = ["old", "new", "unstaged"]
    assert read_ignored(git, "", names) == {"new": 1}
    assert read_ignored(git, base, names) == {"old": 1}
    assert read_ignored(git, git.empty_tree(), names) == {}


def test_only_the_ignore_file_at_the_top_counts(repository: Repository) -> None:
    repository.stage("sub/.reviewbotignore", "*\n")
    assert read_ignored(Git(repository.path / "sub"), "", ["sub/a.py"]) == {}
    repository.stage(".reviewbotignore", "/sub/a.py\n")
    assert read_ignored(Git(repository.path / "sub"), "", ["sub/a.py"]) == {"sub/a.py": 1}


@pytest.mark.parametrize(
    ("attribute", "marks"),
    [
        ("linguist-generated", Marks(generated=True)),
        ("linguist-generated=true", Marks(generated=True)),
        ("-linguist-generated", Marks(generated=False)),
        ("linguist-generated=false", Marks(generated=False)),
        ("!linguist-generated", Marks()),
        ("linguist-generated=maybe", Marks()),
        ("linguist-vendored -linguist-generated", Marks(generated=False, vendored=True)),
        ("linguist-vendored=false", Marks(vendored=False)),
        ("text eol=lf", Marks()),
    ],
)
def test_attributes_are_marks(repository: Repository, attribute: str, marks: Marks) -> None:
    repository.stage(".gitattributes", f"*.py {attribute}\n")
    found = read_marks(Git(repository.path), "", ["a.py", "b.md"])
    assert found == {"a.py": marks, "b.md": Marks()}


def test_attributes_are_read_from_the_index_or_the_base(repository: Repository) -> None:
    repository.stage("sub/.gitattributes", "old linguist-generated\n")
    base = repository.commit()
    repository.stage("sub/.gitattributes", "new linguist-generated\n")
    repository.write("sub/.gitattributes", "* linguist-generated\n")
    git = Git(repository.path / "sub")
    names = ["sub/old", "sub/new", "old", "other/old"]
    for tree, marked in (("", ["sub/new"]), (base, ["sub/old"]), (git.empty_tree(), [])):
        found = read_marks(git, tree, names)
        assert [name for name in names if found[name].generated] == marked


def test_the_nearest_attributes_win_whatever_the_folder_is_called(repository: Repository) -> None:
    repository.stage(".gitattributes", "* linguist-generated\n")
    folders = ["with space", "größe", ":colon", "star*", 'quo"te', "tab\there", "-dash"]
    for folder in folders:
        repository.write(f"{folder}/.gitattributes", "* -linguist-generated\n")
    repository.git("add", "--all")
    base = repository.commit()
    found = read_marks(Git(repository.path), base, ["a", *(f"{folder}/a" for folder in folders)])
    assert found["a"].generated
    assert [found[f"{folder}/a"].generated for folder in folders] == [False] * len(folders)


def test_the_local_attributes_of_the_user_count(repository: Repository) -> None:
    base = repository.commit()
    repository.write(".git/info/attributes", "*.py linguist-vendored\n")
    assert read_marks(Git(repository.path), base, ["a.py"]) == {"a.py": Marks(vendored=True)}


def test_no_hook_that_the_configuration_names_is_run(
    repository: Repository, tmp_path: Path
) -> None:
    """git from 2.54 on runs such a hook when an index is written; only 2.55 can be told
    not to."""
    repository.stage(".gitattributes", "*.py linguist-generated\n")
    repository.git("config", "hook.x.command", f"touch '{tmp_path / 'ran'}'")
    repository.git("config", "hook.x.event", "post-index-change")
    assert read_marks(Git(repository.path), "", ["a.py"])["a.py"] == Marks(generated=True)
    assert not (tmp_path / "ran").exists()
    repository.stage("a.py", "a = 1\n")  # the control
    assert (tmp_path / "ran").exists() == git_is((2, 54))


def test_ids_of_sha256_are_taken(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.git("init", "--quiet", "--object-format=sha256")
    repository.stage(".gitattributes", "*.py linguist-generated\n")
    assert read_marks(Git(tmp_path), "", ["a.py"])["a.py"] == Marks(generated=True)


def test_a_bare_repository_is_asked_alike(repository: Repository, tmp_path: Path) -> None:
    repository.stage(".gitattributes", "*.py linguist-generated\n")
    repository.stage(".reviewbotignore", "*.md\n")
    base = repository.commit()
    repository.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    git = Git(tmp_path / "bare")
    assert read_marks(git, base, ["a.py"]) == {"a.py": Marks(generated=True)}
    assert read_ignored(git, base, ["a.md"]) == {"a.md": 1}


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "a//b", ".git/config", ""])
def test_a_name_outside_of_the_repository_does_not_stop_the_answer(
    repository: Repository, name: str
) -> None:
    repository.stage(".gitattributes", "*.py linguist-generated\n")
    repository.stage(".reviewbotignore", "*\n")
    git = Git(repository.path)
    assert read_marks(git, "", [name, "a.py"]) == {"a.py": Marks(generated=True)}
    assert read_ignored(git, "", [name, "a.py"]) == {"a.py": 1}


def test_a_commit_cannot_hide_its_own_files(repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")
    repository.commit()
    repository.stage(".reviewbotignore", "a.py\n")
    repository.stage(".gitattributes", "a.py linguist-generated\n")
    repository.stage("a.py", "a = 2\n")
    git = Git(repository.path)
    own = capture(git, staged(git))
    seen = read_advice(git, own.scope, own.files)
    assert (seen.ignored["a.py"], seen.marks["a.py"].generated) == (1, True)
    of_commit = commit(git, repository.commit())
    seen = read_advice(git, of_commit, capture(git, of_commit).files)
    assert (dict(seen.ignored), seen.marks["a.py"].generated) == ({}, None)


def test_nobody_advises_on_a_patch_from_outside(repository: Repository) -> None:
    repository.stage(".reviewbotignore", "*\n")
    git = Git(repository.path)
    files = capture(git, staged(git)).files
    assert read_advice(git, patch_file("-"), files).ignored == {}


def test_a_failure_of_git_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(GitError, match="is not inside a git repository"):
        read_marks(Git(tmp_path), "", ["a.py"])


def test_no_paths_ask_nothing(tmp_path: Path) -> None:
    git = Git(tmp_path / "nowhere")
    assert (read_marks(git, "", []), ignored(git, b"*", [])) == ({}, {})
