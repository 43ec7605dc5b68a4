r"""Patch text to `FileChange`s.

`read_patch` takes what people pipe in: git's own patches, `diff -u`, a mail with a signature.
`read_hunks` takes one file's hunks; unidiff parses them, and what it returns is held against
the counts of each header, because unidiff leaves out the lines of a hunk that is longer than
its header says (seen in 0.7.5 and 1.0.1) and a reviewer must not lose a line in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from unidiff.errors import UnidiffParseError
from unidiff.patch import Hunk as ParsedHunk
from unidiff.patch import PatchSet

from reviewbot.change.changeset import FileChange, Hunk, Line, LineKind
from reviewbot.errors import PatchError

_HUNK_HEADER = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_ESCAPES = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_NULL = "/dev/null"
# git's own, and those of `diff.mnemonicPrefix`: commit, index, object, working tree.
_PREFIXES = {("a/", "b/"), ("c/", "i/"), ("c/", "w/"), ("i/", "w/"), ("o/", "w/")}
_OTHER_HEADERS = ("old mode ", "similarity index ", "dissimilarity index ", "index ")


def read_hunks(text: str, path: str) -> tuple[Hunk, ...]:
    """The hunks in `text`, which begins at the first `@@`; empty text has none.

    Raises PatchError where a hunk disagrees with its header.
    """
    if not text:
        return ()
    # The names in the patch are git's to quote and ours to read elsewhere; unidiff only wants
    # to see some. Lines end at "\n" alone: a lone CR, FF or U+2028 is part of a line.
    lines = [f"{line}\n" for line in text.removesuffix("\n").split("\n")]
    headers = [line for line in lines if line.startswith("@@ ")]
    try:
        (file,) = PatchSet(["--- a/file\n", "+++ b/file\n", *lines])
    except (UnidiffParseError, ValueError) as error:
        raise PatchError(f"the patch of {path} cannot be read: {error}") from None
    hunks = tuple(_hunk(parsed, path) for parsed in file)
    kept = sum(len(hunk.lines) for hunk in hunks)
    given = sum(line[0] in "+- " for line in lines)
    if len(hunks) != len(headers) or kept != given:
        raise PatchError(f"the patch of {path} does not agree with its own hunk headers")
    return hunks


def _hunk(parsed: ParsedHunk, path: str) -> Hunk:
    if not parsed.is_valid():
        raise PatchError(f"the patch of {path} does not agree with its own hunk headers")
    lines: list[Line] = []
    for item in parsed:
        if item.line_type == "\\":
            lines[-1] = replace(lines[-1], ends_bare=True)
            continue
        kind = LineKind(item.line_type or " ")
        text = item.value.removesuffix("\n")
        lines.append(Line(kind, text, item.source_line_no, item.target_line_no))
    return Hunk(parsed.source_start, parsed.target_start, tuple(lines), parsed.section_header)


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

    Raises PatchError for a combined diff, a broken hunk, or text that holds no patch at all.
    """
    if not text.strip():
        return ()
    files = tuple(_file(section) for section in _sections(text.split("\n")))
    if not files:
        raise PatchError(
            "that is no patch: it has no `diff --git` and no `---`/`+++` lines",
            "make one with `git diff > change.patch`",
        )
    return files


def _sections(lines: list[str]) -> Iterator[_Section]:
    section: _Section | None = None
    at = 0
    while at < len(lines):
        line = lines[at].removesuffix("\r")
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


def _check_readable(line: str, at: int, section: _Section | None) -> None:
    if line.startswith(("diff --cc ", "diff --combined ", "@@@ ")):
        raise PatchError(
            "a combined diff of a merge cannot be reviewed",
            "diff against one parent: git diff HEAD^1 HEAD",
        )
    if section is not None and line.startswith("@@") and not _HUNK_HEADER.match(line):
        raise PatchError(f"line {at + 1} of the patch is no hunk header: {line[:80]!r}")
    if section is None and _HUNK_HEADER.match(line):
        raise PatchError(f"the hunk at line {at + 1} of the patch belongs to no file")


def _starts_plain(lines: list[str], at: int, section: _Section | None) -> bool:
    """Whether a `---`/`+++` pair here opens a file of its own (`diff -u`), and does not belong
    to the `diff --git` line above it."""
    return _is_pair(lines, at) and (section is None or bool(section.hunks))


def _is_pair(lines: list[str], at: int) -> bool:
    below = lines[at + 1] if at + 1 < len(lines) else ""
    return lines[at].startswith("--- ") and below.startswith("+++ ")


def _hunk_end(lines: list[str], at: int) -> int:
    """The index after the hunk that starts at `at`, told by the counts in its header."""
    match = _HUNK_HEADER.match(lines[at])
    if match is None:
        raise PatchError(f"line {at + 1} of the patch is no hunk header: {lines[at]!r}")
    old, new = (int(count) if count is not None else 1 for count in match.group(2, 4))
    end = at + 1
    while end < len(lines) and (old > 0 or new > 0):
        # Editors and mailers strip the one blank of an empty context line.
        if not lines[end].strip("\r") and end < len(lines) - 1:
            lines[end] = f" {lines[end]}"
        mark = lines[end][:1]
        if not mark or mark not in "+- \\":
            break
        old -= mark in "- "
        new -= mark in "+ "
        end += 1
    if end < len(lines) and lines[end].startswith("\\"):
        end += 1
    if old or new:
        raise PatchError(f"the hunk at line {at + 1} of the patch is cut short")
    rest = lines[end] if end < len(lines) else ""
    signature = rest.rstrip() == "--"
    if rest[:1] in ("+", "-", " ") and not signature and not _is_pair(lines, end):
        raise PatchError(f"the hunk at line {at + 1} of the patch is longer than its header says")
    return end


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
    path = old if section.status == "D" else new
    hunks = read_hunks("\n".join(section.hunks), path)
    return FileChange(
        path=path,
        old_path=path if section.status == "A" else old,
        status=section.status,
        hunks=hunks,
        added=sum(hunk.added for hunk in hunks),
        removed=sum(hunk.removed for hunk in hunks),
        binary=section.binary and not hunks,
        mode=section.mode,
    )


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
        elif escape:
            raw.append(_ESCAPES.get(escape, ord(escape)))
        else:
            raw += literal.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")
