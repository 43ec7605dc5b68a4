"""Any change of any tree is captured whole: applied to the old tree it gives the new one, byte
for byte, and its counts are git's.

A pair is an old and a new tree of a few files, both drawn by hypothesis. Fifty pairs are laid side
by side as folders of one commit and its child, so that one run of git answers for all of them, and
a file may even be renamed from one pair to another. What is counted, and what each test checks in
its last line, are checked pairs that differ from each other and whose two trees differ. Drawing
and checking are apart, because hypothesis varies a drawn batch five times, and 20,000 pairs drawn
in batches held 3,117 different ones.
"""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.patch import read_patch
from reviewbot.changeset import SUBMODULE_MODE, SYMLINK_MODE, FileChange, Scope
from reviewbot.errors import GitError, PatchError
from tests.change import applied

FILE, PROGRAM = "100644", "100755"
# A mode and a content; a submodule's content is its commit id.
Blob = tuple[str, bytes]
Tree = tuple[tuple[bytes, Blob], ...]
Pair = tuple[Tree, Tree]
Forest = dict[str, Blob]

BATCH = 50
OLD, NEW = "refs/heads/main~1", "refs/heads/main"

NAMES = [
    b"a.py",
    b"b c.py",
    b'q"uote.py',
    b"tab\tnew\nline.py",
    b"back\\slash",
    "größe/日本語.py".encode(),
    b"caf\xe9.py",
    b"-dash ",
    b"diff --git a/x b/x",
    b"d",
    b"d/e",
    b"a/b/c",
    b"x => y.py",
]
LINES = [
    b"",
    b"a",
    b"\tif a:",
    b"    return {}",
    b"--- a",
    b"+++ b",
    b"-- a/a.py",
    b"++ b/a.py",
    b"@@ -1 +1 @@",
    b"@@@ -1,1 -1,1 +1,1 @@@",
    b"diff --git a/a.py b/a.py",
    b"diff --cc a.py",
    b"\\ No newline at end of file",
    b"-- ",
    b"- ",
    b"+",
    b"Binary files a and b differ",
    b"GIT binary patch",
    b"* Unmerged path a.py",
    b"rename from a.py",
    b"***************",
    b"index 1234567..89abcde 120000",
    b"Subproject commit " + b"1" * 40,
    b"crlf\r",
    b"\r",
    b"lone\rcr",
    b"form\x0cfeed\x0b\x1c\x1d\x1e",
    "next\u0085line\u2028and\u2029more".encode(),
    b"\xe9t\xe9 \xff\xfe \xed\xa0\x80 \xf0\x9f",
    "\ufeffbom 日本語 😀".encode(),
    b"x" * 300,
]
# A stem makes two contents alike enough for git to call one a rename of the other.
# The last two are alike as well, though one is binary.
STEMS = [
    b"",
    b"".join(b"line %d\n" % number for number in range(30)),
    b"one\r\n" * 9,
    b"z" * 300 + b"\n",
    b"\0\1\n" + b"z" * 300 + b"\n",
]
# Some of the files are checked once more as those that an attribute calls binary.
HIDING = b"d -diff\n*.py -diff\n"
LINKS = [b"a.py", b"../out", b"/etc/passwd", b"/dev/null"]

_SOME_LINES = st.lists(st.sampled_from(LINES), max_size=8)
_PLAIN = st.builds(
    lambda stem, lines, end: stem + b"\n".join(lines) + end,
    st.sampled_from(STEMS),
    _SOME_LINES,
    st.sampled_from([b"\n", b"", b"\r\n", b"\n\n"]),
)
# git looks for a NUL among the first 8000 bytes alone: the second of these is text.
_CONTENT = st.one_of(
    *[_PLAIN] * 8, st.sampled_from([b"", b"\0", b"y\n" * 4000 + b"\0\n", b"y" * 7999 + b"\0"])
)
_BLOB = st.one_of(
    *[st.tuples(st.sampled_from([FILE, PROGRAM]), _CONTENT)] * 6,
    st.tuples(st.just(SYMLINK_MODE), st.sampled_from(LINKS)),
    st.tuples(st.just(SUBMODULE_MODE), st.sampled_from([b"1" * 40, b"2" * 40])),
)
_TREE = st.dictionaries(st.sampled_from(NAMES), _BLOB, min_size=1, max_size=4)


