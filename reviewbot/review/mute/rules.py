"""The names that a muting comment may use: a rule, or all rules of one linter.

No name stands for everything: a comment that mutes what nobody has seen yet is worth nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from reviewbot.errors import nearest
from reviewbot.finding import Category
from reviewbot.linters.table import LINTERS

_CHECKS = frozenset({"RB-SECRET", "RB-UNICODE", "RB-CONFLICT"})
# A team's own rules have the names that it gave them.
_OWN = re.compile(r"RULE-[\w.-]+")
_LONGEST = 60


def covers(name: str, rule: str) -> bool:
    """Whether a name from a comment (in capitals) means a rule."""
    rule = rule.upper()
    return name == rule or (name in _families() and rule.startswith(f"{name}-"))


def fault(name: str, found: Collection[str]) -> str:
    """Why a name mutes nothing; empty where it can. `found` are the rules of the findings."""
    if name in _names() or _OWN.fullmatch(name) or name in {rule.upper() for rule in found}:
        return ""
    if "*" in name:
        return "`*` names no rule: name those that are meant"
    shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
    return f"no rule `{shown}`; {nearest(shown, _offered())}"


def _offered() -> frozenset[str]:
    """Short enough to be listed: without each code of each linter."""
    return _CHECKS | {category.rule for category in Category} | _families()


@cache
def _families() -> frozenset[str]:
    return frozenset(f"LINT-{linter.name}".upper() for linter in LINTERS)


@cache
def _names() -> frozenset[str]:
    codes = {f"LINT-{one.name}-{code}".upper() for one in LINTERS for code in one.rules}
    return _offered() | codes
