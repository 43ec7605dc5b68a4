"""The one door to git.

Only plumbing commands are run, and each with the flags that keep a repository's own settings
and attributes from running a program, bending the output or hiding a file (`_PINS`, `_DIFF`).
Everything is read from the index or from commits, never from the working tree.

A hook's GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE are kept on purpose: under `git commit -a` and
`git commit FILE` the index to review is the one that GIT_INDEX_FILE names (seen with 2.39.5).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.errors import GitError

if TYPE_CHECKING:
    from git.cmd import Git as Runner

_PINS = (
    "git",
    "--no-pager",
    # git holds index.lock while a hook runs; reading must not try to refresh the index.
    "--no-optional-locks",
    # `git replace` shows one object in another's place: the review would read what is not there.
    "--no-replace-objects",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.quotePath=false",
    "-c",
    "diff.suppressBlankEmpty=false",
    # git would complain, before each error, of the grafts file that _ENVIRONMENT names.
    "-c",
    "advice.graftFileDeprecated=false",
)
_DIFF = (
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--ignore-submodules=none",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
    "--find-renames=50%",
    "-l1000",
    "--diff-algorithm=myers",
    "--indent-heuristic",
    "--inter-hunk-context=0",
    "-O/dev/null",
    "--full-index",
    "--no-abbrev",
)
_FORMAT = ("--raw", "--numstat", "--patch", "-z", "--unified=3")

# Set, these change what git does or prints; empty, git reads them as not set.
_SILENCED = ("GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE_SETUP")
_ENVIRONMENT = {
    **dict.fromkeys(_SILENCED, ""),
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    # A partial clone would fetch a missing blob from its remote: nothing leaves, nothing comes.
    "GIT_NO_LAZY_FETCH": "1",
    # A local grafts file gives a commit other parents than it has.
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_LITERAL_PATHSPECS": "",
    "LC_ALL": "C",
    "LANGUAGE": "C",
}


def toplevel(cwd: Path) -> Path:
    """The top folder of the working tree that holds `cwd`. Raises GitError outside of one."""
    found = _start(cwd, "rev-parse", "--show-toplevel")
    if found.returncode != 0:
        raise _git_error(found.stderr.decode(errors="replace"), cwd)
    return Path(os.fsdecode(found.stdout.removesuffix(b"\n")))


def nothing_staged(cwd: Path) -> bool:
    """Whether the index equals HEAD (or is empty, before the first commit).

    Asked first on every commit, so it starts git itself: importing GitPython takes 60 ms, the
    answer 2 ms.
    """
    arguments = ("diff-index", "--cached", "--quiet", *_DIFF, "--ita-invisible-in-index")
    base = _start(cwd, "rev-parse", "--quiet", "--verify", "--end-of-options", "HEAD^{commit}")
    tree = base.stdout.strip().decode() or _empty_tree(cwd)
    asked = _start(cwd, *arguments, tree, "--")
    if asked.returncode not in (0, 1):
        raise _git_error(asked.stderr.decode(errors="replace"), cwd)
    return asked.returncode == 0


def _empty_tree(cwd: Path) -> str:
    """The empty tree's id in this repository's hash (SHA-1 or SHA-256); nothing is written."""
    return _start(cwd, "hash-object", "-t", "tree", "--stdin").stdout.decode().strip()


def _start(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [*_PINS, *arguments],
            cwd=cwd,
            env=os.environ | _ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git is not installed, or not on PATH", "install git") from None


class _DeclinedError(GitError):
    """git ran in a repository and said no, which to some questions is an answer."""


class Git:
    """Questions to the repository around `cwd`, through GitPython's command runner."""

    def __init__(self, cwd: Path) -> None:
        self._cwd = cwd

    def commit_id(self, revision: str) -> str:
        """The full id of a commit. Raises GitError for a name that is none."""
        if revision.startswith("-"):
            raise GitError(f"{revision!r} is not a revision: it begins with a dash")
        try:
            return self._text(
                "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}"
            )
        except _DeclinedError:
            raise _DeclinedError(
                f"unknown revision {revision!r}", "list what is there with: git log --oneline"
            ) from None

    def head(self) -> str | None:
        """The id of HEAD's commit, None before the first one."""
        try:
            return self.commit_id("HEAD")
        except _DeclinedError:
            return None

    def parent(self, commit: str) -> str:
        """The first parent's id; the empty tree's for a root commit."""
        ids = self._text("rev-list", "--parents", "--max-count=1", commit, "--").split()
        return ids[1] if len(ids) > 1 else self.empty_tree()

    def first_unpushed(self, head: str, remote: str) -> str | None:
        """The oldest commit of `head` that no branch of a remote has (without a name: of any);
        None where all are there."""
        known = f"--remotes={remote}" if remote else "--remotes"
        ids = self._text("rev-list", "--topo-order", head, "--not", known, "--").split()
        return ids[-1] if ids else None

    def merge_base(self, one: str, other: str) -> str:
        try:
            return self._text("merge-base", one, other)
        except _DeclinedError:
            raise GitError(
                f"{one[:12]} and {other[:12]} have no common ancestor here",
                "in a shallow clone, fetch more history first: git fetch --unshallow",
            ) from None

    def empty_tree(self) -> str:
        return _empty_tree(self._cwd)

    def staged_diff(self, base: str, paths: Sequence[str], extra: Sequence[str] = ()) -> bytes:
        """The index against a tree: raw entries, numstat and patch in one stream (`_FORMAT`)."""
        return self._bytes(
            "diff-index",
            "--cached",
            "--ita-invisible-in-index",
            *_DIFF,
            *_FORMAT,
            *extra,
            base,
            "--",
            *paths,
        )

    def tree_diff(
        self, base: str, head: str, paths: Sequence[str], extra: Sequence[str] = ()
    ) -> bytes:
        """One tree against another, in the form of `staged_diff`."""
        return self._bytes("diff-tree", "-r", *_DIFF, *_FORMAT, *extra, base, head, "--", *paths)

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of blobs by id, read by one process without filters; what is missing is
        left out."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        process = _runner(self._cwd).execute(
            [*_PINS, "cat-file", "--batch"],
            istream=subprocess.PIPE,
            as_process=True,
            env=_ENVIRONMENT,
        )
        output, _ = process.communicate("\n".join(wanted).encode() + b"\n")
        return _batch(output)

    def _text(self, *arguments: str) -> str:
        return self._bytes(*arguments).decode("utf-8", "surrogateescape").strip()

    def _bytes(self, *arguments: str) -> bytes:
        from git.exc import GitCommandError, GitCommandNotFound

        try:
            output: bytes = _runner(self._cwd).execute(
                [*_PINS, *arguments],
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                env=_ENVIRONMENT,
            )
        except GitCommandNotFound:
            raise GitError("git is not installed, or not on PATH", "install git") from None
        except GitCommandError as error:
            raise _git_error(str(error.stderr), self._cwd) from None
        return output


def _runner(cwd: Path) -> Runner:
    """GitPython's command runner. It is imported late (60 ms), and it looks for git at import:
    without GIT_PYTHON_REFRESH it would raise before we can say what is wrong."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git.cmd import Git as Commands

    return Commands(str(cwd))


def _batch(output: bytes) -> dict[str, bytes]:
    """`cat-file --batch` prints `<id> blob <size>LF<content>LF`, or `<id> missingLF`."""
    contents = {}
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        name, kind, *size = output[at:end].decode().split(" ")
        at = end + 1
        if size:
            if kind == "blob":
                contents[name] = output[at : at + int(size[0])]
            at += int(size[0]) + 1
    return contents


def _git_error(stderr: str, cwd: Path) -> GitError:
    text = stderr.strip().removeprefix("stderr: ").strip("' \n")
    if "not a git repository" in text:
        return GitError(
            f"{cwd} is not inside a git repository",
            "change to one, or review a patch with: reviewbot review --diff FILE",
        )
    if "dubious ownership" in text:
        return GitError(
            f"git refuses {cwd}: it belongs to another user",
            f"if you trust it: git config --global --add safe.directory {cwd}",
        )
    return _DeclinedError(f"git failed in {cwd}: {text or 'no message'}")
