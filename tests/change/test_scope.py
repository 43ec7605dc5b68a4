from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reviewbot.change import scope
from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.quick_git import nothing_staged, toplevel
from reviewbot.changeset import Scope
from reviewbot.errors import GitError
from tests.change import captured
from tests.conftest import Repository

_HOOK = """#!{python}
import sys
from pathlib import Path
from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.scope import staged
git = Git(Path.cwd())
seen = sorted(f"{{file.status}} {{file.path}}" for file in capture(git, staged(git)).files)
with open({seen!r}, "a") as told:
    print(*seen, sep=", ", file=told)
"""


def test_staged_is_against_head(repository: Repository, forked: dict[str, str]) -> None:
    assert scope.staged(Git(repository.path)).base == forked["main"]


def test_a_commit_is_against_its_first_parent(
    repository: Repository, forked: dict[str, str]
) -> None:
    found = scope.commit(Git(repository.path), "main")
    assert (found.base, found.head) == (forked["root"], forked["main"])


def test_a_root_commit_is_against_the_empty_tree(
    repository: Repository, forked: dict[str, str]
) -> None:
    git = Git(repository.path)
    assert scope.commit(git, forked["root"]).base == git.empty_tree()


@pytest.mark.parametrize(
    ("text", "base", "head"),
    [
        ("main..side", "main", "side"),
        ("main...side", "root", "side"),
        ("..side", "main", "side"),
        ("side..", "side", "main"),
        ("side...", "root", "main"),
        ("..", "main", "main"),
    ],
)
def test_a_range_names_both_ends(
    repository: Repository, forked: dict[str, str], text: str, base: str, head: str
) -> None:
    found = scope.revision_range(Git(repository.path), text)
    assert (found.kind, found.base, found.head) == ("range", forked[base], forked[head])


@pytest.mark.parametrize("text", ["main", "", "main.side"])
def test_a_range_without_dots_is_refused(
    repository: Repository, forked: dict[str, str], text: str
) -> None:
    with pytest.raises(GitError, match="is not a range"):
        scope.revision_range(Git(repository.path), text)


@pytest.mark.parametrize("text", ["--output=x..main", "main..--output=x", "main...-x"])
def test_a_range_with_an_option_in_it_is_refused(
    repository: Repository, forked: dict[str, str], text: str
) -> None:
    with pytest.raises(GitError, match="begins with a dash"):
        scope.revision_range(Git(repository.path), text)


def test_a_range_with_four_dots_is_refused(repository: Repository, forked: dict[str, str]) -> None:
    with pytest.raises(GitError, match="unknown revision"):
        scope.revision_range(Git(repository.path), "main....side")


def test_base_is_the_merge_base(repository: Repository, forked: dict[str, str]) -> None:
    found = scope.since_base(Git(repository.path), "side")
    assert (found.base, found.head) == (forked["root"], forked["main"])


def test_unrelated_histories_have_no_base(repository: Repository, forked: dict[str, str]) -> None:
    repository.git("checkout", "--quiet", "--orphan", "alone")
    repository.commit("alone")
    with pytest.raises(GitError, match="no common ancestor") as caught:
        scope.since_base(Git(repository.path), "main")
    assert "fetch" not in caught.value.remedy
    assert "--range A..B" in caught.value.remedy


def test_a_patch_is_named_by_where_it_comes_from() -> None:
    assert scope.patch_file("-").label == "the patch on standard input"
    assert scope.patch_file("a.diff").label == "the patch a.diff"


def test_grafts_do_not_move_a_parent(repository: Repository) -> None:
    repository.stage("a.py", "a = 1\n")
    root = repository.commit()
    repository.stage("b.py", "b = 1\n")
    between = repository.commit()
    repository.stage("c.py", "c = 1\n")
    head = repository.commit()
    repository.write(".git/info/grafts", f"{head} {root}\n")
    assert scope.commit(Git(repository.path), "HEAD").base == between


@pytest.fixture
def hook(repository: Repository, tmp_path: Path) -> Path:
    """A pre-commit hook writes what it sees to this file: a line for each commit."""
    seen = tmp_path / "seen"
    path = repository.write(
        ".git/hooks/pre-commit", _HOOK.format(python=sys.executable, seen=str(seen))
    )
    path.chmod(0o755)
    (repository.path / ".git/hooks/pre-merge-commit").symlink_to(path)
    return seen


def _commit_with_hook(repository: Repository, *options: str) -> None:
    repository.git("commit", "--quiet", "--message", "m", *options)


def test_a_hook_sees_the_first_commit(repository: Repository, hook: Path) -> None:
    repository.stage("a.py", "a\n")
    _commit_with_hook(repository)
    assert hook.read_text() == "A a.py\n"