@st.composite
def _pairs(draw: st.DrawFn) -> Pair:
    """An old tree; the new one is the old one with each file kept, edited, moved or dropped."""
    old = _without_clashes(draw(_TREE))
    new = draw(st.dictionaries(st.sampled_from(NAMES), _BLOB, max_size=2))
    for name, blob in old.items():
        fate = draw(st.sampled_from(["edit", "edit", "keep", "move", "drop", "mode"]))
        if fate == "move":
            name = draw(st.sampled_from(NAMES))  # noqa: PLW2901
        if fate in ("edit", "move"):
            blob = draw(_edited(blob))  # noqa: PLW2901
        if fate == "mode":
            blob = (draw(st.sampled_from([FILE, PROGRAM])), blob[1])  # noqa: PLW2901
        if fate != "drop":
            new.setdefault(name, blob)
    return tuple(sorted(old.items())), tuple(sorted(_without_clashes(new).items()))


@st.composite
def _edited(draw: st.DrawFn, blob: Blob) -> Blob:
    mode, content = blob
    if mode in (SYMLINK_MODE, SUBMODULE_MODE):
        return blob
    lines = content.split(b"\n")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(lines)))
        lines[at : at + draw(st.integers(0, 3))] = draw(
            st.lists(st.sampled_from(LINES), max_size=3)
        )
    return mode, b"\n".join(lines)


def _without_clashes(tree: Mapping[bytes, Blob]) -> dict[bytes, Blob]:
    """A name cannot be a file and a folder at once."""
    folders = {name[:at] for name in tree for at in range(len(name)) if name[at : at + 1] == b"/"}
    return {name: blob for name, blob in tree.items() if name not in folders}


def _forest(trees: Sequence[Tree]) -> Forest:
    return {
        f"{number:02}/{name.decode('utf-8', 'surrogateescape')}": blob
        for number, tree in enumerate(trees)
        for name, blob in tree
    }


def _commit(forest: Forest) -> bytes:
    """A commit of the forest, as `git fast-import` reads it."""
    parts = [b"commit refs/heads/main\ncommitter t <t@localhost> 0 +0000\ndata 1\nx\ndeleteall\n"]
    for path, (mode, content) in forest.items():
        octal = "".join(f"\\{byte:03o}" for byte in path.encode("utf-8", "surrogateescape"))
        name = f'"{octal}"'.encode()
        if mode == SUBMODULE_MODE:
            parts.append(b"M 160000 %s %s\n" % (content, name))
        else:
            size = len(content)
            parts.append(b"M %s inline %s\ndata %d\n%s\n" % (mode.encode(), name, size, content))
    return b"".join(parts)


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> bytes:
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=True).stdout


def _numstat(folder: Path) -> dict[str, tuple[int, int] | None]:
    """git's counts by new path, None where it prints a dash."""
    output = _git(folder, "diff-tree", "-r", "-M50%", "--numstat", "-z", OLD, NEW)
    tokens = iter(output.decode("utf-8", "surrogateescape").split("\0")[:-1])
    counts: dict[str, tuple[int, int] | None] = {}
    for token in tokens:
        added, removed, path = token.split("\t", 2)
        if not path:
            _, path = next(tokens), next(tokens)
        counts[path] = None if added == "-" else (int(added), int(removed))
    return counts


def _id(blob: Blob) -> str:
    mode, content = blob
    if mode == SUBMODULE_MODE:
        return content.decode()
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content), usedforsecurity=False).hexdigest()


def _is_binary(content: bytes) -> bool:
    return b"\0" in content[:8000]


def _grown(old: Forest, files: Sequence[FileChange], new: Forest) -> Forest:
    """The old forest after the change. Content that has no lines is known by its id."""
    by_id = {_id(blob): blob[1] for blob in new.values()}
    gone = {file.old_path for file in files if file.status in "DR"}
    result = {path: blob for path, blob in old.items() if path not in gone}
    for file in files:
        before = b"" if file.status == "A" else old[file.old_path][1]
        assert file.old_blob == ("" if file.status == "A" else _id(old[file.old_path]))
        if file.status == "D":
            assert file.binary == _is_binary(before)
        elif file.binary or file.status == "T" or file.mode == SUBMODULE_MODE:
            assert file.status == "T" or file.binary == _is_binary(by_id[file.new_blob])
            result[file.path] = (file.mode, by_id[file.new_blob])
        else:
            result[file.path] = (file.mode, applied(before, file))
    return result


