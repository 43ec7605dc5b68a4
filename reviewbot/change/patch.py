r"""Patch text as people pipe it in to `FileChange`s: git's own patches, `diff -u`, a mail.

What stands outside of the files is passed over, but nothing that may hold changed lines: a hunk
that disagrees with its header, a combined diff or a context diff is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reviewbot.change.hunks import AGAIN, read_hunks
from reviewbot.changeset import (
    SUBMODULE_MODE,
    SYMLINK_MODE,
    FileChange,
    Hunk,
    LineKind,
)
from reviewbot.errors import PatchError

_HUNK_HEADER = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@", re.ASCII)
_COMBINED = re.compile(r"diff --(?:cc|combined) |@@@+ -")
_NORMAL = re.compile(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?\r?$", re.ASCII)
_SUBPROJECT = re.compile(r"Subproject commit [0-9a-f]{40,64}(?:-dirty)?$")
# What `diff -r` says of a file instead of showing it.
_UNSHOWN = re.compile(r"(?:Only in (.+): (.+)|Binary files .+ and (.+) differ)$")
# unidiff knows this wording alone; GNU diff speaks the user's language.
_NO_NEWLINE = "\\ No newline at end of file"
_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_NULL = "/dev/null"
# git's own, and those of `diff.mnemonicPrefix`: commit, index, object, working tree.
_PREFIXES = {("a/", "b/"), ("c/", "i/"), ("c/", "w/"), ("i/", "w/"), ("o/", "w/")}
_OTHER_HEADERS = ("old mode ", "similarity index ", "dissimilarity index ", "index ")


@dataclass(slots=True)
class _Section:
    """One file's part of a patch while it is being read. `moved` holds the names of a rename or
    copy, which bear no prefix."""

    old: str = ""
    new: str = ""
    status: str = "M"
    binary: bool = False
    mode: str = ""
    moved: dict[str, str] = field(default_factory=dict)
    hunks: list[str] = field(default_factory=list)


def read_patch(text: str) -> tuple[FileChange, ...]:
    """The files of a patch as people write it; text before, between and after them is passed
    over, as `git apply` and `patch` do. Empty text has no files.

    Raises PatchError for a broken hunk, a combined, context or normal diff, and text that holds
    no patch at all.
    """
    text = text.removeprefix("\ufeff")
    if not text.strip():
        return ()
    if text.count("\n") == text.count("\r\n"):
        # A mailer or an editor rewrote the whole patch: git ends its own header lines in "\n".
        text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    files = (*(_file(section) for section in _sections(lines)), *_unshown(lines))
    if not files:
        raise PatchError(
            "that is no patch: it has no `diff --git` and no `---`/`+++` lines",
            "make one with `git diff > change.patch`",
        )
    return files


def _unshown(lines: Sequence[str]) -> Iterator[FileChange]:
    """The files that `diff -r` only names: listed, so that the report says they were not seen."""
    if not any(re.match(r"diff -(?!-git |-cc |-combined )", line) for line in lines):
        return
    git_says = False
    for line in lines:
        git_says = line.startswith("diff --git ") or (git_says and not line.startswith("diff -"))
        match = None if git_says else _UNSHOWN.match(line)
        if match:
            folder, name, binary = match.groups()
            path = binary or f"{folder}/{name}"
            yield FileChange(path, path, "M" if binary else "X", binary=bool(binary))


def _sections(lines: list[str]) -> Iterator[_Section]:
    section: _Section | None = None
    at = 0
    while at < len(lines):
        line = lines[at].removesuffix("\r")
        _check_format(lines, at)
        _check_readable(line, at, section)
        if line.startswith("diff --git ") or _starts_plain(lines, at, section):
            if section is not None:
                yield section
            section = _Section()
        if section is not None and line.startswith("@@ "):
            end = _hunk_end(lines, at)
            section.hunks.extend(lines[at:end])
            at = end
            continue
        if section is not None and (section.hunks or not _read_header(line, section)):
            # What follows, up to the next file, is prose and says nothing about this one.
            yield section
            section = None
        at += 1
    if section is not None:
        yield section


def _check_format(lines: Sequence[str], at: int) -> None:
    """Refuse the other formats wherever they begin: as prose their lines would be passed over."""
    if _COMBINED.match(lines[at]):
        raise PatchError(
            "a combined diff of a merge cannot be reviewed",
            "diff against one parent: git diff HEAD^1 HEAD",
        )
    above = [line[:4] for line in lines[max(at - 2, 0) : at]]
    is_context = lines[at].startswith("*" * 15) and above == ["*** ", "--- "]
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if is_context or (_NORMAL.match(lines[at]) and below.startswith(("< ", "> "))):
        raise PatchError(
            f"line {at + 1} of the patch begins a diff that is not a unified one",
            "make a unified one: git diff, or diff -u",
        )


def _check_readable(line: str, at: int, section: _Section | None) -> None:
    if section is not None and line.startswith("@@") and not _HUNK_HEADER.match(line):
        raise PatchError(f"line {at + 1} of the patch is no hunk header", AGAIN)
    if section is None and _HUNK_HEADER.match(line):
        raise PatchError(f"the hunk at line {at + 1} of the patch belongs to no file", AGAIN)


def _starts_plain(lines: list[str], at: int, section: _Section | None) -> bool:
    """Whether a `---`/`+++` pair here opens a file of its own (`diff -u`), and does not belong
    to the `diff --git` line above it."""
    return _is_pair(lines, at) and (section is None or bool(section.hunks))


def _is_pair(lines: Sequence[str], at: int) -> bool:
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return at < len(lines) and lines[at].startswith("--- ") and below.startswith("+++ ")


def _hunk_end(lines: list[str], at: int) -> int:
    """The index after the hunk that starts at `at`, told by the counts in its header."""
    match = _HUNK_HEADER.match(lines[at])
    if match is None:
        raise PatchError(f"line {at + 1} of the patch is no hunk header", AGAIN)
    old, new = (int(count) if count is not None else 1 for count in match.group(2, 4))
    end = at + 1
    while end < len(lines) and (old > 0 or new > 0 or lines[end].startswith("\\")):
        # Editors and mailers strip the one blank of an empty context line.
        if not lines[end].strip("\r") and end < len(lines) - 1:
            lines[end] = f" {lines[end]}"
        mark = lines[end][:1]
        if not mark or mark not in "+- \\":
            break
        if mark == "\\":
            lines[end] = _NO_NEWLINE
        old -= mark in "- "
        new -= mark in "+ "
        end += 1
    if old or new:
        raise PatchError(f"the hunk at line {at + 1} of the patch is cut short", AGAIN)
    is_over = _is_pair(lines, end) or _is_signature(lines, end)
    if lines[end : end + 1] and lines[end][:1] in ("+", "-", " ") and not is_over:
        raise PatchError(
            f"the hunk at line {at + 1} of the patch is longer than its header says", AGAIN
        )
    return end


def _is_signature(lines: Sequence[str], at: int) -> bool:
    """Whether the `-- ` that ends a mail stands here, and not a removed line `- ` of a hunk that
    goes on: what a mail has below it is a version or a name."""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    ends = at < len(lines) and lines[at].rstrip() == "--"
    return ends and not below.startswith(("+", "-", " ", "\\", "@@", "diff --git "))


def _read_header(line: str, section: _Section) -> bool:
    """Take in one line of a file's header; False where the line is none."""
    if line.startswith("diff --git "):
        section.old, section.new = _git_names(line.removeprefix("diff --git "))
    elif match := re.match(r"(---|\+\+\+) (.*)", line):
        _read_name(match.group(1), _name(match.group(2)), section)
    elif match := re.match(r"(rename|copy) (from|to) (.*)", line):
        verb, side, name = match.groups()
        section.status = verb[0].upper()
        section.moved[side] = _unquoted(name)
    elif match := re.match(r"(new|deleted) file mode (\d+)", line):
        section.status = "A" if match.group(1) == "new" else "D"
        section.mode = match.group(2)
    elif match := re.match(r"(?:new mode|index \S+) (\d+)", line):
        section.mode = match.group(1)
    elif line.startswith(("GIT binary patch", "Binary files ")):
        section.binary = True
    else:
        return line.startswith(_OTHER_HEADERS)
    return True


