"""The facts of a file by its tree-sitter grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Language, Node, Parser, Query, QueryCursor

from reviewbot.change.syntax import treesitter
from reviewbot.change.syntax.definition import Definition, Outline, Span
from reviewbot.change.syntax.facts import Facts, Function

# Literals whose inside is another language, or none.
_TEXT = re.compile(r"string|template|text|heredoc|preproc_arg")
_JS_NAMES = ("identifier", "shorthand_property_identifier")
# Lines that begin at the margin and open a block in which a definition is bound in some case only.
_BLOCK = re.compile(r"(?:\s|$|(?:if|else|for|while|do|try|switch|with)\b|[{(])")
_NAMES = {
    "c": ("identifier", "type_identifier"),
    "cpp": ("identifier", "type_identifier"),
    "go": ("identifier", "type_identifier", "package_identifier"),
    "java": ("identifier", "type_identifier"),
    "javascript": _JS_NAMES,
    "rust": ("identifier", "type_identifier"),
    "tsx": (*_JS_NAMES, "type_identifier"),
    "typescript": (*_JS_NAMES, "type_identifier"),
}
# How a head writes a parameter: {} is the name.
_GO = r"[(,]\s*{}(?=\s*,|\s+[\w*\[.(])"
_TYPED = r"[\w>\]*&]\s+[*&]*{}\s*(?=[,)\[])"
_UNTYPED = r"[(,]\s*(?:\.\.\.)?{}\s*(?=[,):=?])"
_PARAMETER = {"go": _GO, "javascript": _UNTYPED, "tsx": _UNTYPED, "typescript": _UNTYPED}
_SCRIPT_IMPORT = re.compile(
    r"^import\s+(?!type\b)(?P<clause>[^'\"]+?)\s+from\s"
    r"|^(?:const|let|var)\s+(?P<bound>\{[^}]*\}|\w+)\s*=\s*require\(",
    re.DOTALL,
)
_NAMED = re.compile(r"(?P<name>[\w$]+)\s*(?:as\s+|:\s*)?(?P<alias>[\w$]+)?")
_GO_IMPORT = re.compile(r"(?:^|[\s(])(?:(?P<alias>[\w.]+)\s+)?\"(?:[^\"\n]*/)?(?P<name>\w+)\"")
_JAVA_IMPORT = re.compile(r"^import\s+(?:static\s+)?[\w.]+\.(?P<name>\w+)\s*;")


def facts(grammar: Language, language: str, source: bytes) -> Facts:
    root = Parser(grammar).parse(source).root_node
    if root.has_error:
        return Facts(whole=False)
    lines = source.decode("utf-8", "surrogateescape").split("\n")
    outline = treesitter.outline(grammar, language, source)
    return Facts(
        whole=True,
        texts=tuple(_texts(root)),
        bound=_bound(outline, language, lines),
        functions=tuple(_functions(outline.definitions, language, lines)),
        uses=_uses(grammar, root, language, source),
    )


def _texts(root: Node) -> Iterator[Span]:
    """Only nodes of several lines are gone into, so few Python objects are made."""
    left = [root]
    while left:
        node = left.pop()
        first, last = node.start_point[0], node.end_point[0]
        if first == last:
            continue
        if _TEXT.search(node.type):
            yield first + 1, last + 1
        else:
            left.extend(node.children)


def _bound(outline: Outline, language: str, lines: Sequence[str]) -> dict[str, int]:
    """What stands in no other definition and in no block, and what imports bind."""
    found: dict[str, int] = {}
    reached = 0
    for one in outline.definitions:
        margin = one.first > reached and not _BLOCK.match(lines[one.first - 1])
        # A method is no name of its own, nor is the tag of a struct in C.
        if margin and one.kind != "method" and not (language == "c" and one.kind == "type"):
            found.setdefault(one.name, one.first)
        reached = max(reached, one.last)
    for first, last in outline.imports:
        for name in _imported("\n".join(lines[first - 1 : last]), language):
            found.setdefault(name, first)
    return found


def _imported(statement: str, language: str) -> Iterator[str]:
    if language == "go":
        for found in _GO_IMPORT.finditer(statement):
            yield found["alias"] or found["name"]
    elif language == "java" and (one := _JAVA_IMPORT.match(statement)):
        yield one["name"]
    elif language in _PARAMETER and (one := _SCRIPT_IMPORT.match(statement)):
        clause = (one["clause"] or one["bound"]).replace("* as ", "")
        for part in re.split(r"[{},]", clause):
            named = _NAMED.fullmatch(part.strip())
            # `import { type T }` binds nothing that runs.
            if named and named["name"] != "type":
                yield named["alias"] or named["name"]


def _functions(
    found: Sequence[Definition], language: str, lines: Sequence[str]
) -> Iterator[Function]:
    pattern = _PARAMETER.get(language, _TYPED).format(r"(?P<name>[A-Za-z_$][\w$]*)")
    for one in found:
        if one.kind in {"function", "method"}:
            taken = _taken("\n".join(lines[one.first - 1 : one.head_last]), one.name)
            names = (each["name"] for each in re.finditer(pattern, taken))
            yield Function(one.first, one.last, frozenset(names))


def _taken(head: str, name: str) -> str:
    """What stands between the first brackets behind the name, without brackets inside of them:
    a parameter's type may have parameters of its own."""
    behind = [found.end() for found in re.finditer(rf"{re.escape(name)}\b[^()]*\(", head)]
    kept, depth = ["("], 1
    for character in head[behind[-1] :] if behind else "":
        depth -= character in ")]}"
        if depth == 1 or (depth == 0 and character == ")"):
            kept.append(character)
        if depth == 0:
            break
        depth += character in "([{"
    return "".join(kept)


def _uses(
    grammar: Language, root: Node, language: str, source: bytes
) -> dict[str, tuple[int, ...]]:
    kinds = _NAMES.get(language, ("identifier",))
    query = Query(grammar, " ".join(f"({kind}) @name" for kind in kinds))
    found: dict[str, set[int]] = {}
    for node in QueryCursor(query).captures(root).get("name", ()):
        name = source[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")
        found.setdefault(name, set()).add(node.start_point[0] + 1)
    return {name: tuple(sorted(lines)) for name, lines in found.items()}
