"""What became of findings: does their code still stand in the head of the sweep, and where?

A finding is past only where a line that it quotes is gone from its file, under the name that the
file has now. A removed check is past where it is back. Where that is not certain, it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


def standing(git: Git, head: str, found: Sequence[Seen]) -> Iterator[Standing]:
    """What became of each, in any order. Raises GitError."""
    blobs = git.listing(head)
    listing = {plain_path(path): path for path in blobs}
    renames = _Renames(git, head)
    ordered = sorted(found, key=lambda seen: seen.entry.path)
    for begin in range(0, len(ordered), _BATCH):
        batch = ordered[begin : begin + _BATCH]
        names = {path for seen in batch for path in _names(seen, listing, renames)}
        ids = {path: blobs[listing[path]] for path in names}
        contents = git.blobs(ids.values())
        texts = {path: _text(path, contents[ids[path]]) for path in names if ids[path] in contents}
        for seen in batch:
            yield _placed(seen, [n for n in _names(seen, listing, renames) if n in texts], texts)


class _Renames:
    """The names that files of a commit have in the head, asked once a commit."""

    def __init__(self, git: Git, head: str) -> None:
        self._git = git
        self._head = head
        self._known: dict[str, dict[str, str]] = {}

    def of(self, commit: str, path: str) -> str | None:
        if commit not in self._known:
            self._known[commit] = self._asked(commit)
        return self._known[commit].get(path)

    def _asked(self, commit: str) -> dict[str, str]:
        form = ("-r", "-M", "-z", "--name-status", "--diff-filter=R")
        said = self._git.answer(b"", "diff-tree", *form, commit, self._head, "--")
        fields = said.decode("utf-8", "surrogateescape").split("\0")
        return {
            plain_path(old): plain_path(new)
            for old, new in zip(fields[1::3], fields[2::3], strict=False)
        }


def _names(seen: Seen, listing: Mapping[str, str], renames: _Renames) -> list[str]:
    """The file's names in the head."""
    path, unit = seen.entry.path, seen.units[0]
    if path in listing:
        return [path]
    moved = renames.of(unit.head, path)
    return [moved] if moved in listing and moved is not None else []


def _text(path: str, content: bytes) -> str:
    """As a review sees it: secrets are masked in quotes, too."""
    text = content.decode("utf-8", "surrogateescape")
    return redact(FileChange(path, path, "M"), text).text or ""


def _placed(seen: Seen, names: Sequence[str], texts: Mapping[str, str]) -> Standing:
    entry = seen.entry
    if not names:
        return Standing(seen, entry, _gone(entry))
    path = names[0]
    lines = [_folded(line) for line in texts[path].split("\n")]
    quoted = [folded for line in entry.quote.split("\n") if (folded := _folded(line))]
    at = _place(quoted, lines, entry.start_line)
    moved = entry.model_copy(update={"path": path})
    if entry.side is Side.OLD:
        if at is not None:
            return Standing(seen, moved, "past")
        near = min(entry.start_line, len(lines))
        moved = moved.model_copy(update={"start_line": near, "end_line": near})
    elif at is None:
        return Standing(seen, moved, _gone(entry))
    else:
        end = min(at + entry.end_line - entry.start_line, len(lines))
        moved = moved.model_copy(update={"start_line": at, "end_line": end})
    return Standing(seen, moved, _unless_muted(moved, texts[path]))


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