def _read_name(mark: str, name: str, section: _Section) -> None:
    if name == _NULL:
        section.status = "A" if mark == "---" else "D"
    elif mark == "---":
        section.old = name
    else:
        section.new = name


def _file(section: _Section) -> FileChange:
    old, new = _unprefixed(section.old, section.new)
    old, new = section.moved.get("from", old), section.moved.get("to", new)
    old, new = old or new, new or old
    hunks = read_hunks("\n".join(section.hunks), new)
    status = _status(section.status, hunks, old == new)
    path = old if status == "D" else new
    return FileChange(
        path=path,
        old_path=path if status == "A" else old,
        status=status,
        hunks=hunks,
        added=sum(hunk.added for hunk in hunks),
        removed=sum(hunk.removed for hunk in hunks),
        binary=section.binary and not hunks,
        mode=_mode(section.mode, hunks),
    )


def _status(status: str, hunks: Sequence[Hunk], in_place: bool) -> str:
    """The status, unless the hunks say otherwise: `patch` applies them whatever the header says,
    so a file that keeps a line is not deleted, and one that had a line is not new. Where such a
    patch has two names, `patch` may take either."""
    whole = {"A": LineKind.ADDED, "D": LineKind.REMOVED}.get(status)
    kinds = {line.kind for hunk in hunks for line in hunk.lines}
    if whole is None or kinds <= {whole}:
        return status
    return "M" if in_place else "R"


