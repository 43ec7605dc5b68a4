"""The grammars of the extra `[context]`, each loaded when the first file of its language is seen.

The queries stand in `queries/`, as tree-sitter runs them. In `outline/` a match marks a
definition with its kind (@function, @class …), its @name and its @body, or its @head where it has
no body; @comment and @attribute are what may stand above one. In `statements/` each @statement
begins where a long hunk may be cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tree_sitter import Language, Query


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a grammar is to be had, and the query files that are read for it, in this order."""

    module: str
    queries: tuple[str, ...]
    function: str = "language"


_SOURCES = {
    "bash": _Source("tree_sitter_bash", ("bash",)),
    "c": _Source("tree_sitter_c", ("c",)),
    "cpp": _Source("tree_sitter_cpp", ("c", "cpp")),
    "csharp": _Source("tree_sitter_c_sharp", ("csharp",)),
    "go": _Source("tree_sitter_go", ("go",)),
    "java": _Source("tree_sitter_java", ("java",)),
    "javascript": _Source("tree_sitter_javascript", ("javascript", "javascript-fields")),
    "php": _Source("tree_sitter_php", ("php",), "language_php"),
    "python": _Source("tree_sitter_python", ("python",)),
    "ruby": _Source("tree_sitter_ruby", ("ruby",)),
    "rust": _Source("tree_sitter_rust", ("rust",)),
    "tsx": _Source("tree_sitter_typescript", ("javascript", "typescript"), "language_tsx"),
    "typescript": _Source(
        "tree_sitter_typescript", ("javascript", "typescript"), "language_typescript"
    ),
}


@cache
def grammar(language: str) -> Language | None:
    """None where it is not installed."""
    source = _SOURCES[language]
    try:
        from tree_sitter import Language

        module = import_module(source.module)
    except ImportError:
        return None
    return Language(getattr(module, source.function)())


@cache
def query(language: str, folder: Literal["outline", "statements"]) -> Query:
    """The query of an installed grammar. It is compiled once, since that takes 2 to 100 ms."""
    from tree_sitter import Query

    found = grammar(language)
    if found is None:
        raise LookupError(f"the grammar of {language} is not installed")
    files = resources.files(__package__).joinpath("queries", folder)
    parts = (files.joinpath(f"{name}.scm") for name in _SOURCES[language].queries)
    return Query(found, "\n".join(part.read_text("utf-8") for part in parts if part.is_file()))
