"""Every kind of change and of name, through each door: the index, a commit, a patch."""

from __future__ import annotations

import codecs
import subprocess
from dataclasses import dataclass
from typing import Literal

import pytest

from reviewbot.change.capture import capture
from reviewbot.change.git import Git
from reviewbot.change.patch import read_patch
from reviewbot.change.scope import commit
from reviewbot.changeset import FileChange
from tests.change import applied, captured
from tests.conftest import Repository

LINES = "".join(f"line {number}\n" for number in range(1, 13)).encode()
EDITED = LINES.replace(b"line 3\n", b"third\n")
LINK, MODULE, PLAIN, PROGRAM = "120000", "160000", "100644", "100755"
ONE, TWO = b"1" * 40, b"2" * 40
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12\n"

Door = Literal["index", "commit", "patch", "raw patch"]
# Mode and content by path; the content of a submodule is its commit.
Tree = dict[str, tuple[str, bytes]]


@dataclass(frozen=True)
class Kind:
    """Two trees, and what is to be seen of `path` between them."""

    old: Tree
    new: Tree
    path: str
    status: str
    added: int = 0
    removed: int = 0
    old_path: str = ""
    binary: bool = False
    text: bool = True


def _edit(old: bytes, new: bytes, added: int = 1, removed: int = 1) -> Kind:
    return Kind({"f": (PLAIN, old)}, {"f": (PLAIN, new)}, "f", "M", added, removed)


def _named(name: str) -> Kind:
    return Kind({name: (PLAIN, LINES)}, {name: (PLAIN, EDITED)}, name, "M", 1, 1)


def _added(mode: str, content: bytes, lines: int, *, binary: bool = False) -> Kind:
    return Kind({}, {"f": (mode, content)}, "f", "A", lines, 0, binary=binary, text=not binary)


def _gone(mode: str, content: bytes, lines: int, *, binary: bool = False) -> Kind:
    return Kind({"f": (mode, content)}, {}, "f", "D", 0, lines, binary=binary, text=not binary)


F, X = {"f": (PLAIN, LINES)}, {"f": (PROGRAM, LINES)}
BINARY, OTHER = b"\0\1\2" * 9, b"\0\3\4" * 9
PICTURE = b"\0" + LINES
BIG = b"x" * 7999 + b"\n"

