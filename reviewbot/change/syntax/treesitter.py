"""Outline and borders of a file by its tree-sitter grammar.

Queries walk the tree in C and hand over only what they were asked for; Python objects, one for
each node, would cost more than the parse.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from tree_sitter import Language, Node, Parser, QueryCursor

from reviewbot.change.syntax.arrange import Above, Found, borders, definitions, head_end
from reviewbot.change.syntax.definition import Kind, Outline, Span
from reviewbot.change.syntax.grammar import query
from reviewbot.change.syntax.lines import Lines

_KINDS: tuple[Kind, ...] = get_args(Kind)

Captures = Mapping[str, Sequence[Node]]


def outline(grammar: Language, language: str, source: bytes) -> Outline:
    root = Parser(grammar).parse(source).root_node
    return _outline(root, language, source, Lines.of(source))


def statement_starts(grammar: Language, language: str, source: bytes) -> frozenset[int]:
    root = Parser(grammar).parse(source).root_node
    lines = Lines.of(source)
    nodes = QueryCursor(query(language, "statements")).captures(root).get("statement", ())
    points = (node.start_point for node in nodes if not node.is_extra)
    starts = (row + 1 for row, column in points if lines.begins(row + 1, column))
    return borders(starts, _outline(root, language, source, lines).definitions)


def _outline(root: Node, language: str, source: bytes, lines: Lines) -> Outline:
    found: list[Found] = []
    above: list[Above] = []
    imports: set[Span] = set()
    for _, captures in QueryCursor(query(language, "outline")).matches(root):
        imports.update(_span(node) for node in captures.get("import", ()))
        above += _above(captures, lines)
        found += _found(captures, source, lines)
    # `const fs = require("fs")` is an import and no value.
    kept = [one for one in found if one.kind != "value" or (one.first, one.last) not in imports]
    return Outline(definitions(kept, above, lines), tuple(sorted(imports)))


def _span(node: Node) -> Span:
    """A node whose last character is a newline ends on the line before that of its end."""
    first = node.start_point[0]
    last, column = node.end_point
    return first + 1, last + 1 if column or last == first else last


def _above(captures: Captures, lines: Lines) -> Iterator[Above]:
    for name in ("comment", "attribute"):
        for node in captures.get(name, ()):
            first, last = _span(node)
            column = node.start_point[1]
            end_row, end_column = node.end_point
            if end_row == last - 1 and not lines.finishes(last, end_column):
                continue  # code stands behind it
            if not lines.begins(first, column):
                continue
            while name == "attribute" and last < len(lines) and lines.blank(last + 1):
                last += 1  # a decorator reaches over blank lines
            yield Above(first, last, column)


def _found(captures: Captures, source: bytes, lines: Lines) -> Iterator[Found]:
    kind = next((kind for kind in _KINDS if kind in captures), None)
    if kind is None:
        return
    name, body = captures["name"][0], captures.get("body")
    first, last = _span(captures[kind][0])
    if body:
        row, column = body[0].start_point
        head_last = head_end(lines, first, row + 1, column)
    else:
        head_last = _span(captures.get("head", [name])[0])[1]
    text = source[name.start_byte : name.end_byte].decode("utf-8", "surrogateescape")
    yield Found(text.strip("\"':"), name.start_byte, kind, first, last, head_last, bool(body))
