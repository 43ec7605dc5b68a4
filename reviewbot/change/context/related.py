"""What an excerpt uses that stands elsewhere: short definitions, and the imports of its file.

Names are matched as words, without types: a definition is shown where exactly one has the name,
in the file itself or else in those that it imports or shares a package with (`neighbours.py`).
A wrong definition would mislead a reviewer more than none, so of two nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.change.context.names import words
from reviewbot.change.context.source import Reference, Source
from reviewbot.change.syntax import Definition, brief

# References that one excerpt may have at the most, before any budget.
MOST = 12
# An import statement is shown if it names what the excerpt uses; all are, if they are this few.
_FEW_IMPORTS = 8


@dataclass(frozen=True, slots=True)
class Defined:
    """Where a name is defined."""

    source: Source
    definition: Definition

    def reference(self) -> Reference:
        outline = self.source.outline
        others = outline.definitions if outline else ()
        lines = brief(self.definition, self.source.lines, others)
        return Reference(self.source.path, self.definition.name, tuple(lines))


class Shelf:
    """The definitions of some files by name."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_name: dict[str, list[Defined]] = {}
        for source in sources:
            for definition in source.outline.definitions if source.outline else ():
                found = Defined(source, definition)
                self._by_name.setdefault(definition.name, []).append(found)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def only(self, name: str) -> Defined | None:
        found = self._by_name.get(name, ())
        return found[0] if len(found) == 1 else None


def referring(
    excerpt: Excerpt, source: Source | None, shelves: tuple[Shelf, Shelf], unread: tuple[str, ...]
) -> Excerpt:
    """The excerpt with its references. The shelves hold the definitions of its own file, and
    those of the file's neighbours; `unread` names neighbours that were not looked at."""
    home, others = shelves
    near = sorted(_near(excerpt, home), key=lambda found: _distance(found, excerpt))
    far = (others.only(name) for name in excerpt.names if name not in home)
    found = [
        *(defined.reference() for defined in near),
        *_imports(excerpt, source),
        *(defined.reference() for defined in far if defined),
    ]
    if not found and not unread:
        return excerpt
    over = tuple(reference.label for reference in found[MOST:])
    return replace(excerpt, references=tuple(found[:MOST]), left_out=over + unread)


def _near(excerpt: Excerpt, home: Shelf) -> Iterator[Defined]:
    """Definitions of the same file that the excerpt does not show."""
    first, last = _new_span(excerpt)
    for name in excerpt.names:
        found = home.only(name)
        if found and not first <= found.definition.first <= last:
            yield found


def _distance(found: Defined, excerpt: Excerpt) -> tuple[int, int]:
    """In lines; of two that end together the inner one is nearer."""
    first, last = _new_span(excerpt)
    definition = found.definition
    away = max(first - definition.last, definition.first - last)
    return away, definition.last - definition.first


def _new_span(excerpt: Excerpt) -> tuple[int, int]:
    numbers = [line.new_no for line in excerpt.lines if line.new_no is not None]
    return (numbers[0], numbers[-1]) if numbers else (0, 0)


def _imports(excerpt: Excerpt, source: Source | None) -> Iterator[Reference]:
    if source is None or source.outline is None:
        return
    spans = source.outline.imports
    first, last = _new_span(excerpt)
    wanted = set(excerpt.names)
    lines: list[tuple[int, str]] = []
    for begin, end in spans:
        texts = source.lines[begin - 1 : end]
        shown = first <= begin <= last
        if not shown and (len(spans) <= _FEW_IMPORTS or not wanted.isdisjoint(words(texts))):
            lines.extend(enumerate(texts, begin))
    if lines:
        yield Reference(source.path, "", tuple(lines))
