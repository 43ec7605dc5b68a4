from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.capture import capture, read_diff
from reviewbot.change.git import Git
from reviewbot.change.scope import commit, staged
from reviewbot.change.selection.select import skip_reason
from reviewbot.changeset import SUBMODULE_MODE, SYMLINK_MODE, LineKind
from reviewbot.errors import GitError
from tests.change import applied, captured, numstat, texts
from tests.conftest import Repository

ADDED, REMOVED = LineKind.ADDED, LineKind.REMOVED
OLD = "".join(f"line {number}\n" for number in range(1, 13))

_CAPTURE = """
import json, sys
from pathlib import Path
from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.scope import staged
git = Git(Path.cwd())
rows = {file.path: [file.added, file.removed] for file in capture(git, staged(git)).files}
Path(sys.argv[1]).write_text(json.dumps(rows, sort_keys=True))
"""


def test_an_added_file_is_all_added_lines(repository: Repository) -> None:
    repository.commit()
    repository.stage("new.py", "one\ntwo\n")
    file = captured(repository)["new.py"]
    assert (file.status, file.added, file.removed) == ("A", 2, 0)
    assert [(line.new_no, line.text) for line in file.hunks[0].lines] == [(1, "one"), (2, "two")]


def test_a_modified_file_keeps_both_line_numbers(repository: Repository) -> None:
    repository.stage("f.py", OLD)
    repository.commit()
    repository.stage("f.py", OLD.replace("line 6\n", "six\nand a half\n"))
    file = captured(repository)["f.py"]
    changed = [line for line in file.hunks[0].lines if line.changed]
    assert [(line.kind, line.old_no, line.new_no) for line in changed] == [
        (REMOVED, 6, None),
        (ADDED, None, 6),
        (ADDED, None, 7),
    ]
    assert file.hunks[0].lines[-1].old_no == 9
    assert file.hunks[0].lines[-1].new_no == 10


def test_a_hunk_is_headed_by_the_definition_that_git_names(repository: Repository) -> None:
    repository.stage("f.py", "def area(r):\n" + OLD.replace("line", "    line"))
    repository.commit()
    repository.stage("f.py", "def area(r):\n" + OLD.replace("line", "    line") + "    end\n")
    assert captured(repository)["f.py"].hunks[0].header == "def area(r):"


def test_a_deleted_file_is_all_removed_lines(repository: Repository) -> None:
    repository.stage("gone.py", "one\ntwo\n")
    repository.commit()
    repository.git("rm", "--quiet", "gone.py")
    file = captured(repository)["gone.py"]
    assert (file.status, file.added, file.removed, file.new_blob) == ("D", 0, 2, "")


def test_a_rename_without_an_edit_has_no_lines(repository: Repository) -> None:
    repository.stage("old name.py", OLD)
    repository.commit()
    repository.git("mv", "old name.py", "new name.py")
    file = captured(repository)["new name.py"]
    assert (file.status, file.old_path, file.changed) == ("R", "old name.py", 0)


def test_a_rename_with_an_edit_shows_the_edit_alone(repository: Repository) -> None:
    repository.stage("old.py", OLD)
    repository.commit()
    repository.git("mv", "old.py", "new.py")
    repository.stage("new.py", OLD.replace("line 3", "third"))
    file = captured(repository)["new.py"]
    assert (file.status, file.old_path, file.added, file.removed) == ("R", "old.py", 1, 1)


def test_a_copy_is_an_added_file(repository: Repository) -> None:
    repository.stage("one.py", OLD)
    repository.commit()
    repository.stage("two.py", OLD)
    repository.stage("one.py", OLD + "more\n")
    files = captured(repository)
    assert (files["two.py"].status, files["two.py"].added) == ("A", 12)


def test_a_mode_change_has_no_lines(repository: Repository) -> None:
    repository.stage("run.sh", "true\n")
    repository.commit()
    repository.git("update-index", "--chmod=+x", "run.sh")
    file = captured(repository)["run.sh"]
    assert (file.status, file.mode, file.changed, file.hunks) == ("M", "100755", 0, ())


def test_a_symbolic_link_is_told_by_its_mode(repository: Repository) -> None:
    repository.commit()
    (repository.path / "link").symlink_to("/etc/passwd")
    repository.git("add", "link")
    file = captured(repository)["link"]
    assert file.mode == SYMLINK_MODE
    assert skip_reason(file) == "symbolic link"


