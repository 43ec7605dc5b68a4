from __future__ import annotations

import os
import struct
import subprocess
from pathlib import Path

import pytest

from reviewbot.change.git import Git
from reviewbot.change.quick_git import nothing_staged, toplevel
from reviewbot.change.scope import staged
from reviewbot.errors import GitError
from tests.change import captured
from tests.conftest import Repository


def test_toplevel_is_the_same_from_a_subfolder(repository: Repository) -> None:
    repository.write("a/b/c", "")
    assert toplevel(repository.path / "a" / "b") == toplevel(repository.path)
    assert toplevel(repository.path) == repository.path.resolve()


def test_toplevel_keeps_an_odd_name(tmp_path: Path) -> None:
    folder = tmp_path / "größe \udce9"
    folder.mkdir()
    Repository(folder).git("init", "--quiet", "--template=")
    assert toplevel(folder) == folder


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def test_outside_of_a_repository_the_error_says_so(outside: Path) -> None:
    with pytest.raises(GitError, match="is not inside a git repository"):
        toplevel(outside)
    with pytest.raises(GitError, match="is not inside a git repository"):
        nothing_staged(outside)
    with pytest.raises(GitError, match="is not inside a git repository"):
        captured(Repository(outside))
    with pytest.raises(GitError, match="is not inside a git repository"):
        Git(outside).commit_id("HEAD")


