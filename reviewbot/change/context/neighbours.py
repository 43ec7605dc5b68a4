"""Which other files of the repository a file may use: those that its imports name, and those of
its own package where the language sees them without an import.

The words of an import statement are matched with paths: `from shop.cart import total` leads to
`shop/cart.py`, `import com.acme.Order` to `com/acme/Order.java`, `#include "net/http.h"` to
`net/http.h`. One rule for twelve languages; what it finds is looked at for the names in question
and shown only where one definition has the name, so that a file too many costs time alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePosixPath

from reviewbot.change.context.names import words
from reviewbot.change.context.source import Source

# Files looked at for one changed file.
MOST_FOR_ONE = 8
# Imports, words of one, and files of one name in folders of one name that are considered.
_MOST_IMPORTS = 300
_MOST_WORDS = 40
_MOST_ALIKE = 40

# A file that stands for its folder.
_FOLDERS = frozenset({"__init__", "index", "mod", "lib", "main"})
# Folders that imports leave out.
_ROOTS = frozenset({"", "src", "lib", "include", "app", "source"})
_FAMILIES = (
    frozenset({".py", ".pyi"}),
    frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"}),
    frozenset({".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx"}),
)
_DOTTED = re.compile(r"\w[\w-]*(?:\.\w[\w-]*)*")
# Files of one folder see each other.
_PACKAGES = frozenset({".go", ".java", ".cs"})


class Neighbours:
    """The tracked files of one side of a change, by the names that lead to them."""

    def __init__(self, paths: Iterable[str]) -> None:
        # By the names of folder and file, which an import mostly says both: a large repository
        # has thousands of files named `utils`.
        self._by_names: dict[tuple[str, str], list[PurePosixPath]] = {}
        self._by_folder: dict[str, list[PurePosixPath]] = {}
        for path in map(PurePosixPath, paths):
            named = path.parent if path.stem in _FOLDERS else path
            self._by_names.setdefault((named.parent.name, named.stem), []).append(path)
            if path.suffix in _PACKAGES:
                self._by_folder.setdefault(str(path.parent), []).append(path)

    def of(self, source: Source, names: Iterable[str]) -> list[str]:
        """The paths of at most `MOST_FOR_ONE` files that may define what the source uses, the
        likeliest first."""
        home = PurePosixPath(source.path)
        found = dict.fromkeys([*self._imported(source, home), *self._packaged(home, names)])
        found.pop(home, None)
        return [str(path) for path in found][:MOST_FOR_ONE]

    def _imported(self, source: Source, home: PurePosixPath) -> list[PurePosixPath]:
        """By how many parts of the path the statement names, its suffix too, and how near it is."""
        scored: dict[PurePosixPath, tuple[int, bool, bool]] = {}
        imports = source.outline.imports if source.outline else ()
        for first, last in imports[:_MOST_IMPORTS]:
            said = _said(source.lines[first - 1 : last])
            for path in self._named(said, home):
                parts = sum(part in said for part in (*path.parent.parts, path.stem))
                score = (parts, path.name in said, path.parent == home.parent)
                scored[path] = max(scored.get(path, score), score)
        return sorted(sorted(scored), key=lambda path: scored[path], reverse=True)

    def _named(self, said: Mapping[str, None], home: PurePosixPath) -> Iterator[PurePosixPath]:
        folders = {*islice(said, _MOST_WORDS), *_ROOTS, home.parent.name}
        for name in islice(said, _MOST_WORDS):
            for folder in folders:
                for path in islice(self._by_names.get((folder, name), ()), _MOST_ALIKE):
                    above = path.parent.parent if path.stem in _FOLDERS else path.parent
                    reachable = folder in said or folder in _ROOTS or above == home.parent
                    if reachable and _alike(path, home):
                        yield path

    def _packaged(self, home: PurePosixPath, names: Iterable[str]) -> list[PurePosixPath]:
        """Files named as a name in use (a class of Java), then the rest of the package."""
        beside = [path for path in self._by_folder.get(str(home.parent), ()) if _alike(path, home)]
        wanted = set(names)
        return sorted(beside, key=lambda path: (path.stem not in wanted, str(path)))


def _said(statement: Sequence[str]) -> dict[str, None]:
    """The names in an import statement, those with dashes and dots too: `./cart-item.model`."""
    dotted = [name for line in statement for name in _DOTTED.findall(line)]
    stems = (name.rpartition(".")[0] for name in dotted)
    return words(statement) | dict.fromkeys([*dotted, *stems])


def _alike(path: PurePosixPath, home: PurePosixPath) -> bool:
    """Whether two files are of one language."""
    if path.suffix == home.suffix:
        return True
    return any(path.suffix in family and home.suffix in family for family in _FAMILIES)