KINDS: dict[str, Kind] = {
    "rename": Kind(F, {"g": (PLAIN, LINES)}, "g", "R", old_path="f"),
    "rename with an edit": Kind(F, {"g": (PLAIN, EDITED)}, "g", "R", 1, 1, old_path="f"),
    "rename with a mode": Kind(F, {"g": (PROGRAM, LINES)}, "g", "R", old_path="f"),
    "rename between folders": Kind(
        {"a/x/f": (PLAIN, LINES)}, {"b/x/f": (PLAIN, EDITED)}, "b/x/f", "R", 1, 1, old_path="a/x/f"
    ),
    "rename of a binary file with an edit": Kind(
        {"f": (PLAIN, PICTURE)},
        {"g": (PLAIN, PICTURE + b"\1")},
        "g",
        "R",
        old_path="f",
        binary=True,
        text=False,
    ),
    "copy": Kind(F, F | {"g": (PLAIN, LINES)}, "g", "A", 12),
    "mode": Kind(F, X, "f", "M"),
    "mode with an edit": Kind(F, {"f": (PROGRAM, EDITED)}, "f", "M", 1, 1),
    "link added": _added(LINK, b"to", 1),
    "link changed": Kind({"f": (LINK, b"to")}, {"f": (LINK, b"there")}, "f", "M", 1, 1),
    "link removed": _gone(LINK, b"to", 1),
    "submodule added": _added(MODULE, ONE, 1),
    "submodule moved on": Kind({"f": (MODULE, ONE)}, {"f": (MODULE, TWO)}, "f", "M", 1, 1),
    "submodule removed": _gone(MODULE, ONE, 1),
    "binary added": _added(PLAIN, BINARY, 0, binary=True),
    "binary changed": Kind(
        {"f": (PLAIN, BINARY)}, {"f": (PLAIN, OTHER)}, "f", "M", binary=True, text=False
    ),
    "binary removed": _gone(PLAIN, BINARY, 0, binary=True),
    "text to binary": Kind(F, {"f": (PLAIN, OTHER)}, "f", "M", binary=True, text=False),
    "large-file pointer": _edit(POINTER % (b"a" * 64), POINTER % (b"b" * 64)),
    "removed": _gone(PLAIN, LINES, 12),
    "empty file added": _added(PLAIN, b"", 0),
    "empty file removed": _gone(PLAIN, b"", 0),
    "emptied": _edit(LINES, b"", 0, 12),
    "filled": _edit(b"", LINES, 12, 0),
    "no newline in the old": _edit(b"a\nb", b"a\nb\n"),
    "no newline in the new": _edit(b"a\nb\n", b"a\nb"),
    "no newline in both": _edit(b"a\nb", b"a\nc"),
    "no newline, context": _edit(b"a\nb\nc", b"A\nb\nc"),
    "CRLF": _edit(b"a\r\nb\r\n", b"a\r\nc\r\n"),
    "CRLF to LF": _edit(b"a\r\nb\r\n", b"a\nb\n", 2, 2),
    "mixed ends": _edit(b"a\r\nb\nc\rd\n", b"a\r\nb\r\nc\rd\n"),
    "lone CR": _edit(b"a\rb\rc", b"a\rB\rc"),
    "CR at the end": _edit(b"a\nb\r", b"a\nc\r"),
    "other separators": _edit(
        "a\x0b\x0c\x1c\u2028\u0085b\n".encode(), "a\x0b\x0c\x1c\u2028\n".encode()
    ),
    "UTF-8": _edit("größe\n日本\n".encode(), "größe\n日本語\n".encode()),
    "UTF-8 with a mark": _edit(codecs.BOM_UTF8 + b"a\n", codecs.BOM_UTF8 + b"b\n"),
    "Latin-1": _edit("é\n".encode("latin-1"), "è\n".encode("latin-1")),
    "UTF-16": Kind(
        {"f": (PLAIN, "a\n".encode("utf-16"))},
        {"f": (PLAIN, "b\n".encode("utf-16"))},
        "f",
        "M",
        binary=True,
        text=False,
    ),
    "invalid bytes": _edit(b"\xff\xfe\xed\xa0\x80\n", b"\xff\xfe\xc0\xaf\n"),
    "NUL behind git's probe": _edit(BIG + b"\0a\n", BIG + b"\0b\n"),
    "lines like headers": _edit(
        b"-- a/x\n++ b/x\n@@ -1 +1 @@\n", b"-- b/x\n++ b/y\ndiff --git a/x b/x\n", 3, 3
    ),
}
NAMES = [
    "with space",
    'quo"te',
    "quo'te",
    "tab\there",
    "new\nline",
    "back\\slash",
    "größe",
    "日本語/ファイル",
    "caf\udce9",
    "-dash",
    "--cached",
    ":(top)f",
    ":colon",
    "trailing ",
    "trailing.",
    "tab\t",
    "a/f",
    "b/f",
    "a/b/a",
    "a b/a b",
    "b/a b/b",
    "x b/x",
    "dev/null",
    "dev/null b/dev/null",
    "diff --git a/x b/x",
    "rename from x",
    "\x1b[31m",
    "star*",
    "[a]",
    "HEAD",
    "carriage\rreturn",
    "a\u2028b",
]
KINDS |= {f"name {name!r}": _named(name) for name in NAMES}


def _object(repository: Repository, mode: str, content: bytes) -> str:
    if mode == MODULE:
        return content.decode()
    done = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=repository.path,
        input=content,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().strip()


def _stage(repository: Repository, tree: Tree) -> None:
    """The tree as the index, without a working tree: no system keeps all these names."""
    rows = [
        f"{mode} {_object(repository, mode, content)}\t{path}\0"
        for path, (mode, content) in tree.items()
    ]
    repository.git("read-tree", "--empty")
    subprocess.run(
        ["git", "update-index", "-z", "--index-info"],
        cwd=repository.path,
        input="".join(rows).encode("utf-8", "surrogateescape"),
        check=True,
    )


def _through(door: Door, repository: Repository, *options: str) -> list[FileChange]:
    if door == "index":
        return list(captured(repository).values())
    if door == "commit":
        repository.commit()
        git = Git(repository.path)
        return list(capture(git, commit(git, "HEAD")).files)
    quoting = "true" if door == "patch" else "false"
    done = subprocess.run(
        ["git", "-c", f"core.quotePath={quoting}", "diff", "--cached", "--binary", *options],
        cwd=repository.path,
        capture_output=True,
        check=True,
    )
    return list(read_patch(done.stdout.decode("utf-8", "surrogateescape")))