def _check_counts(folder: Path, old: Forest, new: Forest, files: Sequence[FileChange]) -> None:
    """git counts no lines of a file that it takes for binary, now or before; where it is text, we
    show it."""
    counts = _numstat(folder)
    assert list(counts) == [file.path for file in files]
    for file in files:
        counted = counts[file.path]
        if counted is None and not file.binary and file.status != "T":
            before = b"" if file.status == "A" else old[file.old_path][1]
            after = b"" if file.status == "D" else new[file.path][1]
            counted = (file.added, file.removed)
            assert file.added - file.removed == _line_count(after) - _line_count(before)
        assert (file.added, file.removed) == (counted or (0, 0))


def _line_count(content: bytes) -> int:
    return len(content.removesuffix(b"\n").split(b"\n")) if content else 0


def _check_text(text: str, files: Sequence[FileChange]) -> None:
    """What capture saw, read from a patch again. Text shows a changed type as two files."""
    read = iter(read_patch(text))
    for file in files:
        found = next(read)
        if file.status == "T":
            again = next(read)
            assert [(part.status, part.path) for part in (found, again)] == [
                ("D", file.path),
                ("A", file.path),
            ]
            continue
        assert (found.path, found.old_path, found.status) == (
            file.path,
            file.old_path,
            file.status,
        )
        assert found.binary or found.hunks == file.hunks
        assert found.binary or (found.added, found.removed) == (file.added, file.removed)
        assert found.binary or not file.binary or file.old_blob == file.new_blob
        assert found.mode == file.mode or file.status == "D" or not found.changed
    assert next(read, None) is None


def _check_capture(folder: Path, old: Forest, new: Forest) -> Sequence[FileChange]:
    files = capture(Git(folder), Scope("range", "pairs", base=OLD, head=NEW)).files
    assert _grown(old, files, new) == new
    _check_counts(folder, old, new, files)
    return files


def _check(pairs: Sequence[Pair], root: Path) -> None:
    old, new = _forest([old for old, _ in pairs]), _forest([new for _, new in pairs])
    with tempfile.TemporaryDirectory(dir=root) as name:
        folder = Path(name)
        _git(folder, "init", "--quiet", "--bare", "--template=")
        _git(folder, "fast-import", "--quiet", stdin=_commit(old) + _commit(new))
        files = _check_capture(folder, old, new)
        for command in (("diff", OLD, NEW), ("format-patch", "--stdout", "-1", NEW)):
            text = _git(folder, *command).decode("utf-8", "surrogateescape")
            _check_text(text, files)
            _check_text(text.replace("\n", "\r\n"), files)
        (folder / "info").mkdir()
        (folder / "info" / "attributes").write_bytes(HIDING)
        _check_capture(folder, old, new)


def _drawn(wanted: int) -> list[Pair]:
    """As many different pairs; twice as many are drawn, since a third comes again."""
    pairs: dict[Pair, None] = {}

    @settings(max_examples=2 * wanted, suppress_health_check=[HealthCheck.too_slow])
    @given(_pairs())
    def draw(pair: Pair) -> None:
        if pair[0] != pair[1]:
            pairs[pair] = None

    draw()
    return list(pairs)[:wanted]


def _check_many(wanted: int, root: Path) -> None:
    pairs = _drawn(wanted)
    count = 0
    for begin in range(0, wanted, BATCH):
        batch = pairs[begin : begin + BATCH]
        try:
            _check(batch, root)
        except (AssertionError, GitError, PatchError):
            for pair in batch:
                _check([pair], root)  # name the one that fails by itself
            raise
        count += len(batch)
    assert count == wanted == len(set(pairs))


def test_200_pairs_of_trees(tmp_path: Path) -> None:
    _check_many(200, tmp_path)


@pytest.mark.slow
def test_10_000_pairs_of_trees(tmp_path: Path) -> None:
    _check_many(10_000, tmp_path)
