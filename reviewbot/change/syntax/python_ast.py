"""Outline and statements of Python by the standard library, where its grammar is not installed.

It says the same as the grammar for a file that parses, and nothing for one that does not.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from reviewbot.change.syntax.arrange import (
    Above,
    Found,
    borders,
    definitions,
    head_end,
)
from reviewbot.change.syntax.definition import Kind, Outline
from reviewbot.change.syntax.lines import Lines

_Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def outline(source: bytes) -> Outline | None:
    tree = _tree(source)
    return _outline(tree, Lines.of(source)) if tree else None


def statement_starts(source: bytes) -> frozenset[int]:
    tree = _tree(source)
    if tree is None:
        return frozenset()
    lines = Lines.of(source)
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.stmt))
    begun = ((_first(node), node.col_offset) for node in statements)
    # `ast` has an `elif` as a statement of its own; nobody could cut there.
    rows = source.split(b"\n")
    starts = (
        first
        for first, column in begun
        if lines.begins(first, column) and not rows[first - 1].startswith(b"elif", column)
    )
    return borders(starts, _outline(tree, lines).definitions)


def _outline(tree: ast.Module, lines: Lines) -> Outline:
    nodes = list(ast.walk(tree))
    found = [_found(node, lines) for node in nodes if isinstance(node, _Defined)]
    found += [value for node in nodes for value in _values(node)]
    above = [Above(number, number, lines.indents[number]) for number in sorted(lines.comments)]
    imports = [
        (node.lineno, node.end_lineno or node.lineno)
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return Outline(definitions(found, above, lines), tuple(sorted(imports)))


def _tree(source: bytes) -> ast.Module | None:
    if b"\r" in source.replace(b"\r\n", b""):
        return None  # Python ends a line at a lone CR, git does not: their numbers differ
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # the reviewed code's, not ours
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _first(node: ast.stmt) -> int:
    """The line of the first decorator where there is one; `ast` leaves it out."""
    decorators = node.decorator_list if isinstance(node, _Defined) else []
    return min([node.lineno, *(each.lineno for each in decorators)])


def _found(node: _Defined, lines: Lines) -> Found:
    body = node.body[0]
    head_last = head_end(lines, node.lineno, _first(body), body.col_offset)
    kind: Kind = "class" if isinstance(node, ast.ClassDef) else "function"
    at = _offset(node)
    return Found(node.name, at, kind, _first(node), node.end_lineno or node.lineno, head_last)


def _values(node: ast.AST) -> Iterator[Found]:
    """What a module or a class binds to a name of its own."""
    if not isinstance(node, ast.Module | ast.ClassDef):
        return
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        else:
            continue
        if isinstance(target, ast.Name):
            last = statement.end_lineno or statement.lineno
            line = target.lineno
            yield Found(target.id, _offset(target), "value", line, last, line, has_body=False)


def _offset(node: ast.expr | ast.stmt) -> int:
    """A number of its own for each place; a line of source is shorter than the cap on files."""
    return node.lineno * 10_000_000 + node.col_offset
