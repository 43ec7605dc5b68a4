"""What git says: contents and lists in its output, and its refusals as errors with a remedy."""

from __future__ import annotations

import re
from pathlib import Path

from reviewbot.errors import GitError

# Hexadecimal digits of an object id; SHA-256 has more.
_SHA1 = 40
# The empty tree in each of git's hashes.
EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}


class DeclinedError(GitError):
    """git ran in a repository and said no, which to some questions is an answer."""


def contents_of(output: bytes) -> dict[str, bytes]:
    """`cat-file --batch` prints `<id> blob <size>LF<content>LF`, or `<id> missingLF`."""
    contents = {}
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        header = output[at:end].decode()
        at = end + 1
        if not header.endswith(" missing"):  # what is missing may have blanks in its name
            name, kind, size = header.split(" ")
            if kind == "blob":
                contents[name] = output[at : at + int(size)]
            at += int(size) + 1
    return contents


def listed_id(fields: bytes) -> str:
    """`MODE blob ID` of ls-tree, `MODE ID STAGE` of ls-files."""
    return next(field for field in fields.decode("ascii").split(" ") if len(field) >= _SHA1)


def git_error(stderr: str, cwd: Path) -> GitError:
    text = stderr.strip().removeprefix("stderr: ").strip("' \n")
    if "not a git repository" in text:
        return GitError(
            f"{cwd} is not inside a git repository",
            "change to one, or review a patch with: reviewbot review --diff FILE",
        )
    if "must be run in a work tree" in text:
        return GitError(
            f"{cwd} has no working tree: it is a bare repository, or inside of .git",
            "review in a clone, or here: git diff A B | reviewbot review --diff -",
        )
    if "dubious ownership" in text:
        # git names the folder to trust, which `cwd` may lie below.
        remedy = re.search(r"git config --global --add safe\.directory .*", text)
        return GitError(
            f"git refuses {cwd}: it belongs to another user",
            f"if you trust it: {remedy[0]}" if remedy else "",
        )
    return DeclinedError(f"git failed in {cwd}: {text or 'no message'}")