def _mode(mode: str, hunks: Sequence[Hunk]) -> str:
    """The mode, unless the hunks say otherwise: a link or a submodule is not reviewed, and a
    header must not pass code off as one. A link holds one bare line, a submodule one id."""
    changed = [line for hunk in hunks for line in hunk.lines]
    if mode == SYMLINK_MODE and not all(line.ends_bare for line in changed):
        return ""
    if mode == SUBMODULE_MODE and not all(_SUBPROJECT.match(line.text) for line in changed):
        return ""
    return mode


def _unprefixed(old: str, new: str) -> tuple[str, str]:
    if not old or not new:  # `diff -u` of a file with nothing
        return old.removeprefix("a/"), new.removeprefix("b/")
    return (old[2:], new[2:]) if (old[:2], new[:2]) in _PREFIXES else (old, new)


def _name(text: str) -> str:
    """A name after `---` or `+++`; `diff -u` writes a tab and a time behind it."""
    return _unquoted(text if text.startswith('"') else text.partition("\t")[0])


def _git_names(text: str) -> tuple[str, str]:
    """Both names of a `diff --git` line. Unquoted names may hold blanks; where no other header
    line names them, they are equal but for their prefix, so the line splits in the middle."""
    if text.endswith('"') and (cut := text.rfind(' "', 0, -1)) > 0:
        return _unquoted(text[:cut]), _unquoted(text[cut + 1 :])
    if text.startswith('"') and (cut := text.find('" ', 1)) > 0:
        return _unquoted(text[: cut + 1]), text[cut + 2 :]
    middle = len(text) // 2
    return text[:middle], text[middle + 1 :]


def _unquoted(name: str) -> str:
    r"""Undo git's C-style quoting.

    >>> _unquoted('"b/t\\303\\244st\\t.py"')
    'b/täst\t.py'
    """
    if len(name) < 2 or not (name.startswith('"') and name.endswith('"')):  # noqa: PLR2004
        return name
    raw = bytearray()
    for match in re.finditer(r"\\([0-3][0-7]{2})|\\(.)|([^\\]+)", name[1:-1]):
        octal, escape, literal = match.groups()
        if octal:
            raw.append(int(octal, 8))
        elif escape in _ESCAPES:
            raw.append(_ESCAPES[escape])
        else:
            raw += (escape or literal).encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")
