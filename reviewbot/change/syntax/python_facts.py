"""The facts of a Python file, by the compiler itself: `ast` alone takes a `return` outside of a
function, which the compiler refuses."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from reviewbot.change.syntax.definition import Span
from reviewbot.change.syntax.facts import Facts, Function

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def facts(source: bytes) -> Facts:
    tree = _compiled(source)
    if tree is None:
        return Facts(whole=False)
    nodes = list(ast.walk(tree))
    functions = (_function(node) for node in nodes if isinstance(node, _Function))
    return Facts(
        whole=True,
        texts=tuple(span for node in nodes for span in _text(node)),
        bound=_bound(tree, nodes),
        functions=tuple(functions),
        uses=_uses(nodes),
    )


def _compiled(source: bytes) -> ast.Module | None:
    """Nothing is run: compiling makes code and no more."""
    if b"\r" in source.replace(b"\r\n", b""):
        return None  # Python ends a line at a lone CR, git does not: their numbers differ
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reviewed code's, not ours
            compile(source, "reviewed", "exec", dont_inherit=True)
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _text(node: ast.AST) -> Iterator[Span]:
    literal = isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )
    if literal and isinstance(node, ast.expr):
        last = node.end_lineno or node.lineno
        if last > node.lineno:
            yield node.lineno, last


def _bound(tree: ast.Module, nodes: list[ast.AST]) -> dict[str, int]:
    """What the statements of the module itself bind; not what stands under an `if` or a `try`."""
    found: dict[str, int] = {}
    for statement in tree.body:
        for name in _names(statement):
            found.setdefault(name, statement.lineno)
    lost = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Del)
    }
    return {name: line for name, line in found.items() if name not in lost}


def _names(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.Import() | ast.ImportFrom():
            for alias in statement.names:
                yield alias.asname or alias.name.partition(".")[0]
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Assign():
            for target in statement.targets:
                yield from _stored(target)
        case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
            yield name


def _stored(target: ast.expr) -> Iterator[str]:
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _function(node: _Function) -> Function:
    taken = node.args
    parameters = [*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg]
    names = frozenset(each.arg for each in parameters if each)
    inside = [each for statement in node.body for each in ast.walk(statement)]
    local = frozenset(name for each in inside for name in _local(each))
    return Function(node.body[0].lineno, node.end_lineno or node.lineno, names, local)


def _local(node: ast.AST) -> Iterator[str]:
    """What a node binds or unbinds anywhere inside: too much rather than too little."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            yield name
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
            yield name
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.stmt():
            if not isinstance(node, ast.Assign | ast.AnnAssign):
                yield from _names(node)


def _uses(nodes: list[ast.AST]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found.setdefault(node.id, set()).add(node.lineno)
    return {name: tuple(sorted(lines)) for name, lines in found.items()}
