"""No setting, attribute or variable moves what is captured, or runs a program.

Each case is set in a real repository. Two controls keep the table honest: each pin of `pins.py`
is held against a git command that moves without it, and each program against one that runs it.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.change.git import Git
from reviewbot.change.pins import DIFF, ENVIRONMENT, FORMAT, PINS
from reviewbot.change.quick_git import nothing_staged
from reviewbot.changeset import FileChange
from reviewbot.errors import GitError
from tests.change import captured
from tests.change.hostile import CASES, Hostile, much_changed
from tests.conftest import Repository, git_is


@pytest.fixture
def hostile(repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hostile:
    much_changed(repository)
    names = ("program", "witness", "hooks", "order", "attributes", "global")
    places = {name: tmp_path / name for name in names}
    places["program"].write_text(f'#!/bin/sh\necho "$0 $*" >> "{places["witness"]}"\n')
    places["program"].chmod(0o755)
    places["hooks"].mkdir()
    (places["hooks"] / "post-index-change").symlink_to(places["program"])
    places["order"].write_text("z.py\n*\n")
    places["attributes"].write_text("*.py -diff\n")
    return Hostile(repository, places, monkeypatch)


@pytest.mark.parametrize("case", CASES)
def test_nothing_moves_and_no_program_runs(hostile: Hostile, case: str) -> None:
    before = hostile.seen()
    hostile.set_up(case)
    assert hostile.seen() == before
    assert not nothing_staged(hostile.repository.path)
    assert not hostile.ran, hostile.places["witness"].read_text()


PROGRAMS = {
    "config diff.external={program}": "diff --cached",
    "global diff.external={program}": "diff --cached",
    "environ GIT_EXTERNAL_DIFF={program}": "diff --cached",
    "driver diff.x.command={program}": "diff --cached",
    "driver diff.x.textconv={program}": "diff --cached",
    "driver filter.x.clean={program}": "add --renormalize .",
    "driver filter.x.smudge={program}": "cat-file --filters HEAD:z.py",
    "driver filter.x.process={program}": "checkout-index --force z.py",
    "config core.fsmonitor={program}": "diff-index --cached HEAD",
    "global core.fsmonitor={program}": "diff-index --cached HEAD",
    "monitored": "status",
    "config core.hooksPath={hooks}": "update-index --force-write-index",
    "config core.sshCommand={program}": "ls-remote ssh://localhost/evil",
    "environ GIT_SSH_COMMAND={program}": "ls-remote ssh://localhost/evil",
    "config core.pager={program}": "log --max-count=1",
    "environ GIT_PAGER={program}": "log --max-count=1",
    "config pager.diff-index={program}": "diff-index --cached --name-only HEAD -- z.py",
}


def _at_terminal(command: list[str], cwd: Path) -> None:
    """git starts a pager only where its output is a terminal."""
    ours, theirs = os.openpty()
    try:
        subprocess.run(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, check=False
        )
    finally:
        os.close(theirs)
        os.close(ours)


@pytest.mark.parametrize("case", PROGRAMS)
def test_control_the_program_runs_without_us(hostile: Hostile, case: str) -> None:
    hostile.set_up(case)
    command = ["git", *PROGRAMS[case].split()]
    if "pager" in case.lower():
        _at_terminal(command, hostile.repository.path)
    else:
        subprocess.run(command, cwd=hostile.repository.path, capture_output=True, check=False)
    assert hostile.ran


PORCELAIN = ("diff", "--cached", "{diff}", "HEAD", "--")
PLUMBING = ("diff-index", "--cached", "{diff}", "HEAD", "--")

# pin: a case, and a command that moves or runs a program in it unless the pin is given.
CONTROLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "--no-optional-locks": ("stale times", ("status", "--short")),
    "--no-replace-objects": ("replaced blob", PLUMBING),
    "core.fsmonitor=false": ("config core.fsmonitor={program}", PLUMBING),
    "core.hooksPath=/dev/null": (
        "config core.hooksPath={hooks}",
        ("update-index", "--force-write-index"),
    ),
    "hook.post-index-change.enabled=false": (
        "configured hook",
        ("update-index", "--force-write-index"),
    ),
    "core.bigFileThreshold=512m": ("config core.bigFileThreshold=1", PLUMBING),
    "diff.suppressBlankEmpty=false": ("config diff.suppressBlankEmpty=true", PLUMBING),
    "advice.graftFileDeprecated=false": ("grafts", ("rev-list", "HEAD")),
    "--no-color": ("config color.ui=always", PORCELAIN),
    "--no-ext-diff": ("config diff.external={program}", PORCELAIN),
    "--no-textconv": ("driver diff.x.textconv={program}", PORCELAIN),
    "--no-relative": ("config diff.relative=true", PORCELAIN),
    "--ignore-submodules=none": ("submodule in the tree", PLUMBING),
    "--submodule=short": ("config diff.submodule=log", PORCELAIN),
    "--src-prefix=a/": ("config diff.noprefix=true", PORCELAIN),
    "--dst-prefix=b/": ("config diff.mnemonicPrefix=true", PORCELAIN),
    "--find-renames=50%": ("config diff.renames=copies", PORCELAIN),
    "-l1000": ("config diff.renameLimit=1", PLUMBING),
    "--diff-algorithm=myers": ("config diff.algorithm=patience", PORCELAIN),
    "--indent-heuristic": ("config diff.indentHeuristic=false", PLUMBING),
    "--inter-hunk-context=0": ("config diff.interHunkContext=50", PORCELAIN),
    "-O/dev/null": ("config diff.orderFile={order}", PORCELAIN),
    "--full-index": ("config core.abbrev=4", PLUMBING),
    "--no-abbrev": ("config core.abbrev=4", PORCELAIN),
    "--unified=3": ("config diff.context=0", PORCELAIN),
    "GIT_DIFF_OPTS": ("environ GIT_DIFF_OPTS=--unified=0", PLUMBING),
    "GIT_LITERAL_PATHSPECS": (
        "environ GIT_LITERAL_PATHSPECS=1",
        (*PLUMBING, ":(top,literal)z.py"),
    ),
    "GIT_GLOB_PATHSPECS": ("environ GIT_GLOB_PATHSPECS=1", (*PLUMBING, ":(top,literal)z.py")),
    "GIT_NOGLOB_PATHSPECS": ("environ GIT_NOGLOB_PATHSPECS=1", (*PLUMBING, "*.py")),
    "GIT_ICASE_PATHSPECS": ("environ GIT_ICASE_PATHSPECS=1", (*PLUMBING, ":(top,literal)Z.PY")),
    "GIT_GRAFT_FILE": ("grafts", ("rev-list", "--parents", "HEAD")),
}
ELSEWHERE = {"GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL", "LC_ALL"}
# They choose the form of the output, and no setting can.
FORMS = {"--raw", "--numstat", "--patch", "-z"}


def test_every_pin_has_its_control() -> None:
    pins = {*PINS[1:], *DIFF, *FORMAT, *ENVIRONMENT} - {"-c"}
    assert pins == {*CONTROLS, *ELSEWHERE, *FORMS}


def _pinned(hostile: Hostile, command: tuple[str, ...], without: str = "") -> object:
    """What a command prints and does, from the top and from a subfolder, with all pins but one."""
    pins = " ".join(PINS).replace(f"-c {without}", "").replace(f" {without} ", " ").split()
    flags = [flag for flag in (*DIFF, *FORMAT) if flag != without]
    words = [word for part in command for word in (flags if part == "{diff}" else [part])]
    environ = {key: value for key, value in ENVIRONMENT.items() if key != without}
    done = [
        subprocess.run(
            [*pins, *words], cwd=cwd, env=os.environ | environ, capture_output=True, check=False
        )
        for cwd in (hostile.repository.path, hostile.repository.path / "sub")
    ]
    index = (hostile.repository.path / ".git" / "index").read_bytes()
    told = [(each.returncode, each.stdout, each.stderr) for each in done]
    return told, hostile.ran, index


@pytest.mark.parametrize("pin", CONTROLS)
def test_control_each_pin_holds_a_command_that_moves_without_it(hostile: Hostile, pin: str) -> None:
    case, command = CONTROLS[pin]
    if pin.startswith("hook.") and not git_is((2, 55)):
        pytest.skip("needs git 2.55, which can switch off an event's hooks")
    before = _pinned(hostile, command)
    hostile.set_up(case)
    held = _pinned(hostile, command)
    if command[0] != "update-index":  # which writes the index that is compared
        assert held == before or pin == "--no-optional-locks"
    assert not hostile.ran
    assert _pinned(hostile, command, without=pin) != held


def _header_free(files: list[FileChange]) -> list[FileChange]:
    return [
        replace(file, hunks=tuple(replace(hunk, header="") for hunk in file.hunks))
        for file in files
    ]


@pytest.mark.parametrize("key", ["funcname", "xfuncname"])
def test_a_driver_moves_the_header_of_a_hunk_and_nothing_else(hostile: Hostile, key: str) -> None:
    before = hostile.seen()[0]
    hostile.repository.write(".git/info/attributes", "*.py diff=driver\n")
    hostile.repository.git("config", f"diff.driver.{key}", "^line 2$")
    after = hostile.seen()[0]
    assert after != before
    assert _header_free(after) == _header_free(before)


def test_a_driver_that_git_cannot_use_is_an_error(hostile: Hostile) -> None:
    hostile.repository.write(".git/info/attributes", "*.py diff=driver\n")
    hostile.repository.git("config", "diff.driver.xfuncname", "[")
    with pytest.raises(GitError, match="Invalid regexp"):
        hostile.seen()


@pytest.mark.parametrize("attribute", ["diff", "diff=driver"])
def test_a_binary_file_that_an_attribute_calls_text_is_shown(
    hostile: Hostile, attribute: str
) -> None:
    """It can show more than there is to read, never less."""
    hostile.repository.write(".git/info/attributes", f"*.bin {attribute}\n")
    hostile.repository.git("config", "diff.driver.binary", "false")
    file = captured(hostile.repository)["logo.bin"]
    assert (file.added, file.removed) == (1, 1)


def _promised(repository: Repository, tmp_path: Path, url: str) -> str:
    """A partial clone that lacks a blob; whoever fetches it runs a program."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch "{tmp_path / "witness"}"\n')
    program.chmod(0o755)
    repository.stage("f.py", "old\n")
    repository.commit()
    repository.stage("f.py", "new\n")
    blob = repository.git("rev-parse", "HEAD:f.py")
    (repository.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "protocol.ext.allow": "always",
        "remote.origin.url": url.format(program=program, folder=tmp_path),
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": str(program),
    }.items():
        repository.git("config", key, value)
    return blob


