"""What became of findings: does their code still stand in the head of the sweep, and where?

A finding is past only where a line that it quotes is gone from its file, under each name that the
file may have now. A removed check is past where it is back. Where that is not certain, it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviewbot.change.git import Git
from reviewbot.change.redaction import redact
from reviewbot.changeset import FileChange, Scope
from reviewbot.finding import Side
from reviewbot.plain import plain, plain_path
from reviewbot.report import Report
from reviewbot.reporters.finding_entry import FindingEntry, finding_of
from reviewbot.review.mute.inline import muted_inline
from reviewbot.sweep.document import State
from reviewbot.sweep.merge import Seen
from reviewbot.sweep.plan import Plan
from reviewbot.sweep.renames import Renames

# Findings whose files are held at the same time.
_BATCH = 50
# What was once committed can be read for ever.
_NEVER_PAST = "RB-SECRET"


@dataclass(frozen=True, slots=True)
class Standing:
    """A finding as the head has it."""

    seen: Seen
    entry: FindingEntry
    state: State


def standing(git: Git, plan: Plan, found: Sequence[Seen]) -> Iterator[Standing]:
    """What became of each, in any order. Raises GitError."""
    tree, renames = _Tree(git, plan.head), Renames(git, plan)
    lost = []
    for seen, pages in tree.pages([(seen, [seen.entry.path]) for seen in found]):
        placed = _placed(seen, pages)
        if placed is None:
            lost.append(seen)
        else:
            yield placed
    for seen, pages in tree.pages([(seen, renames.later(seen, tree)) for seen in lost]):
        yield _placed(seen, pages) or _lost(seen, pages, tree)


@dataclass(frozen=True, slots=True)
class _Page:
    """A file of the head; secrets are masked in it, as in quotes."""

    path: str
    text: str
    lines: list[str]

    @classmethod
    def of(cls, path: str, content: bytes) -> _Page:
        text = content.decode("utf-8", "surrogateescape")
        shown = redact(FileChange(path, path, "M"), text).text or ""
        return cls(path, shown, [_folded(line) for line in shown.split("\n")])


class _Tree:
    """The files of the head, by their names as reports have them."""

    def __init__(self, git: Git, head: str) -> None:
        self._git = git
        self._blobs = {plain_path(path): blob for path, blob in git.listing(head).items()}

    def __contains__(self, path: object) -> bool:
        return path in self._blobs

    def pages(
        self, wanted: Sequence[tuple[Seen, Sequence[str]]]
    ) -> Iterator[tuple[Seen, list[_Page]]]:
        """Those of the named files that there are, a few at a time."""
        ordered = sorted(wanted, key=lambda one: (*one[1], one[0].entry.path))
        for begin in range(0, len(ordered), _BATCH):
            batch = ordered[begin : begin + _BATCH]
            ids = {name: self._blobs[name] for _, names in batch for name in names if name in self}
            contents = self._git.blobs(ids.values())
            there = {
                name: _Page.of(name, contents[blob])
                for name, blob in ids.items()
                if blob in contents
            }
            for seen, names in batch:
                yield seen, [there[name] for name in names if name in there]


def _placed(seen: Seen, pages: Sequence[_Page]) -> Standing | None:
    """Where it stands in one of the files; None where it stands in none."""
    entry = seen.entry
    quoted = [folded for line in entry.quote.split("\n") if (folded := _folded(line))]
    for page in pages:
        at = _place(quoted, page.lines, entry.start_line)
        if at is None:
            continue
        end = min(at + entry.end_line - entry.start_line, len(page.lines))
        if entry.side is Side.OLD:
            return Standing(seen, _moved(entry, page, entry.start_line, entry.end_line), "past")
        moved = _moved(entry, page, at, end)
        return Standing(seen, moved, _unless_muted(moved, page.text))
    if entry.side is Side.OLD and pages:
        near = min(entry.start_line, len(pages[0].lines))
        moved = _moved(entry, pages[0], near, near)
        return Standing(seen, moved, _unless_muted(moved, pages[0].text))
    return None


def _moved(entry: FindingEntry, page: _Page, start: int, end: int) -> FindingEntry:
    where = {"path": page.path, "start_line": start, "end_line": end}
    return entry.model_copy(update=where)


def _lost(seen: Seen, pages: Sequence[_Page], tree: _Tree) -> Standing:
    """It is told under the name that its file has now."""
    entry = seen.entry
    if pages and entry.path not in tree:
        entry = entry.model_copy(update={"path": pages[0].path})
    return Standing(seen, entry, _gone(entry))


def _gone(entry: FindingEntry) -> State:
    return "stands" if entry.rule == _NEVER_PAST else "past"


def _unless_muted(entry: FindingEntry, text: str) -> State:
    """A comment in the head speaks of it, though the commit had none."""
    change = FileChange(entry.path, entry.path, "M")
    report = Report(Scope("commit", ""), None, (finding_of(entry),), (), files=(change,))
    return "stands" if muted_inline(report, {entry.path: text}).findings else "muted"


def _place(quoted: Sequence[str], lines: Sequence[str], near: int) -> int | None:
    """The number of the line with which the quote begins, the nearest of several; None where one
    of its lines is gone. Lines between them may be new ones."""
    known = set(lines)
    if not quoted or not all(line in known for line in quoted):
        return None if quoted else near
    starts = [number for number, line in enumerate(lines, 1) if line == quoted[0]]
    whole = [at for at in starts if list(_filled(lines[at - 1 :], len(quoted))) == list(quoted)]
    return min(whole or starts, key=lambda number: abs(number - near))


def _filled(lines: Sequence[str], count: int) -> Iterator[str]:
    """The first lines that are not blank."""
    for line in lines:
        if line:
            yield line
            count -= 1
        if not count:
            return


def _folded(text: str) -> str:
    return "".join(plain(text).split())
