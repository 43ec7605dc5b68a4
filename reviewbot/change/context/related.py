"""What an excerpt uses that stands elsewhere: short definitions, and the imports of its file.

Names are matched as words, without types: a definition is shown where exactly one has the name,
in the file itself or else in those that it imports or shares a package with (`neighbours.py`).
A wrong definition would mislead a reviewer more than none, so of two nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.change.context.names import words
from reviewbot.change.context.source import Reference, Source
from reviewbot.change.syntax import Definition, brief
from reviewbot.change.syntax.definition import Span

# References that one excerpt may have at the most, before any budget.
MOST = 12
# An import statement is shown if it names what the excerpt uses; all are, if they are this few.
_FEW_IMPORTS = 8
_MOST_IMPORTS = 12
# Words of the statement itself, in any of the languages.
_STATEMENT = frozenset(
    {"as", "const", "from", "import", "include", "package", "require", "static", "use", "using"}
)


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

    @property
    def label(self) -> str:
        name, path = self.definition.name, self.source.path
        return f"definition of {name} ({path}:{self.definition.first})"


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


class Home:
    """What the excerpts of one file share: its definitions, and its imports by name."""

    def __init__(self, source: Source | None) -> None:
        self._source = source
        self._spans = source.outline.imports if source and source.outline else ()
        self.shelf = Shelf([source] if source else [])
        self._naming: dict[str, list[int]] = {}
        for at, texts in enumerate(map(self._texts, self._spans)):
            for word in words(texts).keys() - _STATEMENT:
                self._naming.setdefault(word, []).append(at)

    def _texts(self, span: Span) -> Sequence[str]:
        return self._source.lines[span[0] - 1 : span[1]] if self._source else ()

    def imports(self, excerpt: Excerpt) -> Iterator[Reference]:
        """The import statements outside of the excerpt, as one reference."""
        wanted = {at for name in excerpt.names for at in self._naming.get(name, ())}
        if len(self._spans) <= _FEW_IMPORTS:
            wanted = set(range(len(self._spans)))
        first, last = _new_span(excerpt)
        spans = [self._spans[at] for at in sorted(wanted)]
        shown = [span for span in spans if not first <= span[0] <= last][:_MOST_IMPORTS]
        if self._source and shown:
            lines = (line for span in shown for line in enumerate(self._texts(span), span[0]))
            yield Reference(self._source.path, "", tuple(lines))


def referring(excerpt: Excerpt, home: Home, others: Shelf, unread: tuple[str, ...]) -> Excerpt:
    """The excerpt with its references: definitions of its own file, imports, and definitions of
    the file's neighbours (`others`); `unread` names neighbours that were not looked at."""
    near = sorted(_near(excerpt, home.shelf), key=lambda found: _distance(found, excerpt))
    outside = (others.only(name) for name in excerpt.names if name not in home.shelf)
    far = [found for found in outside if found]
    imports = list(home.imports(excerpt))
    if not (near or far or imports or unread):
        return excerpt
    room = MOST - len(imports)
    kept_near, kept_far = near[:room], far[: max(0, room - len(near))]
    references = (
        *(found.reference() for found in kept_near),
        *imports,
        *(found.reference() for found in kept_far),
    )
    over = (found.label for found in (*near[len(kept_near) :], *far[len(kept_far) :]))
    return replace(excerpt, references=references, left_out=(*over, *unread))


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


def _new_span(excerpt: Excerpt) -> Span:
    """First and last new line; (0, 0) where there is none."""
    numbers = (line.new_no for line in excerpt.lines if line.new_no is not None)
    first = next(numbers, 0)
    behind = (line.new_no for line in reversed(excerpt.lines) if line.new_no is not None)
    return first, next(behind, 0)