def test_a_hook_of_an_amended_commit_sees_what_is_new_in_it(
    repository: Repository, hook: Path
) -> None:
    """git does not tell a hook that it amends; the lines of the old commit were reviewed then."""
    repository.stage("a.py", "a\n")
    _commit_with_hook(repository)
    repository.stage("b.py", "b\n")
    _commit_with_hook(repository, "--amend")
    assert hook.read_text() == "A a.py\nA b.py\n"


def test_a_hook_sees_a_file_that_was_only_announced_before(
    repository: Repository, hook: Path
) -> None:
    repository.commit()
    repository.write("a.py", "a\n")
    repository.write("b.py", "b\n")
    repository.git("add", "--intent-to-add", "a.py", "b.py")
    _commit_with_hook(repository, "a.py")
    assert hook.read_text() == "A a.py\n"


def test_a_merge_is_staged_against_our_side(
    repository: Repository, forked: dict[str, str], hook: Path
) -> None:
    repository.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    assert scope.staged(Git(repository.path)).base == forked["main"]
    assert list(captured(repository)) == ["s"]
    _commit_with_hook(repository)
    assert hook.read_text() == "A s\n"


def test_the_hook_of_a_merge_sees_what_it_brings(
    repository: Repository, forked: dict[str, str], hook: Path
) -> None:
    repository.git("merge", "--quiet", "--no-ff", "--message", "m", "side")
    assert hook.read_text() == "A s\n"
    found = scope.commit(Git(repository.path), "HEAD")
    assert found.base == forked["main"]


@pytest.mark.parametrize("command", ["cherry-pick", "rebase", "revert"])
def test_what_stops_with_a_conflict_is_staged_against_head(
    repository: Repository, command: str
) -> None:
    repository.stage("f.py", "base\n")
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "other")
    repository.stage("f.py", "theirs\n")
    repository.stage("g.py", "theirs\n")
    repository.commit()
    repository.stage("f.py", "later\n")
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.stage("f.py", "ours\n")
    repository.commit()
    if command == "rebase":
        repository.git("checkout", "--quiet", "other")
    argument = {"cherry-pick": "other~1", "rebase": "main", "revert": "other~1"}[command]
    with pytest.raises(subprocess.CalledProcessError):
        repository.git(command, argument)
    assert captured(repository)["f.py"].status == "U"
    repository.stage("f.py", "both\n")
    head = repository.git("rev-parse", "HEAD")
    assert scope.staged(Git(repository.path)).base == head
    seen = {"f.py"} if command == "revert" else {"f.py", "g.py"}
    assert set(captured(repository)) == seen


def test_a_detached_head_is_a_head(repository: Repository, forked: dict[str, str]) -> None:
    repository.git("checkout", "--quiet", "--detach", "side")
    git = Git(repository.path)
    assert scope.staged(git).base == scope.since_base(git, "main").head == forked["side"]


def _paths(git: Git, found: Scope) -> list[str]:
    return [file.path for file in capture(git, found).files]


def test_all_scopes_work_with_sha256_ids(tmp_path: Path) -> None:
    made = Repository(tmp_path)
    made.git("init", "--quiet", "--template=", "--object-format=sha256", "--initial-branch=main")
    for key in ("name", "email"):
        made.git("config", f"user.{key}", "tester")
    made.stage("a.py", "a\n")
    made.commit()
    made.stage("b.py", "b\n")
    made.commit()
    git = Git(tmp_path)
    assert _paths(git, scope.commit(git, "HEAD")) == ["b.py"]
    assert _paths(git, scope.commit(git, "HEAD~1")) == ["a.py"]
    assert _paths(git, scope.revision_range(git, "HEAD~1...HEAD")) == ["b.py"]
    assert _paths(git, scope.since_base(git, "HEAD~1")) == ["b.py"]
    assert nothing_staged(tmp_path)


def test_commits_of_a_bare_repository_are_read(
    repository: Repository, forked: dict[str, str], tmp_path: Path
) -> None:
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(tmp_path / "bare"))
    git = Git(tmp_path / "bare")
    assert _paths(git, scope.commit(git, "side")) == ["s"]
    assert _paths(git, scope.revision_range(git, "main...side")) == ["s"]


@pytest.mark.parametrize("place", ["bare", "repository/.git"])
def test_without_a_working_tree_the_error_says_what_to_do(
    repository: Repository, tmp_path: Path, place: str
) -> None:
    repository.git("clone", "--quiet", "--bare", str(repository.path), str(tmp_path / "bare"))
    with pytest.raises(GitError, match="has no working tree") as caught:
        toplevel(tmp_path / place)
    assert "--diff -" in caught.value.remedy
