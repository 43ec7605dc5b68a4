"""What `.gitattributes` says of files: `linguist-generated` and `linguist-vendored`.

GitHub folds such files in a pull request, so repositories already say it there. The
files are read from the tree or index that is asked for and never from the working tree. The
user's own `.git/info/attributes` and `core.attributesFile` count as well, as they do for git:
no merge request can write to them.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reviewbot.change.git import Git
from reviewbot.change.selection.apart import empty_repository

_GENERATED, _VENDORED = "linguist-generated", "linguist-vendored"
_WORDS = {"set": True, "true": True, "unset": False, "false": False}


@dataclass(frozen=True, slots=True)
class Marks:
    """None where no attribute says either."""

    generated: bool | None = None
    vendored: bool | None = None


def read_marks(git: Git, tree: str, paths: Iterable[str]) -> Mapping[str, Marks]:
    """The marks of the paths by the attributes of a commit or tree (empty: of the index).

    `check-attr --source TREE` came with git 2.40 only. An index of our own, which holds nothing
    but the `.gitattributes` above the paths, costs the same in any repository; `read-tree` of
    the whole tree would cost as much as the repository is large.
    """
    asked = [path for path in dict.fromkeys(paths) if can_be_asked(path)]
    if not asked:
        return {}
    entries = _attribute_files(git, tree, asked)
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
        if entries:
            # Writing an index runs a hook, which this repository's configuration can name.
            digits = entries.index(b"\t") - len(b"100644 ")
            apart = empty_repository(Path(folder), digits)
            # A split index would have its other half where the second question does not look.
            whole = ("-c", "core.splitIndex=false")
            git.answer(entries, *whole, "update-index", "-z", "--index-info", environ=apart)
        # git takes these paths from the folder it stands in, not from the top.
        up = git.answer(b"", "rev-parse", "--show-cdup").strip().decode()
        question = "".join(f"{up}{path}\0" for path in asked).encode("utf-8", "surrogateescape")
        answer = git.answer(
            question, "check-attr", "--cached", "--stdin", "-z", _GENERATED, _VENDORED,
            environ=index,
        )  # fmt: skip
    return dict(zip(asked, _marks(answer), strict=True))


def can_be_asked(path: str) -> bool:
    """A hand-made tree can hold names that git calls outside of the repository, and then it
    answers for no file at all."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts)


def _attribute_files(git: Git, tree: str, paths: Iterable[str]) -> bytes:
    """The `.gitattributes` of the paths' folders as `update-index --index-info` reads them."""
    folders = {folder for path in paths for folder in _above(path)}
    # `cat-file` takes a name a line: a folder with a newline in its name has no marks of its own.
    names = [name for folder in folders if "\n" not in (name := f"{folder}.gitattributes")]
    question = "".join(f"{tree}:{name}\n" for name in names).encode("utf-8", "surrogateescape")
    answer = git.answer(question, "cat-file", "--batch-check=%(objecttype) %(objectname)")
    entries = bytearray()
    for name, line in zip(names, answer.split(b"\n"), strict=False):
        kind, _, blob = line.partition(b" ")
        if kind == b"blob":
            entries += b"100644 %b\t%b\0" % (blob, name.encode("utf-8", "surrogateescape"))
    return bytes(entries)


def _above(path: str) -> Iterator[str]:
    """The folders that hold the path, each with its slash, and the top as an empty name."""
    end = 0
    while True:
        yield path[:end]
        end = path.find("/", end) + 1
        if not end:
            return


def _marks(answer: bytes) -> Iterator[Marks]:
    """`path NUL attribute NUL value NUL`, the two attributes of a path in the order asked."""
    values = answer.decode("utf-8", "surrogateescape").split("\0")[2::3]
    for generated, vendored in zip(values[::2], values[1::2], strict=True):
        yield Marks(_WORDS.get(generated), _WORDS.get(vendored))
