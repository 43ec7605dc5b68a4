"""Rules that tell a secret from code: what a rule is, and when a text breaks it.

The vendored rules (`gitleaks.py`) mean here what they mean to gitleaks: a keyword in the text,
then the regex, the secret's entropy, and the allowlists. Most rules' keywords are in few texts, so
a regex is compiled only when one of its keywords was seen: to compile all takes half a second.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

# How many of gitleaks' rules begin. Tried at each position it makes a search ten times slower
# and finds nothing more, so it is cut off and laid on again where something was found.
_LEAD = r"(?i)[\w.-]{0,50}?"
_LEAD_CHARACTERS = re.compile(r"[\w.-]{0,50}\Z", re.ASCII)
_LEAD_REACH = 50


_Target = Literal["secret", "match", "line"]


@dataclass(frozen=True, slots=True)
class Allowlist:
    """What is no secret after all. One hit of any kind is enough, or with `all_of` one of each
    kind that is given. `target` is what the regexes look at; stopwords look at the secret."""

    regexes: tuple[str, ...] = ()
    stopwords: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    target: _Target = "secret"
    all_of: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """`group` is the one that holds the secret: 0 stands for the first that is not empty, -1 for
    the whole match. With a `path` the rule holds only in files whose path it finds."""

    id: str
    title: str
    regex: str
    keywords: tuple[str, ...]
    entropy: float = 0.0
    group: int = 0
    path: str = ""
    allowlists: tuple[Allowlist, ...] = ()


# A rule as `gitleaks.py` holds it, its fields in this order: constants load in a
# millisecond, where 220 objects take ten, and most of them would not be looked at.
AllowlistRow = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], _Target, bool]
Row = tuple[str, str, str, tuple[str, ...], float, int, str, tuple[AllowlistRow, ...]]


@cache
def rule_of(row: Row) -> Rule:
    *_, allowlists = row
    return replace(Rule(*row[:-1]), allowlists=tuple(Allowlist(*one) for one in allowlists))


@dataclass(frozen=True, slots=True)
class Hit:
    """Where in the text a rule found a secret."""

    rule: Rule
    start: int
    end: int


def hits(rule: Rule, text: str, start: int, end: int, path: str) -> Iterator[Hit]:
    """The secrets that `rule` finds in a line's `text[start:end]`."""
    lead, pattern = _compiled(rule.regex)
    for match in pattern.finditer(text, start, end):
        first, last = _secret(match, rule.group)
        secret = text[first:last]
        if first == last or (rule.entropy and entropy(secret) <= rule.entropy):
            continue
        begin = _with_lead(text, match.start(), start) if lead else match.start()
        seen = {"secret": secret, "match": text[begin : match.end()], "line": text[start:end]}
        if lead and secret in text[begin:first]:
            continue  # `self.key_of_2 = key_of_2`: a name is given to itself
        if not any(_allows(allowed, seen, path) for allowed in rule.allowlists):
            yield Hit(rule, first, last)


def holds_in(rule: Rule, path: str) -> bool:
    return not rule.path or (bool(path) and found(rule.path, path))


def found(regex: str, text: str) -> bool:
    return _compiled(regex)[1].search(text) is not None


def allows(allowed: Allowlist, secret: str) -> bool:
    """Whether an allowlist that all rules share says of the secret that it is none."""
    return _allows(Allowlist(allowed.regexes, allowed.stopwords), {"secret": secret}, "")


def entropy(text: str) -> float:
    """Shannon's, in bits a character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)


@cache
def _compiled(regex: str) -> tuple[bool, re.Pattern[str]]:
    """Whether the lead was cut off, and the rest. Go's classes hold ASCII only."""
    if regex.startswith(_LEAD):
        return True, re.compile(regex.removeprefix(_LEAD), re.ASCII | re.IGNORECASE)
    return False, re.compile(regex, re.ASCII)


def _with_lead(text: str, at: int, start: int) -> int:
    match = _LEAD_CHARACTERS.search(text[max(start, at - _LEAD_REACH) : at])
    return at - (len(match.group()) if match else 0)


def _secret(match: re.Match[str], group: int) -> tuple[int, int]:
    if group:
        return match.span(max(group, 0))
    groups = range(1, match.re.groups + 1)
    return match.span(next((number for number in groups if match.group(number)), 0))


def _allows(allowed: Allowlist, seen: dict[str, str], path: str) -> bool:
    kinds = []
    if allowed.paths:
        kinds.append(any(found(regex, path) for regex in allowed.paths))
    if allowed.regexes:
        kinds.append(any(found(regex, seen[allowed.target]) for regex in allowed.regexes))
    if allowed.stopwords:
        secret = seen["secret"].lower()
        kinds.append(any(word in secret for word in allowed.stopwords))
    return all(kinds) if allowed.all_of else any(kinds)