def test_a_file_that_becomes_a_link_is_listed_and_the_next_file_keeps_its_own_hunks(
    repository: Repository,
) -> None:
    repository.stage("a", "text\n")
    repository.stage("b", "old\n")
    repository.commit()
    (repository.path / "a").unlink()
    (repository.path / "a").symlink_to("b")
    repository.stage("b", "new\n")
    repository.git("add", "a")
    files = captured(repository)
    assert files["a"].status == "T"
    assert texts(files["b"], ADDED) == ["new"]


def test_a_submodule_is_told_by_its_mode(repository: Repository) -> None:
    commit_id = repository.commit()
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit_id},sub")
    file = captured(repository)["sub"]
    assert (file.mode, file.added, file.removed) == (SUBMODULE_MODE, 1, 0)
    assert skip_reason(file) == "submodule"


def test_a_binary_file_has_no_lines(repository: Repository) -> None:
    repository.commit()
    repository.stage("logo.png", b"\x89PNG\0\0\n\n\0")
    file = captured(repository)["logo.png"]
    assert (file.binary, file.changed) == (True, 0)


def test_an_empty_file_has_no_lines(repository: Repository) -> None:
    repository.commit()
    repository.stage("__init__.py", "")
    file = captured(repository)["__init__.py"]
    assert (file.status, file.changed, file.binary) == ("A", 0, False)


def test_a_file_that_is_emptied_loses_all_its_lines(repository: Repository) -> None:
    repository.stage("f.py", "one\ntwo\n")
    repository.commit()
    repository.stage("f.py", "")
    file = captured(repository)["f.py"]
    assert (file.status, file.removed) == ("M", 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a\nb", b"a\nb\n"),
        (b"a\nb\n", b"a\nb"),
        (b"a\nb", b"a\nc"),
        (b"a\r\nb\r\n", b"a\r\nc\r\n"),
        (b"a\r\n", b"a\n"),
        (b"one\rtwo\x0cthree\n", b"one\rtwo\x0cTHREE\n"),
        ("x\u2028y\u0085z\x0b\n".encode(), "x\u2028Y\u0085z\x0b\n".encode()),
        ("été\n".encode("latin-1"), "Été\n".encode("latin-1")),
        (b"\xff\xfe\xed\xa0\x80\n", b"\xff\xfe\xed\xa0\x81\n"),
        (b"--- a/x\n-- y\n", b"+++ b/x\n++ y\n"),
        (b"@@ -1 +1 @@\n", b"diff --git a/x b/x\n"),
        (b"", b"\\ No newline at end of file\n"),
        (b"\n\n\n", b"\n\n"),
    ],
)
def test_the_patch_takes_the_old_bytes_to_the_new(
    repository: Repository, old: bytes, new: bytes
) -> None:
    repository.stage("f.txt", old)
    repository.commit()
    repository.stage("f.txt", new)
    assert applied(old, captured(repository)["f.txt"]) == new


ODD_NAMES = [
    "with space.py",
    " leading and trailing ",
    'quo"te.py',
    "tab\there.py",
    "new\nline.py",
    "back\\slash.py",
    "größe.py",
    "日本語/ファイル.py",
    "-leading-dash.py",
    ":colon.py",
    "a b/a b",
    "star*.py",
    "carriage\rreturn",
    "diff --git a/x b/x",
    "caf\udce9.py",
]


def test_odd_names_come_through_as_they_are(repository: Repository) -> None:
    repository.commit()
    for number, name in enumerate(ODD_NAMES):
        repository.write(name, f"{number}\n")
    repository.git("add", "--all")
    files = captured(repository)
    assert sorted(files) == sorted(ODD_NAMES)
    assert [texts(files[name], ADDED) for name in ODD_NAMES] == [
        [str(number)] for number in range(len(ODD_NAMES))
    ]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_pathspec_after_the_dashes_is_a_path(repository: Repository, name: str) -> None:
    repository.commit()
    repository.write(name, "x\n")
    repository.write("other", "x\n")
    repository.git("add", "--all")
    assert list(captured(repository, f":(literal){name}")) == [name]


def test_an_intent_to_add_is_no_staged_change(repository: Repository) -> None:
    repository.commit()
    repository.write("later.py", "x\n")
    repository.git("add", "--intent-to-add", "later.py")
    assert captured(repository) == {}


def test_the_working_tree_is_not_looked_at(repository: Repository) -> None:
    repository.commit()
    repository.stage("f.py", "staged\n")
    repository.write("f.py", "not staged\n")
    file = captured(repository)["f.py"]
    assert texts(file, ADDED) == ["staged"]
    assert Git(repository.path).blobs([file.new_blob]) == {file.new_blob: b"staged\n"}


def test_before_the_first_commit_everything_is_added(repository: Repository) -> None:
    repository.stage("a.py", "x\n")
    assert captured(repository)["a.py"].status == "A"