@pytest.mark.parametrize("url", ["{folder}", "ext::{program}"])
def test_a_missing_blob_is_not_fetched(repository: Repository, tmp_path: Path, url: str) -> None:
    blob = _promised(repository, tmp_path, url)
    with pytest.raises(GitError):
        captured(repository)
    assert Git(repository.path).blobs([blob]) == {}
    assert not (tmp_path / "witness").exists()


@pytest.mark.parametrize("url", ["{folder}", "ext::{program}"])
@pytest.mark.parametrize(
    ("environ", "fetched"),
    [({}, True), ({"GIT_NO_LAZY_FETCH": "1"}, False), ({"GIT_ALLOW_PROTOCOL": "none"}, False)],
)
def test_control_each_of_two_variables_alone_keeps_git_from_fetching(
    repository: Repository, tmp_path: Path, url: str, environ: dict[str, str], fetched: bool
) -> None:
    blob = _promised(repository, tmp_path, url)
    assert {key: ENVIRONMENT[key] for key in environ} == environ
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("cat-file", "-p", blob, **environ)
    assert (tmp_path / "witness").exists() == fetched


def test_an_error_of_git_holds_no_trace_and_no_advice(
    hostile: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_TRACE", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF", "GIT_TRACE_PERFORMANCE"):
        monkeypatch.setenv(name, "1")
    hostile.set_up("grafts")
    with pytest.raises(GitError) as caught:
        Git(hostile.repository.path).staged_diff("nothing", ())
    assert caught.value.message.partition(": ")[2].startswith("fatal: ")
