"""A team's rules in a prompt: which of them there is room for, and how they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reviewbot.change.rules.rule import Rule
from reviewbot.prompting.budget import RULES_OVERHEAD, Budget, estimate_tokens
from reviewbot.prompting.special import displayed

# The more rules, the less a small model keeps to any of them.
MOST_SHOWN = 8
# Tokens for the dash, the severity and the newline.
_LINE_OVERHEAD = 8


def shown_rules(rules: Sequence[Rule], budget: Budget) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that a prompt shows, and those for which it has no room: a shorter one may fit
    where a longer one did not."""
    room = budget.rules
    shown: list[Rule] = []
    unshown: list[Rule] = []
    for rule in rules:
        cost = _cost(rule)
        if cost <= room and len(shown) < MOST_SHOWN:
            room -= cost
            shown.append(rule)
        else:
            unshown.append(rule)
    return tuple(shown), tuple(unshown)


def rules_cost(rules: Iterable[Rule]) -> int:
    """Tokens that rules take in a prompt (estimated)."""
    costs = [_cost(rule) for rule in rules]
    return RULES_OVERHEAD + sum(costs) if costs else 0


def told_rules(rules: Iterable[Rule]) -> list[dict[str, str]]:
    """The rules as a template shows them. The text of each is one line without special words."""
    return [
        {"name": rule.name, "severity": rule.severity.value, "text": displayed(rule.text)}
        for rule in rules
    ]


def _cost(rule: Rule) -> int:
    return estimate_tokens(f"{rule.name}{displayed(rule.text)}") + _LINE_OVERHEAD
