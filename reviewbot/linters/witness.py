"""Hear the linters about a change: which read it, and what they say of its added lines."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reviewbot.change.prepare import Prepared
from reviewbot.change.secrets.search import MASK, masked
from reviewbot.changeset import LineKind
from reviewbot.errors import UsageError
from reviewbot.linters.base import Hit, Linter, Said
from reviewbot.linters.programs import Program, program
from reviewbot.linters.project import own_use
from reviewbot.linters.start import SECONDS, LinterError, numbered, said
from reviewbot.linters.table import EXTRA, LINTERS, suffix_for
from reviewbot.plain import plain_line
from reviewbot.report import LinterUse
from reviewbot.settings import LinterMode

# Hits of one linter that are judged and told; a file that was never linted may have thousands.
MOST_HITS = 40
_LONGEST_MESSAGE = 300
# Files of one process. ShellCheck takes some 80 ms a file, the others one.
_BATCH = 50

# Ends of lines to some linters and not to git: the numbers of the lines would differ.
_OTHER_BREAKS = re.compile("\r(?!\n)|[\u2028\u2029]")

# For each path, its added lines by number.
_Added = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one linter had to say: its hits, and how it was used."""

    use: LinterUse
    hits: tuple[Hit, ...] = ()


def check_installed(mode: LinterMode) -> None:
    """Raises UsageError where linters must be heard and one is not there."""
    missing = [linter.name for linter in LINTERS if program(linter) is None]
    if mode == "on" and missing:
        raise UsageError(
            f"linters are on, and not installed: {', '.join(missing)}",
            f"pip install '{EXTRA}', or: --linters auto",
        )


def versions(mode: LinterMode) -> dict[str, str]:
    """The linters that could be heard, each with its version."""
    found = {linter.name: program(linter) for linter in LINTERS if mode != "off"}
    return {name: one.version for name, one in found.items() if one is not None}


def hear(prepared: Prepared, mode: LinterMode, seconds: float = SECONDS) -> tuple[Heard, ...]:
    """One for each linter that is installed and whose language is in the change."""
    return () if mode == "off" else tuple(_hear(prepared, mode, min(seconds, SECONDS)))


def _hear(prepared: Prepared, mode: LinterMode, seconds: float) -> Iterator[Heard]:
    added = _added(prepared)
    texts = {
        path: text
        for path, text in prepared.texts.items()
        if added.get(path) and not _OTHER_BREAKS.search(text)
    }
    for linter in LINTERS:
        found = program(linter)
        suffixes = {path: suffix_for(linter, path, text) for path, text in texts.items()}
        paths = [path for path, suffix in suffixes.items() if suffix]
        if found is None or not paths:
            continue
        own = own_use(linter, prepared.tooling) if mode == "auto" else ""
        use = LinterUse(linter.name, found.version, len(paths), left_to=plain_line(own))
        if own:
            yield Heard(use)
            continue
        names = numbered(suffixes[path] or "" for path in paths)
        by_name = dict(zip(names, paths, strict=True))
        given = {name: texts[path] for name, path in by_name.items()}
        heard, fault = _said(linter, found, given, seconds)
        yield _told(replace(use, fault=fault), list(_hits(linter, heard, by_name, added)))


def _said(
    linter: Linter, found: Program, texts: Mapping[str, str], seconds: float
) -> tuple[list[Said], str]:
    """What a linter says of all texts, and why it says no more: a file that it dies of takes only
    its batch along."""
    heard: list[Said] = []
    faults: dict[str, None] = {}
    names = list(texts)
    ends_at = time.monotonic() + seconds
    for begin in range(0, len(names), _BATCH):
        batch = {name: texts[name] for name in names[begin : begin + _BATCH]}
        try:
            heard += said(linter, found.path, batch, ends_at - time.monotonic())
        except LinterError as error:
            faults[str(error)] = None
    return heard, "; ".join(faults)


def _told(use: LinterUse, hits: list[Hit]) -> Heard:
    told = tuple(sorted(hits, key=lambda hit: -hit.rule.severity.rank)[:MOST_HITS])
    return Heard(replace(use, hits=len(hits), left_out=len(hits) - len(told)), told)


def _hits(
    linter: Linter, heard: Iterable[Said], paths: Mapping[str, str], added: _Added
) -> Iterator[Hit]:
    """What was said of added lines, once each."""
    seen = set()
    for one in heard:
        path = paths.get(one.file, "")
        line = next((number for number in one.lines if number in added.get(path, {})), 0)
        key = (one.code, path, line)
        # Where a secret was masked, the linter read another line than was written.
        if line and key not in seen and MASK not in added[path][line]:
            seen.add(key)
            message = plain_line(masked([one.message])[0])[:_LONGEST_MESSAGE]
            text = added[path][line]
            yield Hit(linter.name, one.code, linter.rules[one.code], path, line, text, message)


def _added(prepared: Prepared) -> _Added:
    found: dict[str, dict[int, str]] = {}
    for file in prepared.change_set.files:
        for hunk in file.hunks:
            for line in hunk.lines:
                if line.kind is LineKind.ADDED and line.new_no is not None:
                    found.setdefault(file.path, {})[line.new_no] = line.text
    return found