def _change(repository: Repository, old: Tree, new: Tree) -> None:
    _stage(repository, old)
    repository.commit()
    _stage(repository, new)


@pytest.mark.parametrize("door", ["index", "commit", "patch", "raw patch"])
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_change_is_seen_as_what_it_is(
    repository: Repository, name: str, door: Door
) -> None:
    kind = KINDS[name]
    _change(repository, kind.old, kind.new)
    (file,) = _through(door, repository)
    assert (file.path, file.old_path) == (kind.path, kind.old_path or kind.path)
    assert (file.status, file.added, file.removed) == (kind.status, kind.added, kind.removed)
    assert file.binary == kind.binary
    if kind.text:
        old, new = (_text(tree, path) for tree, path in _sides(kind))
        assert applied(old, file) == new


def _text(tree: Tree, path: str) -> bytes:
    """What git shows of an entry: of a submodule, the name of its commit."""
    mode, content = tree.get(path, ("", b""))
    return b"Subproject commit %s\n" % content if mode == MODULE else content


def _sides(kind: Kind) -> tuple[tuple[Tree, str], tuple[Tree, str]]:
    """Where the text of both sides stands; a copy is an added file."""
    old: Tree = {} if kind.status == "A" else kind.old
    return (old, kind.old_path or kind.path), (kind.new, kind.path)


@pytest.mark.parametrize("door", ["index", "commit", "patch"])
def test_the_new_mode_is_told(repository: Repository, door: Door) -> None:
    old = {name: (PLAIN, name.encode() * 50) for name in ("m", "e", "r")}
    new = {
        "m": (PROGRAM, b"m" * 50),
        "e": (PROGRAM, b"edited"),
        "s": (PROGRAM, b"r" * 50),
        "l": (LINK, b"to"),
        "u": (MODULE, ONE),
        "p": (PLAIN, b"p"),
    }
    _change(repository, old, new)
    modes = {file.path: file.mode for file in _through(door, repository)}
    assert modes == {path: mode for path, (mode, _) in new.items()}


@pytest.mark.parametrize(("old", "new"), [(PLAIN, LINK), (LINK, PLAIN), (PLAIN, MODULE)])
def test_a_change_of_type_has_one_entry_or_in_a_patch_two(
    repository: Repository, old: str, new: str
) -> None:
    content = {PLAIN: b"text\n", LINK: b"to", MODULE: ONE}
    _change(repository, {"f": (old, content[old])}, {"f": (new, content[new])})
    (file,) = _through("index", repository)
    assert (file.status, file.mode, file.hunks) == ("T", new, ())
    files = _through("patch", repository)
    assert [(file.status, file.mode) for file in files] == [("D", old), ("A", new)]
    assert _through("commit", repository) == [file]


@pytest.mark.parametrize("door", ["index", "commit", "patch"])
def test_a_binary_file_that_only_moves_has_no_lines(repository: Repository, door: Door) -> None:
    """A patch does not show what is in it."""
    _change(repository, {"f": (PLAIN, BINARY)}, {"g": (PLAIN, BINARY)})
    (file,) = _through(door, repository)
    assert (file.status, file.old_path, file.changed, file.hunks) == ("R", "f", 0, ())
    assert file.binary == (door != "patch")


def test_a_patch_may_tell_of_a_copy(repository: Repository) -> None:
    old = {"f": (PLAIN, LINES)}
    _change(repository, old, old | {"g": (PLAIN, EDITED)})
    (file,) = _through("patch", repository, "--find-copies-harder")
    assert (file.status, file.old_path, file.path) == ("C", "f", "g")
    assert applied(LINES, file) == EDITED


@pytest.mark.parametrize("door", ["index", "commit", "patch", "raw patch"])
def test_all_names_at_once_keep_their_own_lines(repository: Repository, door: Door) -> None:
    old: Tree = dict.fromkeys(NAMES, (PLAIN, LINES))
    new: Tree = {name: (PLAIN, LINES + b"%d\n" % at) for at, name in enumerate(NAMES)}
    _change(repository, old, new)
    files = {file.path: file for file in _through(door, repository)}
    assert {name: applied(LINES, files[name]) for name in NAMES} == {
        name: content for name, (_, content) in new.items()
    }
