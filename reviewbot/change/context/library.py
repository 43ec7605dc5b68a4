"""The files in which the names that a change uses may be defined: each changed file itself, and
its neighbours, which are read all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.change.context.excerpt import Excerpt, excerpts
from reviewbot.change.context.neighbours import Neighbours
from reviewbot.change.context.related import Home, Shelf, referring
from reviewbot.change.context.source import Source, read_source
from reviewbot.change.secrets.search import masked
from reviewbot.change.snapshot import Snapshot
from reviewbot.change.syntax.parser import Parser
from reviewbot.changeset import FileChange

# Neighbours that are read for a whole change, and the bytes that one of them may have.
MOST_NEIGHBOURS = 400
LARGEST_NEIGHBOUR = 200_000


@dataclass(frozen=True, slots=True)
class Page:
    """One file's excerpts, and what of its own they may use. Without its new text (a patch from
    outside) there is no source."""

    source: Source | None
    excerpts: tuple[Excerpt, ...]
    home: Home

    @property
    def unknown(self) -> list[str]:
        """What the changed lines use and the file does not define."""
        names = dict.fromkeys(name for excerpt in self.excerpts for name in excerpt.names)
        return [name for name in names if name not in self.home.shelf]

    @property
    def is_outlined(self) -> bool:
        return self.source is not None and self.source.outline is not None


def read_page(file: FileChange, text: str | None, parser: Parser) -> Page:
    source = None if text is None else read_source(file.path, text, parser)
    return Page(source, excerpts(file, source, parser), Home(source))


def in_context(pages: Sequence[Page], snapshot: Snapshot, parser: Parser) -> Iterator[Excerpt]:
    """The excerpts of all pages with what they refer to. Raises GitError."""
    known = {page.source.path: page.source for page in pages if page.source}
    listing = snapshot.listing() if any(page.is_outlined for page in pages) else {}
    wanted = list(_wanted(pages, listing))
    paths = dict.fromkeys(path for some in wanted for path in some if path not in known)
    ids = {path: listing[path] for path in list(paths)[:MOST_NEIGHBOURS]}
    sources = known | dict(_read(ids, snapshot, parser))
    for page, near in zip(pages, wanted, strict=True):
        others = Shelf(sources[path] for path in near if path in sources)
        unread = tuple(f"definitions in {path}" for path in near if path not in sources)
        for excerpt in page.excerpts:
            yield referring(excerpt, page.home, others, unread)


def _wanted(pages: Sequence[Page], listing: Mapping[str, str]) -> Iterator[list[str]]:
    """For each page the paths of files that may define what it does not."""
    neighbours = Neighbours(listing)
    for page in pages:
        yield neighbours.of(page.source, page.unknown) if page.source else []


def _read(
    ids: Mapping[str, str], snapshot: Snapshot, parser: Parser
) -> Iterator[tuple[str, Source]]:
    """Neighbours that are not changed themselves, by path. Their secrets are masked as those of
    the change are."""
    contents = snapshot.blobs(ids.values())
    for path, blob in ids.items():
        content = contents.get(blob, b"")
        if len(content) <= LARGEST_NEIGHBOUR:
            lines = content.decode("utf-8", "surrogateescape").split("\n")
            yield path, read_source(path, "\n".join(masked(lines, path)), parser)
