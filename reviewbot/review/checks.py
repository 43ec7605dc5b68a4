"""Findings that need no model: added secrets, conflict markers, and characters that hide code.

They are made for every file that has lines, also for those that no model reviews: a token is no
safer in a lock file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reviewbot.change.redaction import Leak
from reviewbot.changeset import FileChange, Line, LineKind
from reviewbot.finding import Category, Finding, Location, Severity, Side, Source, fingerprint
from reviewbot.plain import plain
from reviewbot.review.conflicts import conflicts
from reviewbot.review.hidden import Hidden, hidden_characters

# A marker or a character is there or is not. A secret is one as often as the rules are right
# (`python benchmarks/secrets.py`).
CERTAIN = 1.0
SECRET = 0.9
# Secrets of one file that are told one by one.
MOST_SECRETS = 20
# Lines of a quote.
_LONGEST_QUOTE = 4


def checks(files: Iterable[FileChange], leaks: Iterable[Leak]) -> Iterator[Finding]:
    by_path: dict[str, list[Leak]] = {}
    for leak in leaks:
        by_path.setdefault(leak.path, []).append(leak)
    for found in by_path.values():
        yield from map(_secret, found[:MOST_SECRETS])
        if len(found) > MOST_SECRETS:
            yield _more_secrets(found[MOST_SECRETS:])
    for file in files:
        added = [line for hunk in file.hunks for line in hunk.lines if line.kind is LineKind.ADDED]
        yield from (_conflict(file.path, markers) for markers in conflicts(added))
        yield from (_hidden(file.path, hidden) for hidden in hidden_characters(added))


def _secret(leak: Leak) -> Finding:
    message = (
        f"This looks like a secret (rule {leak.rule}). Once pushed it stays in the history: keep it"
        " in the environment or a secret store, and revoke it if it was shared."
    )
    quote = plain(leak.masked).rstrip()
    return Finding(
        rule="RB-SECRET",
        category=Category.SECURITY,
        severity=Severity.ERROR,
        confidence=SECRET,
        location=Location(leak.path, Side.NEW, leak.line, leak.line),
        quote=quote,
        title=f"Secret in the change: {leak.rule}",
        message=message,
        fingerprint=fingerprint("RB-SECRET", leak.path, quote),
        source=Source.CHECK,
    )


def _more_secrets(leaks: Sequence[Leak]) -> Finding:
    """All that a file holds beyond the bound, as one finding; another one more is another
    fingerprint."""
    one = _secret(leaks[0])
    quotes = "\n".join(plain(leak.masked).rstrip() for leak in leaks)
    lines = {leak.line for leak in leaks} - {one.location.start_line}
    return replace(
        one,
        also=tuple(sorted(lines)),
        title=f"Secrets in the change: {len(leaks)} more from here on",
        fingerprint=fingerprint(one.rule, one.location.path, quotes),
    )


def _conflict(path: str, markers: Sequence[Line]) -> Finding:
    return _certain(
        "RB-CONFLICT",
        (path, markers),
        (Category.CORRECTNESS, Severity.ERROR),
        ("Conflict marker left in the change", "A merge was not resolved here before staging."),
    )


def _hidden(path: str, hidden: Hidden) -> Finding:
    more = len(hidden.lines) - 1
    others = f" ({more} more {'line' if more == 1 else 'lines'} in this file)" if more else ""
    first, *rest = hidden.lines
    one = _certain(
        "RB-UNICODE",
        (path, (first,)),
        (Category.SECURITY, hidden.kind.severity),
        (hidden.kind.title, f"{hidden.name}: {hidden.kind.does}{others}."),
    )
    quotes = "\n".join(plain(line.text).rstrip() for line in hidden.lines)
    return replace(
        one,
        also=tuple(line.new_no for line in rest if line.new_no is not None),
        fingerprint=fingerprint(one.rule, path, quotes),
    )


def _certain(
    rule: str,
    place: tuple[str, Sequence[Line]],
    grade: tuple[Category, Severity],
    words: tuple[str, str],
) -> Finding:
    path, lines = place
    quote = "\n".join(plain(line.text).rstrip() for line in lines[:_LONGEST_QUOTE])
    numbers = [line.new_no for line in lines if line.new_no is not None]
    return Finding(
        rule=rule,
        category=grade[0],
        severity=grade[1],
        confidence=CERTAIN,
        location=Location(path, Side.NEW, numbers[0], numbers[-1]),
        quote=quote,
        title=words[0],
        message=words[1],
        fingerprint=fingerprint(rule, path, quote),
        source=Source.CHECK,
    )
