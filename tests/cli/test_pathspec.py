"""`reviewbot review PATHSPEC…` narrows a change as git does, from any folder."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reviewbot.change import scope
from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from tests.conftest import Repository, Reviewbot

FILES = ("a.py", "b.md", "sub/a.py", "sub/deep/c.py", "sub/t est.py", "x[1].py")


@pytest.fixture
def options(repository: Repository, script: Callable[..., str]) -> tuple[str, ...]:
    """A commit and a like change staged on top of it, so that every scope has the files."""
    repository.commit("root")
    for content in ("one = 1\n", "two = 2\n"):
        for name in FILES:
            repository.write(name, content)
        repository.git("add", "--all")
        if content.startswith("one"):
            repository.commit()
    name = script({"reply": {"findings": []}})
    return ("--engine", "scripted", "--model", name, "--format", "json")


def _shown_by_git(repository: Repository, folder: str, *asked: str) -> list[str]:
    return repository.git("-C", folder, "diff", "--name-only", "-z", *asked).split("\0")[:-1]


@pytest.mark.parametrize(
    ("folder", "pathspecs"),
    [
        (".", ("*.py",)),
        (".", (":(glob)*.py", ":(exclude)a.py")),
        (".", (":!sub",)),
        (".", ("sub/deep/",)),
        (".", ("x[1].py",)),
        (".", (":(literal)x[1].py", ":(icase)A.PY")),
        ("sub", ("a.py",)),
        ("sub", (".",)),
        ("sub", (":/a.py", "deep")),
        ("sub", (":!a.py",)),
        ("sub", (".", ":^deep")),
        ("sub", ("../b.md",)),
        ("sub", ()),
    ],
)
@pytest.mark.usefixtures("options")
def test_pathspecs_name_what_they_name_in_git(
    repository: Repository, folder: str, pathspecs: tuple[str, ...]
) -> None:
    git = Git(repository.path / folder)
    for asked, wanted in (
        (("--cached",), scope.staged(git)),
        (("HEAD~1", "HEAD"), scope.commit(git, "HEAD")),
    ):
        shown = _shown_by_git(repository, folder, *asked, "--", *pathspecs)
        assert [file.path for file in capture(git, wanted, pathspecs).files] == shown
        assert shown


@pytest.mark.parametrize("scope", [(), ("--commit", "HEAD")])
def test_the_command_passes_them_on_from_a_subfolder(
    reviewbot: Reviewbot, repository: Repository, options: tuple[str, ...], scope: tuple[str, ...]
) -> None:
    pathspecs = (".", "../*.md", ":!deep")
    run = reviewbot("review", *scope, *options, "--", *pathspecs, cwd=repository.path / "sub")
    shown = _shown_by_git(repository, "sub", "--cached", "--", *pathspecs)
    assert [entry["path"] for entry in run.report["coverage"]] == shown
    assert shown == ["b.md", "sub/a.py", "sub/t est.py"]


@pytest.mark.parametrize(
    ("pathspec", "message"),
    [
        ("../sub/*.md", "no changed file matches ../sub/*.md"),
        (":(nonsense)a", "git failed"),
        ("../../outside", "git failed"),
    ],
)
def test_a_pathspec_that_matches_nothing_or_means_nothing_is_an_error(
    reviewbot: Reviewbot,
    repository: Repository,
    options: tuple[str, ...],
    pathspec: str,
    message: str,
) -> None:
    run = reviewbot("review", *options, "--", pathspec, cwd=repository.path / "sub")
    assert (run.code, run.out) == (2, "")
    assert message in run.err
