"""From what a parser found to the definitions of an outline: comments joined, overlaps undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot.change.syntax.definition import Definition, Kind
from reviewbot.change.syntax.lines import Lines


@dataclass(frozen=True, slots=True)
class Found:
    """A definition as a parser gives it, without what stands above it. The same `name_at` met
    twice is the same definition."""

    name: str
    name_at: int
    kind: Kind
    first: int
    last: int
    head_last: int
    has_body: bool = True


@dataclass(frozen=True, slots=True)
class Above:
    """Lines that belong to a definition right below them, at the same indentation."""

    first: int
    last: int
    indent: int


def definitions(
    found: Iterable[Found], above: Iterable[Above], lines: Lines
) -> tuple[Definition, ...]:
    runs = _runs(above)
    kept: dict[int, Found] = {}
    for one in found:
        other = kept.get(one.name_at)
        kept[one.name_at] = _joined(one, other) if other else one
    raised = [_raised(_trimmed(one, lines), runs, lines) for one in kept.values()]
    return _nested(sorted(raised, key=lambda one: (one.first, -one.last)))


def head_end(lines: Lines, first: int, body: int, column: int) -> int:
    """The line number on which the signature ends whose body begins at a line and column."""
    if not lines.begins(body, column):
        return body
    above = range(body - 1, first, -1)
    code = (each for each in above if not lines.blank(each) and each not in lines.comments)
    return next(code, first)


def borders(starts: Iterable[int], found: Sequence[Definition]) -> frozenset[int]:
    """Where statements start, without the lines inside of signatures: a definition begins with
    what stands above it."""
    heads = (range(each.first + 1, each.head_last + 1) for each in found)
    inside = {number for head in heads for number in head}
    return frozenset(starts) - inside | {each.first for each in found}


def _joined(one: Found, other: Found) -> Found:
    """What two patterns say of one definition: the span of both, the rest from the one that
    knows more."""
    best = max(one, other, key=lambda each: (each.has_body, each.kind != "value"))
    first, last = min(one.first, other.first), max(one.last, other.last)
    return replace(best, first=first, last=last)


def _runs(above: Iterable[Above]) -> Mapping[int, Above]:
    """By its last line, each run of comments and attributes with nothing between them."""
    runs: dict[int, Above] = {}
    for one in sorted(above, key=lambda each: each.first):
        over = runs.get(one.first - 1)
        joins = over is not None and over.indent == one.indent
        runs[one.last] = Above(over.first, one.last, one.indent) if over and joins else one
    return runs


def _raised(one: Found, runs: Mapping[int, Above], lines: Lines) -> Found:
    run = runs.get(one.first - 1)
    if run is None or run.indent != lines.indents[one.first]:
        return one
    return replace(one, first=run.first)


def _trimmed(one: Found, lines: Lines) -> Found:
    """Without comments below the last line of code: Python's grammar takes some of them for the
    end of the body and some not, as they are indented."""
    last = one.last
    while last > one.head_last and (lines.blank(last) or last in lines.comments):
        last -= 1
    return replace(one, last=last) if last != one.last else one


def _nested(found: Iterable[Found]) -> tuple[Definition, ...]:
    """The definitions, what overlaps cut: `} function b() {` ends one and begins the next. What
    is local to a function is no definition of the file."""
    result: list[Definition] = []
    around: list[Definition] = []
    for one in found:
        first = max(one.first, around[-1].first) if around else one.first
        while around and around[-1].last < one.last:
            first = max(first, around.pop().last + 1)
        while around and around[-1].last < first:
            around.pop()
        definition = _placed(one, first, around)
        if definition is not None:
            result.append(definition)
            around.append(definition)
    return tuple(sorted(result, key=lambda each: (each.first, -each.last)))


def _placed(one: Found, first: int, around: Sequence[Definition]) -> Definition | None:
    outer = around[-1].kind if around else "module"
    if one.kind == "value" and outer in {"function", "method"}:
        return None
    kind = one.kind
    if kind == "function" and (outer in {"class", "type"} or "::" in one.name):
        kind = "method"
    head_last = min(max(one.head_last, first), one.last)
    return Definition(one.name, kind, first, one.last, head_last)
