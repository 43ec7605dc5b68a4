"""All that is done to a captured change before a model is asked: redaction, selection, context."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reviewbot.change.context.excerpt import Excerpt
from reviewbot.change.context.library import in_context, read_page
from reviewbot.change.redaction import Leak, redact
from reviewbot.change.rules.rule import Rule, rules_about
from reviewbot.change.selection.advice import Advice
from reviewbot.change.selection.select import Selection, select
from reviewbot.change.snapshot import Snapshot
from reviewbot.change.syntax.parser import Parser
from reviewbot.change.tooling import tooling
from reviewbot.changeset import ChangeSet


@dataclass(frozen=True, slots=True)
class Prepared:
    """A change without secrets, and what of it a model is to see. `texts` are the new texts of the
    selected files by path, where they are known and the path says which is meant; `tooling` the
    files by which the project sets up its tools."""

    change_set: ChangeSet
    selection: Selection
    excerpts: tuple[Excerpt, ...]
    leaks: tuple[Leak, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    tooling: Mapping[str, str] = field(default_factory=dict)


def prepare(change_set: ChangeSet, advice: Advice, snapshot: Snapshot) -> Prepared:
    """Raises GitError."""
    contents = snapshot.blobs(file.new_blob for file in change_set.files if file.hunks)
    redacted = [redact(file, _text(contents.get(file.new_blob))) for file in change_set.files]
    files = tuple(item.file for item in redacted)
    selection = select(files, advice=advice, blobs=lambda _: contents)
    texts = {(item.file.path, item.file.new_blob): item.text for item in redacted}
    with Parser() as parser:
        pages = [
            read_page(file, texts[file.path, file.new_blob], parser) for file in selection.selected
        ]
        excerpts = tuple(_ruled(in_context(pages, snapshot, parser), advice.rules))
    leaks = tuple(leak for item in redacted for leak in item.leaks)
    paths = Counter(file.path for file in selection.selected)
    selected = ((file.path, texts[file.path, file.new_blob]) for file in selection.selected)
    known = {path: text for path, text in selected if text is not None and paths[path] == 1}
    own = tooling(snapshot, known)
    return Prepared(replace(change_set, files=files), selection, excerpts, leaks, known, own)


def _ruled(excerpts: Iterable[Excerpt], rules: tuple[Rule, ...]) -> Iterator[Excerpt]:
    for excerpt in excerpts:
        about = rules_about(excerpt.path, rules)
        yield replace(excerpt, rules=about) if about else excerpt


def _text(content: bytes | None) -> str | None:
    return None if content is None else content.decode("utf-8", "surrogateescape")
