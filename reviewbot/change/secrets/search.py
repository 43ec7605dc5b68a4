"""Find secrets in lines of code, and mask them before a prompt, a log or a report holds them.

The rules are gitleaks' (`gitleaks.py`) and some of our own (`supplements.py`); what spans
lines is in `blocks.py`. A masked secret keeps its line, so line numbers stay as they are,
and what stands around it stays too, so that the code can be reviewed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, groupby

from reviewbot.change.secrets.blocks import KEY_LINES, PRIVATE_KEY, key_places, kubernetes_places
from reviewbot.change.secrets.places import OVERLAP, Keyword, Places, keyword
from reviewbot.change.secrets.repeats import repeats
from reviewbot.change.secrets.rules import (
    Allowlist,
    Hit,
    Row,
    Rule,
    allows,
    found,
    hits,
    holds_in,
    rule_of,
)
from reviewbot.change.secrets.supplements import SUPPLEMENTS

MASK = "[secret]"
# Stands in for a secret that was found while the rest of its line is searched once more: rules
# take in the character behind a secret, which may be what opens the next one.
_FOUND = "\0"
# Each round finds what stood behind the last one's finds; text made for it could go on for long.
_ROUNDS = 4
_GENERIC = "generic-api-key"
_VAGUE = frozenset({_GENERIC, *(rule.id for rule in SUPPLEMENTS)})
_KEYS = frozenset({PRIVATE_KEY.id, KEY_LINES.id})
# A shorter secret that stands on its line a second time may be there as an ordinary word.
_SHORTEST_REPEAT = 8


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in `lines[line][start:end]`. Of a private key each line is one of its own.
    A `repeat` was told only by the same text at another place."""

    rule: str
    title: str
    line: int
    start: int
    end: int
    repeat: bool = False


def masked(lines: Iterable[str], path: str = "") -> list[str]:
    """The lines with their secrets masked: as many as came in, in the same order.

    >>> masked(["key = 'AKIAIOSFODNN7EXAMPLE'"])
    ["key = '[secret]'"]
    """
    shown = list(lines)
    for number, secrets in groupby(find_secrets(shown, path), key=_line):
        shown[number] = mask(shown[number], secrets)
    return shown


def mask(line: str, secrets: Iterable[Secret]) -> str:
    """The line without its secrets, which stand in order of place."""
    return _replaced(line, secrets, lambda _: MASK)


def find_secrets(lines: Sequence[str], path: str = "") -> tuple[Secret, ...]:
    """The secrets in order of place, none over another. No path means that none is known."""
    if not any(lines):
        return ()
    places = [*key_places(lines), *kubernetes_places(lines)]
    blocks = [
        Secret(rule.id, rule.title, number, start, end) for rule, number, start, end in places
    ]
    secrets = sorted({*blocks, *_in_lines(lines, path)}, key=_place)
    again = {*_repeats(lines, secrets), *_elsewhere(lines, secrets)}
    return tuple(_disjoint(sorted({*secrets, *again}, key=_place)))


def distinct(secrets: Iterable[Secret]) -> Iterator[Secret]:
    """One for each secret, to be shown to people: the first line of a private key, no repeat, and
    no mere suspicion (`key-lines`), which masking alone acts on."""
    last_key_line = -2
    for secret in secrets:
        in_key = secret.rule == PRIVATE_KEY.id
        hidden = secret.repeat or secret.rule == KEY_LINES.id
        if not hidden and not (in_key and secret.line <= last_key_line + 1):
            yield secret
        if in_key:
            last_key_line = secret.line


def _replaced(line: str, secrets: Iterable[Secret], stand_in: Callable[[Secret], str]) -> str:
    parts, at = [], 0
    for one in secrets:
        parts += [line[at : one.start], stand_in(one)]
        at = one.end
    return "".join([*parts, line[at:]])


def _line(secret: Secret) -> int:
    return secret.line


def _place(secret: Secret) -> tuple[int, int, int, bool, str]:
    return secret.line, secret.start, -secret.end, secret.repeat, secret.rule


