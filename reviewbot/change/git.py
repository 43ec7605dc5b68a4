"""The one door to git.

Only plumbing commands are run, and each with the flags that keep a repository's own settings
and attributes from running a program, bending the output or hiding a file (`pins.py`).
Everything is read from the index or from commits, never from the working tree. Nothing is written
but what `reviewbot install --config` sets.

A hook's GIT_DIR, GIT_WORK_TREE and GIT_INDEX_FILE are kept on purpose: under `git commit -a` and
`git commit FILE` the index to review is the one that GIT_INDEX_FILE names (seen with 2.39.5).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from reviewbot.change.git_words import DeclinedError, contents_of, git_error, listed_id
from reviewbot.change.pins import DIFF, FORMAT, PINS, environment
from reviewbot.change.quick_git import check_folder, empty_tree
from reviewbot.errors import GitError

if TYPE_CHECKING:
    from git.cmd import Git as Runner

_FETCH = "fetch more of its history first: git fetch --unshallow"


class Git:
    """Questions to the repository around `cwd`, through GitPython's command runner. `environ` is
    added to each of them."""

    def __init__(self, cwd: Path, environ: Mapping[str, str] = MappingProxyType({})) -> None:
        self._cwd = cwd
        self._environ = dict(environ)

    def version(self) -> str:
        return self._text("version")

    def hooks_folder(self) -> Path:
        """Where git looks for hooks: `core.hooksPath`, whose last value is our own pin, or the
        folder that all working trees of the repository share."""
        values = self._text("config", "--type=path", "--get-all", "core.hooksPath").splitlines()
        if theirs := values[:-1]:
            return self._cwd / theirs[-1]
        return self._cwd / self._text("rev-parse", "--git-common-dir") / "hooks"

    def configuration(self, pattern: str, scope: str = "") -> tuple[tuple[str, str], ...]:
        """The keys that match a pattern, with their values, in git's order: of one scope
        (`local`, `global`), or all that hold here. The pins hold here, too."""
        only = [f"--{scope}"] if scope else []
        said = self.answer(b"", "config", *only, "-z", "--get-regexp", pattern, codes=(0, 1))
        rows = said.decode("utf-8", "surrogateescape").split("\0")[:-1]
        return tuple((key, value) for key, _, value in (row.partition("\n") for row in rows))

    def configure(self, *arguments: str) -> None:
        """Change git's configuration. Raises GitError where git does not."""
        self._text("config", *arguments)

    def common_folder(self) -> Path:
        """The folder of git's own files that all working trees of the repository share."""
        return (self._cwd / self._text("rev-parse", "--git-common-dir")).resolve()

    def commit_id(self, revision: str) -> str:
        """The full id of a commit. Raises GitError for a name that is none."""
        if revision.startswith("-"):
            raise GitError(
                f"{revision!r} is not a revision: it begins with a dash",
                "name it by its id, or in full: refs/heads/NAME",
            )
        try:
            return self._text(
                "rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}"
            )
        except DeclinedError:
            remedy = _FETCH if self.is_shallow() else "list what is there with: git log --oneline"
            raise DeclinedError(f"unknown revision {revision!r}", remedy) from None

    def head(self) -> str | None:
        """The id of HEAD's commit, None before the first one."""
        try:
            return self.commit_id("HEAD")
        except DeclinedError:
            return None

    def parent(self, commit: str) -> str:
        """The first parent's id; the empty tree's for a root commit.

        It is read from the commit itself: `rev-list` takes the last commit of a shallow clone for
        a root, and its whole tree would pass for new. Raises GitError where the clone ends there.
        """
        header = self._text("cat-file", "commit", commit).partition("\n\n")[0].split("\n")
        parents = [line.removeprefix("parent ") for line in header if line.startswith("parent ")]
        return self.commit_id(parents[0]) if parents else self.empty_tree()

    def message(self, commit: str) -> str:
        """The message of a commit, as it stands in it."""
        return self._text("cat-file", "commit", commit).partition("\n\n")[2]

    def parents(self, commit: str) -> int:
        """How many parents a commit has: 0 for a root, more than 1 for a merge."""
        header = self._text("cat-file", "commit", commit).partition("\n\n")[0]
        return sum(line.startswith("parent ") for line in header.split("\n"))

    def first_unpushed(self, head: str, remote: str) -> str | None:
        """The oldest commit of `head` that no branch of a remote has (without a name: of any);
        None where all are there."""
        known = f"--remotes={remote}" if remote else "--remotes"
        ids = self._text("rev-list", "--topo-order", head, "--not", known, "--").split()
        return ids[-1] if ids else None

    def history(self, since: str, limit: int) -> list[tuple[str, str]]:
        """The ids and messages of HEAD's commits without merges, the newest first. `since` is a
        date as git reads it."""
        output = self._text(
            *("rev-list", "--no-merges", f"--max-count={limit}", f"--since={since}"),
            *("--encoding=UTF-8", "--format=%x00%B%x00", "HEAD", "--"),
        )
        heads, messages = output.split("\0")[::2], output.split("\0")[1::2]
        return [(head.split()[1], text) for head, text in zip(heads, messages, strict=False)]

    def merge_base(self, one: str, other: str) -> str:
        """Where two commits parted. Raises GitError where they did not, or a shallow clone does
        not hold enough to tell."""
        try:
            base = self._text("merge-base", one, other)
        except DeclinedError:
            raise GitError(
                f"{one[:12]} and {other[:12]} have no common ancestor here",
                _FETCH if self.is_shallow() else "name both ends instead: --range A..B",
            ) from None
        if not self._is_cut(self._text("rev-list", one, other, "--not", base, "--").split()):
            return base
        # An older ancestor would pass for the base, and an edit that undoes one in between for
        # no edit at all.
        raise GitError(
            f"this shallow clone ends before it shows where {one[:12]} and {other[:12]} parted",
            _FETCH,
        )

    def is_shallow(self) -> bool:
        return self._text("rev-parse", "--is-shallow-repository") == "true"

    def _is_cut(self, commits: Iterable[str]) -> bool:
        """Whether a shallow clone lacks the parents of one of the commits."""
        if not self.is_shallow():
            return False
        listed = self._cwd / self._text("rev-parse", "--git-path", "shallow")
        return not set(listed.read_text(encoding="ascii").split()).isdisjoint(commits)

    def empty_tree(self) -> str:
        return empty_tree(self._cwd)

    def staged_diff(self, base: str, paths: Sequence[str], extra: Sequence[str] = ()) -> bytes:
        """The index against a tree: raw entries, numstat and patch in one stream (`FORMAT`)."""
        return self._bytes(
            "diff-index",
            "--cached",
            "--ita-invisible-in-index",
            *DIFF,
            *FORMAT,
            *extra,
            base,
            "--",
            *paths,
        )

    def tree_diff(
        self, base: str, head: str, paths: Sequence[str], extra: Sequence[str] = ()
    ) -> bytes:
        """One tree against another, in the form of `staged_diff`."""
        return self._bytes("diff-tree", "-r", *DIFF, *FORMAT, *extra, base, head, "--", *paths)

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """The contents of blobs by id, read by one process without filters; what is missing is
        left out."""
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return {}
        output = self.answer("\n".join(wanted).encode() + b"\n", "cat-file", "--batch")
        return contents_of(output)

    def answer(
        self,
        question: bytes,
        *arguments: str,
        environ: Mapping[str, str] = MappingProxyType({}),
        codes: Sequence[int] = (0,),
    ) -> bytes:
        """What a plumbing command prints when it is asked on its standard input: one process
        for any number of paths. Raises GitError where it ends with another code."""
        process = _runner(self._cwd).execute(
            [*PINS, *arguments],
            istream=subprocess.PIPE,
            as_process=True,
            env=environment() | self._environ | dict(environ),
        )
        output, stderr = process.communicate(question)
        if process.returncode not in codes:
            raise git_error(stderr.decode(errors="replace"), self._cwd)
        return bytes(output)

    def listing(self, tree: str = "", folder: str = "") -> dict[str, str]:
        """The blob ids of all files by path, of a tree or (without one) of the index; only those
        in a folder, if one is named from the top of the repository."""
        if tree:
            only = [f"{folder}/"] if folder else []
            rows = self._bytes("ls-tree", "-r", "-z", "--full-tree", tree, "--", *only)
        else:
            only = [f":(top,literal){folder}/" if folder else ":/"]
            rows = self._bytes("ls-files", "--stage", "-z", "--full-name", "--", *only)
        entries = (row.split(b"\t", 1) for row in rows.split(b"\0") if row)
        names = ((path.decode("utf-8", "surrogateescape"), fields) for fields, path in entries)
        return {name: listed_id(fields) for name, fields in names}

    def _text(self, *arguments: str) -> str:
        return self._bytes(*arguments).decode("utf-8", "surrogateescape").strip()

    def _bytes(self, *arguments: str) -> bytes:
        from git.exc import GitCommandError, GitCommandNotFound

        try:
            output: bytes = _runner(self._cwd).execute(
                [*PINS, *arguments],
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                env=environment() | self._environ,
            )
        except GitCommandNotFound:
            raise GitError("git is not installed, or not on PATH", "install git") from None
        except GitCommandError as error:
            raise git_error(str(error.stderr), self._cwd) from None
        return output


def _runner(cwd: Path) -> Runner:
    """GitPython's command runner. It is imported late (60 ms), and it looks for git at import:
    without GIT_PYTHON_REFRESH it would raise before we can say what is wrong."""
    check_folder(cwd)
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    from git.cmd import Git as Commands

    return Commands(str(cwd))