def test_a_repository_with_sha256_ids_is_read_alike(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.git("init", "--quiet", "--template=", "--object-format=sha256")
    made.stage("a.py", "x\n")
    file = captured(made)["a.py"]
    assert len(file.new_blob) == 64
    assert file.added == 1


def _conflict(repository: Repository) -> None:
    repository.stage("f.py", "base\n")
    repository.stage("g.py", "base\n")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "other")
    repository.stage("f.py", "theirs\n")
    repository.stage("g.py", "theirs\n")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.stage("f.py", "ours\n")
    repository.commit()
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "--quiet", "other")


def test_an_unmerged_file_is_listed_without_lines(repository: Repository) -> None:
    _conflict(repository)
    files = captured(repository)
    assert (files["f.py"].status, files["f.py"].hunks) == ("U", ())
    assert skip_reason(files["f.py"]) == "unmerged"
    assert texts(files["g.py"], ADDED) == ["theirs"]


def test_an_unmerged_file_between_others_leaves_them_their_own_hunks(
    repository: Repository,
) -> None:
    for name in ("a.py", "z.py"):
        repository.stage(name, OLD)
    _conflict(repository)
    for name in ("a.py", "z.py"):
        repository.stage(name, OLD + name)
    files = captured(repository)
    assert [(file.path, file.status) for file in files.values()] == [
        ("a.py", "M"),
        ("f.py", "U"),
        ("g.py", "M"),
        ("z.py", "M"),
    ]
    assert texts(files["a.py"], ADDED) == ["a.py"]
    assert texts(files["z.py"], ADDED) == ["z.py"]


def test_a_merge_is_compared_with_its_first_parent(repository: Repository) -> None:
    _conflict(repository)
    repository.stage("f.py", "both\n")
    merge = repository.commit()
    git = Git(repository.path)
    files = {file.path: file for file in capture(git, commit(git, merge)).files}
    assert texts(files["f.py"], REMOVED) == ["ours"]
    assert texts(files["g.py"], ADDED) == ["theirs"]


def test_a_root_commit_is_compared_with_nothing(repository: Repository) -> None:
    repository.stage("f.py", "x\n")
    root = repository.commit()
    git = Git(repository.path)
    (file,) = capture(git, commit(git, root)).files
    assert (file.path, file.status, file.added) == ("f.py", "A", 1)


def _hooked(repository: Repository, seen: Path) -> None:
    """A pre-commit hook that writes down what a capture finds."""
    program = repository.path.parent / "capture.py"
    program.write_text(_CAPTURE)
    hook = repository.path / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{program}" "{seen}"\n')
    hook.chmod(0o755)


@pytest.fixture
def seen(repository: Repository, tmp_path: Path) -> Path:
    repository.stage("a.py", "a\n")
    repository.stage("b.py", "b\n")
    repository.commit()
    _hooked(repository, tmp_path / "seen.json")
    return tmp_path / "seen.json"


def test_a_hook_sees_what_is_staged(repository: Repository, seen: Path) -> None:
    repository.stage("a.py", "a\n2\n")
    repository.write("b.py", "b\n2\n")
    repository.git("commit", "--quiet", "--message", "m")
    assert seen.read_text() == '{"a.py": [1, 0]}'


def test_a_hook_of_commit_all_sees_all(repository: Repository, seen: Path) -> None:
    repository.write("a.py", "a\n2\n")
    repository.write("b.py", "b\n2\n3\n")
    repository.git("commit", "--quiet", "--all", "--message", "m")
    assert seen.read_text() == '{"a.py": [1, 0], "b.py": [2, 0]}'


def test_a_hook_of_a_partial_commit_sees_that_file_alone(
    repository: Repository, seen: Path
) -> None:
    repository.stage("a.py", "a\n2\n")
    repository.write("b.py", "b\n2\n3\n")
    repository.git("commit", "--quiet", "--message", "m", "b.py")
    assert seen.read_text() == '{"b.py": [2, 0]}'


def test_a_hook_in_a_linked_worktree_sees_its_index(
    repository: Repository, seen: Path, tmp_path: Path
) -> None:
    repository.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    linked = Repository(tmp_path / "linked")
    linked.write("a.py", "a\n2\n")
    repository.stage("b.py", "b\nof the main tree\n")
    linked.git("commit", "--quiet", "--all", "--message", "m")
    assert seen.read_text() == '{"a.py": [1, 0]}'


def test_a_hook_of_a_commit_in_a_subfolder_sees_the_whole_change(
    repository: Repository, seen: Path
) -> None:
    repository.stage("sub/c.py", "c\n")
    repository.stage("a.py", "a\n2\n")
    Repository(repository.path / "sub").git("commit", "--quiet", "--message", "m")
    assert seen.read_text() == '{"a.py": [1, 0], "sub/c.py": [1, 0]}'


