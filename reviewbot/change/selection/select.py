"""Which files of a change are reviewed, and why the others are not.

The first reason that holds is the one that is printed. What git tells comes first, then what the
team says (`.reviewbotignore`, attributes), then the name, and the text only where no name
decides. `-linguist-generated` and `-linguist-vendored` bring a file back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from reviewbot.change.secrets.key_files import is_key_file
from reviewbot.change.selection.advice import NO_ADVICE, Advice, by_name
from reviewbot.change.selection.generated import is_minified, mark_line
from reviewbot.changeset import SUBMODULE_MODE, SYMLINK_MODE, FileChange, LineKind
from reviewbot.report import FileCoverage

# A file's changed lines in bytes. GitHub shows no larger diff of one file; a model that reads
# 200 tokens a second needs a quarter of an hour for it. A large file with a small change stays.
MOST_CHANGED = 500_000

_BY_MODE = {SYMLINK_MODE: "symbolic link", SUBMODULE_MODE: "submodule"}
_BY_STATUS = {"U": "unmerged", "T": "type changed", "D": "deleted"}
_UNCHANGED = {
    "A": "empty file",
    "C": "copied without a change",
    "M": "mode change only",
    "R": "renamed without a change",
}
# Nothing looser: `oid $(command)` is a line of a shell script.
_POINTER = re.compile(
    r"version https://git-lfs\.github\.com/spec/v1\n"
    r"(?:ext-\d-[\w-]+ sha256:[0-9a-f]{64}\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n",
    re.ASCII,
)
# The specification of Git LFS: a pointer is smaller than 1024 bytes.
_POINTER_LINES = 20

Blobs = Callable[[Iterable[str]], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Selection:
    """Every file of the change stands in one of the two, in the order of the change."""

    selected: tuple[FileChange, ...]
    skipped: tuple[FileCoverage, ...]


def no_blobs(_: Iterable[str]) -> Mapping[str, bytes]:
    return {}


def select(
    files: Iterable[FileChange], *, advice: Advice = NO_ADVICE, blobs: Blobs = no_blobs
) -> Selection:
    """`blobs` is asked once, and only for changed files whose names decide nothing."""
    listed = tuple(files)
    early = [_by_git(file) or by_name(file, advice) for file in listed]
    open_files = [file for file, reason in zip(listed, early, strict=True) if not reason]
    contents = blobs(file.new_blob for file in open_files if _hides_its_head(file, advice))
    selected, skipped = [], []
    for file, reason in zip(listed, early, strict=True):
        found = reason or _by_text(file, contents.get(file.new_blob), advice)
        if found:
            skipped.append(FileCoverage(file.path, skipped=file.changed, reason=found))
        else:
            selected.append(file)
    return Selection(tuple(selected), tuple(skipped))


def skip_reason(file: FileChange) -> str:
    """Why a file is not reviewed, by nothing but the change; empty if it is."""
    skipped = select([file]).skipped
    return skipped[0].reason if skipped else ""


def _by_git(file: FileChange) -> str:
    """What the entry alone tells; no advice brings such a file back."""
    if reason := _BY_MODE.get(file.mode) or _BY_STATUS.get(file.status):
        return reason
    if file.binary:
        return "binary"
    if _holds_nul(file):
        return "binary (NUL bytes in its lines)"
    if file.changed:
        # By the new name alone: code that once bore a key file's name is code.
        return "key file" if is_key_file(file.path) else ""
    # A patch from outside may name a file and say nothing else about it.
    known = file.mode or file.status != "M"
    return _UNCHANGED.get(file.status if known else "", "no changed lines")


def _holds_nul(file: FileChange) -> bool:
    """Such as UTF-16, which the attribute `diff` has git show as text: a model cannot read it, and
    no rule for secrets matches in it."""
    return any(
        "\0" in hunk.header or any("\0" in line.text for line in hunk.lines) for hunk in file.hunks
    )


def _hides_its_head(file: FileChange, advice: Advice) -> bool:
    """Whether the text is needed and the hunks do not hold all of it, as those of a new file."""
    return bool(file.new_blob) and file.status != "A" and not advice.wants(file.path)


def _by_text(file: FileChange, content: bytes | None, advice: Advice) -> str:
    if _is_pointer(file):
        return "Git LFS pointer"
    if not advice.wants(file.path):
        if number := mark_line(file, content):
            return f"generated (says so in line {number})"
        if is_minified(file, content):
            return "minified"
    size = _changed_bytes(file)
    return f"too large ({size:,} bytes changed)" if size > MOST_CHANGED else ""


def _is_pointer(file: FileChange) -> bool:
    """A pointer is so short that one hunk holds it whole."""
    if len(file.hunks) != 1 or len(file.hunks[0].lines) > _POINTER_LINES:
        return False
    new = [line for line in file.hunks[0].lines if line.kind is not LineKind.REMOVED]
    whole = bool(new) and new[0].new_no == 1
    return whole and bool(_POINTER.fullmatch("".join(f"{line.text}\n" for line in new)))


def _changed_bytes(file: FileChange) -> int:
    return sum(
        len(line.text.encode("utf-8", "surrogateescape")) + 1
        for hunk in file.hunks
        for line in hunk.lines
        if line.changed
    )
