"""What a user may do: the grants of a role and the user's own."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROLES = Path(__file__).with_name("roles.json")


@dataclass(frozen=True)
class User:
    name: str
    role: str
    extra: frozenset[str] = field(default_factory=frozenset)


@cache
def base_grants(role: str) -> set[str]:
    """The grants of a role, as the table of roles has them."""
    table = json.loads(ROLES.read_text(encoding="utf-8"))
    if role not in table:
        raise KeyError(f"no such role: {role}")
    return set(table[role])


def grants_of(user: User) -> set[str]:
    grants = base_grants(user.role)
    grants.update(user.extra)
    return grants


def may(user: User, action: str) -> bool:
    """Asked many times a request, so the table is read once."""
    return action in grants_of(user)