def _repeats(lines: Sequence[str], secrets: Iterable[Secret]) -> Iterator[Secret]:
    """The same text on the same line once more, as in `password="…"  # was …`."""
    known = set()
    for one in secrets:
        line = lines[one.line]
        text = line[one.start : one.end]
        key = (one.line, text, one.start // OVERLAP)
        if key not in known and _SHORTEST_REPEAT <= len(text) < len(line):
            known.add(key)
            first = max(0, one.start - OVERLAP)
            at = line.find(text, first, one.end + OVERLAP)
            while at >= 0:
                yield replace(one, start=at, end=at + len(text), repeat=True)
                at = line.find(text, at + len(text), one.end + OVERLAP)


def _elsewhere(lines: Sequence[str], secrets: Iterable[Secret]) -> Iterator[Secret]:
    """The same text on any line. Lines of a key are left out: they are told by their form."""
    first: dict[str, Secret] = {}
    for one in secrets:
        if one.rule not in _KEYS:
            first.setdefault(lines[one.line][one.start : one.end], one)
    for text, line, start, end in repeats(lines, first):
        yield replace(first[text], line=line, start=start, end=end, repeat=True)


def _disjoint(secrets: Iterable[Secret]) -> list[Secret]:
    """In order of place, those that overlap joined under the name that says most."""
    joined: list[Secret] = []
    for one in secrets:
        before = joined[-1] if joined else None
        if before and before.line == one.line and one.start < before.end:
            named = min(before, one, key=_is_vague)
            joined[-1] = replace(
                named,
                start=before.start,
                end=max(before.end, one.end),
                repeat=before.repeat and one.repeat,
            )
        else:
            joined.append(one)
    return joined


def _is_vague(secret: Secret) -> bool:
    """Whether the rule knows the place of a secret only, and not who issued it."""
    return secret.rule in _VAGUE


def _in_lines(lines: Sequence[str], path: str, rounds: int = _ROUNDS) -> list[Secret]:
    """What the rules find, and then once more without that."""
    text = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
    secrets: list[Secret] = []
    for hit in _search(text, path):
        if text[hit.start : hit.end].strip(_FOUND):
            number = bisect_right(starts, hit.start) - 1
            start = hit.start - starts[number]
            end = min(hit.end - starts[number], len(lines[number]))
            secrets.append(Secret(hit.rule.id, hit.rule.title, number, start, end))
    if not secrets or rounds == 1:
        return secrets
    rest = {
        number: _replaced(lines[number], group, lambda one: _FOUND * (one.end - one.start))
        for number, group in groupby(_disjoint(sorted(secrets, key=_place)), key=_line)
    }
    numbers = list(rest)
    again = _in_lines(list(rest.values()), path, rounds - 1)
    return secrets + [replace(one, line=numbers[one.line]) for one in again]


def _search(text: str, path: str) -> Iterator[Hit]:
    places = Places(text)
    yield from _apply(SUPPLEMENTS, places, path)
    rows, words, shared = _vendored()
    held = places.held(words)
    # In lock files and vendored trees gitleaks looks for nothing. Here such a file may be shown to
    # a model: only the rule that takes a hash for a key is left out.
    hashes = any(found(regex, path) for allowed in shared for regex in allowed.paths)
    for row in rows:
        if not held.isdisjoint(row[3]) and not (hashes and row[0] == _GENERIC):
            for hit in _apply([rule_of(row)], places, path):
                if not any(allows(allowed, text[hit.start : hit.end]) for allowed in shared):
                    yield hit


def _apply(rules: Iterable[Rule], places: Places, path: str) -> Iterator[Hit]:
    for rule in rules:
        if holds_in(rule, path):
            for start, end in places.of(rule):
                yield from hits(rule, places.text, start, end, path)


@cache
def _vendored() -> tuple[tuple[Row, ...], tuple[Keyword, ...], tuple[Allowlist, ...]]:
    """The rules, all their keywords, and the allowlists that they share. Imported late: where
    nothing is looked for, nothing is loaded."""
    from reviewbot.change.secrets import gitleaks

    words = sorted({word for row in gitleaks.RULES for word in row[3]})
    return (
        gitleaks.RULES,
        tuple(map(keyword, words)),
        tuple(Allowlist(*row) for row in gitleaks.SHARED),
    )