def test_a_count_that_disagrees_with_the_patch_is_an_error() -> None:
    ids = f"{'1' * 40} {'2' * 40}"
    patch = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"
    stream = f":100644 100644 {ids} M\0f\0" + "2\t1\tf\0\0" + patch
    with pytest.raises(GitError, match=r"counts \+2 -1 lines in f, its patch holds \+1 -1"):
        read_diff(stream.encode())


def test_a_file_without_a_count_is_an_error() -> None:
    ids = f"{'1' * 40} {'2' * 40}"
    with pytest.raises(GitError, match="does not count"):
        read_diff(f":100644 100644 {ids} M\0f\0\0diff --git a/f b/f\n".encode())


def test_a_file_without_a_patch_is_an_error() -> None:
    ids = f"{'1' * 40} {'2' * 40}"
    with pytest.raises(GitError, match="no patch"):
        read_diff(f":100644 100644 {ids} M\0f\0".encode() + b"1\t1\tf\0\0")


def test_a_patch_of_another_file_is_an_error() -> None:
    ids = f"{'1' * 40} {'2' * 40}"
    header = "diff --git a/g b/g\nindex 1111111..3333333 100644\n--- a/g\n+++ b/g\n"
    stream = f":100644 100644 {ids} M\0f\0" + "1\t1\tf\0\0" + header + "@@ -1 +1 @@\n-a\n+b\n"
    with pytest.raises(GitError, match="another file's patch where f should stand"):
        read_diff(stream.encode())


def test_a_patch_of_a_file_that_is_not_listed_is_an_error() -> None:
    ids = f"{'1' * 40} {'2' * 40}"
    patch = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"
    stream = f":100644 100644 {ids} M\0f\0" + "1\t1\tf\0\0" + patch
    assert read_diff(stream.encode())[0].added == 1
    with pytest.raises(GitError, match="more files than it lists"):
        read_diff((stream + patch.replace("/f", "/g")).encode())


def test_the_ids_of_both_contents_are_kept(repository: Repository) -> None:
    repository.stage("f.py", "old\n")
    repository.stage("gone.py", "gone\n")
    repository.commit()
    old, gone = (repository.git("rev-parse", f"HEAD:{name}") for name in ("f.py", "gone.py"))
    repository.stage("f.py", "new\n")
    repository.stage("new.py", "more\n")
    repository.git("rm", "--quiet", "gone.py")
    files = captured(repository)
    new = repository.git("rev-parse", ":f.py")
    assert (files["f.py"].old_blob, files["f.py"].new_blob) == (old, new)
    assert (files["gone.py"].old_blob, files["gone.py"].new_blob) == (gone, "")
    assert files["new.py"].old_blob == ""


def test_no_change_is_an_empty_list(repository: Repository) -> None:
    repository.commit()
    assert captured(repository) == {}


_LINES = st.sampled_from(
    [b"", b"a", b"b", b"\tc", b"-- d", b"++ e", b"@@ -1 +1 @@", b"x\ry", b"\x0c", b"\xe9", b"z\r"]
)
_CONTENT = st.builds(
    lambda lines, end: b"\n".join(lines) + end,
    st.lists(_LINES, max_size=30),
    st.sampled_from([b"", b"\n"]),
)
_TREE = st.dictionaries(st.sampled_from(["a.py", "b c.py", 'd".py', "e/ü.py"]), _CONTENT)


def _stage_tree(repository: Repository, tree: dict[str, bytes]) -> None:
    repository.git("read-tree", "--empty")
    for name, content in tree.items():
        repository.stage(name, content)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(old=_TREE, new=_TREE)
def test_any_change_applies_and_is_counted_as_git_counts_it(
    repository: Repository, old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    _stage_tree(repository, old)
    repository.commit()
    _stage_tree(repository, new)
    files = captured(repository)
    result = dict(old)
    for file in files.values():
        if file.status == "D":
            del result[file.path]
    for file in files.values():
        if file.status != "D":
            before = b"" if file.status == "A" else old[file.old_path]
            result[file.path] = applied(before, file)
            result.pop(file.old_path if file.status == "R" else "", None)
    assert result == new
    assert numstat(repository) == {file.path: (file.added, file.removed) for file in files.values()}


def test_staged_is_the_default_scope_of_a_new_repository(repository: Repository) -> None:
    scope = staged(Git(repository.path))
    assert (scope.kind, scope.head) == ("staged", "")
    assert scope.base == Git(repository.path).empty_tree()