def test_without_git_the_error_says_so(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        toplevel(repository.path)
    with pytest.raises(GitError, match="git is not installed"):
        Git(repository.path).merge_base("HEAD", "HEAD")


def test_nothing_is_staged_in_a_new_repository(repository: Repository) -> None:
    assert nothing_staged(repository.path)


def test_nothing_is_staged_after_a_commit(repository: Repository) -> None:
    repository.stage("f.py", "x\n")
    assert not nothing_staged(repository.path)
    repository.commit()
    assert nothing_staged(repository.path)


def test_an_edit_that_is_not_added_is_not_staged(repository: Repository) -> None:
    repository.stage("f.py", "x\n")
    repository.commit()
    repository.write("f.py", "y\n")
    assert nothing_staged(repository.path)


def test_an_intent_to_add_is_not_staged(repository: Repository) -> None:
    repository.commit()
    repository.write("f.py", "x\n")
    repository.git("add", "--intent-to-add", "f.py")
    assert nothing_staged(repository.path)


def test_a_moved_submodule_is_staged_whatever_the_settings_say(repository: Repository) -> None:
    one, two = repository.commit("one"), repository.commit("two")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{one},sub")
    repository.git("commit", "--quiet", "--message", "m")
    repository.git("config", "diff.ignoreSubmodules", "all")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{two},sub")
    assert not nothing_staged(repository.path)


def test_asking_does_not_touch_the_index(repository: Repository) -> None:
    repository.stage("f.py", "x\n")
    repository.commit()
    index = repository.path / ".git" / "index"
    os.utime(repository.path / "f.py", (1, 1))
    before = index.read_bytes()
    nothing_staged(repository.path)
    captured(repository)
    assert index.read_bytes() == before


def test_the_index_that_the_environment_names_is_read(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.stage("f.py", "x\n")
    repository.commit()
    (repository.path / "other-index").write_bytes((repository.path / ".git/index").read_bytes())
    repository.stage("f.py", "y\n")
    assert not nothing_staged(repository.path)
    monkeypatch.setenv("GIT_INDEX_FILE", "other-index")
    assert nothing_staged(repository.path)
    assert captured(repository) == {}


@pytest.mark.parametrize(
    "revision", ["nope", "", "HEAD~9", "HEAD^{tree}", "HEAD:f.py", "a b", "nope\n", "@{u}"]
)
def test_an_unknown_revision_is_named(repository: Repository, revision: str) -> None:
    repository.stage("f.py", "x\n")
    repository.commit()
    with pytest.raises(GitError, match="unknown revision") as caught:
        Git(repository.path).commit_id(revision)
    assert repr(revision) in caught.value.message


@pytest.mark.parametrize("revision", ["-x", "--output=evil", "--upload-pack=evil"])
def test_a_revision_that_begins_with_a_dash_is_refused(
    repository: Repository, revision: str
) -> None:
    repository.commit()
    with pytest.raises(GitError, match="begins with a dash"):
        Git(repository.path).commit_id(revision)


def test_a_tag_and_a_short_id_name_their_commit(repository: Repository) -> None:
    commit = repository.commit()
    repository.git("tag", "--annotate", "--message", "m", "v1")
    git = Git(repository.path)
    assert git.commit_id("v1") == git.commit_id(commit[:8]) == commit


def test_head_is_none_before_the_first_commit(repository: Repository) -> None:
    assert Git(repository.path).head() is None


def test_blobs_are_read_as_they_were_stored(repository: Repository) -> None:
    repository.stage(".gitattributes", "* text eol=crlf ident\n")
    contents = [b"", b"\n", b"a\0b\n\xff", b"$Id$\n", b"x" * 100_000]
    ids = []
    for number, content in enumerate(contents):
        repository.write(f"{number}", content)
        ids.append(repository.git("hash-object", "-w", "--no-filters", f"{number}"))
    assert Git(repository.path).blobs(ids) == dict(zip(ids, contents, strict=True))


def test_an_object_that_is_no_blob_or_is_missing_is_left_out(repository: Repository) -> None:
    commit = repository.commit()
    repository.stage("f", "x\n")
    blob = repository.git("rev-parse", ":f")
    assert Git(repository.path).blobs([commit, "1" * 40, blob, blob]) == {blob: b"x\n"}


def test_no_blobs_start_no_process(tmp_path: Path) -> None:
    assert Git(tmp_path / "nowhere").blobs([]) == {}


def test_an_error_of_git_is_passed_on(repository: Repository) -> None:
    (repository.path / ".git" / "index").write_bytes(b"broken")
    with pytest.raises(GitError, match="git failed in"):
        captured(repository)


def test_the_empty_tree_is_not_written(repository: Repository) -> None:
    tree = staged(Git(repository.path)).base
    assert not (repository.path / ".git" / "objects" / tree[:2]).exists()


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_folder_that_cannot_be_entered_is_not_taken_for_another(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The process stands in a repository that would answer."""
    repository.stage("file", "x\n")
    monkeypatch.chdir(repository.path)
    gone = repository.path / name
    for ask in (toplevel, nothing_staged, lambda cwd: Git(cwd).head()):
        with pytest.raises(GitError, match="can be entered"):
            ask(gone)


def _catalogue(messages: dict[bytes, bytes]) -> bytes:
    """A gettext catalogue: a header, two tables of (length, offset), the texts."""
    pairs = sorted(messages.items())
    texts = [text for column in zip(*pairs, strict=True) for text in column]
    offset, table = 28 + 8 * len(texts), []
    for text in texts:
        table += [len(text), offset]
        offset += len(text) + 1
    header = (0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return struct.pack(f"<7I{len(table)}I", *header, *table) + b"".join(t + b"\0" for t in texts)


def test_a_message_of_git_is_understood_whatever_its_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = b"not a git repository (or any of the parent directories): %s"
    catalogue = tmp_path / "de" / "LC_MESSAGES" / "git.mo"
    catalogue.parent.mkdir(parents=True)
    header = b"Content-Type: text/plain; charset=UTF-8\n"
    catalogue.write_bytes(_catalogue({b"": header, message: b"kein Git-Repository: %s"}))
    monkeypatch.setenv("GIT_TEXTDOMAINDIR", str(tmp_path))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")
    plain = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=tmp_path, capture_output=True, check=False
    )
    assert b"kein Git-Repository" in plain.stderr
    with pytest.raises(GitError, match="is not inside a git repository"):
        toplevel(tmp_path)
    with pytest.raises(GitError, match="is not inside a git repository"):
        Git(tmp_path).commit_id("HEAD")


def test_another_users_repository_is_refused_with_what_to_type(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.stage("sub/f.py", "x\n")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    below = repository.path / "sub"
    for ask in (toplevel, nothing_staged, lambda cwd: Git(cwd).commit_id("HEAD")):
        with pytest.raises(GitError, match="belongs to another user") as caught:
            ask(below)
        assert caught.value.remedy.endswith(f"--add safe.directory {repository.path}")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(repository.path))
    assert toplevel(below) == repository.path
    assert list(captured(Repository(below))) == ["sub/f.py"]
