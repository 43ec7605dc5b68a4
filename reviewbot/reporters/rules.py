"""What a rule is about, for reports that explain the rules beside the findings."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.finding import TEAM_RULE, Category, Finding, Source

_ABOUT = {
    Category.CORRECTNESS: (
        "The code does something else than it should",
        "a wrong condition, bound, operator, order or value, or a case that is forgotten",
    ),
    Category.SECURITY: (
        "The change opens a way in",
        "input that is run as code or query, a check of rights that is missing, a secret that is"
        " told, or protection that is switched off",
    ),
    Category.CONCURRENCY: (
        "Two things at once get in each other's way",
        "a race, a deadlock, a missing await, or state shared without a lock",
    ),
    Category.RESOURCE: (
        "Something that is taken is not given back",
        "a file, connection, lock or process that stays open, or memory that only grows",
    ),
    Category.ERROR_HANDLING: (
        "An error is lost or handled wrongly",
        "an exception that is swallowed, a result that nobody looks at, or a clean-up that is left"
        " out when something fails",
    ),
    Category.PERFORMANCE: (
        "The code is slower than it needs to be",
        "a query or a copy in every turn of a loop, or work that grows much faster than its input",
    ),
    Category.API_CONTRACT: (
        "A promise to callers is broken",
        "another signature, type, default or meaning than callers rely on",
    ),
    Category.TEST: (
        "A test does not test what it says",
        "an assertion that always holds, one that is missing, or a result that depends on chance",
    ),
    Category.MAINTAINABILITY: (
        "The code will be hard to change",
        "something twice, a name that misleads, or a part that nothing uses",
    ),
}
_CHECKS = {
    "RB-SECRET": (
        "A secret is in the change",
        "An added line holds what looks like a key, a token or a password. Once it is pushed it"
        " stays in the history: take it out, keep it in the environment or a store for secrets,"
        " and revoke it if it was shared.",
    ),
    "RB-CONFLICT": (
        "A conflict marker is in the change",
        "A merge was not resolved here before it was staged.",
    ),
    "RB-UNICODE": (
        "Hidden characters are in the change",
        "Added characters hide or reorder code: bidirectional controls, invisible letters or"
        " control characters. What a person reads here is not what runs.",
    ),
}


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule in one short sentence, and what it means with what to do, in a few."""

    title: str
    help: str


def rule_info(finding: Finding) -> RuleInfo:
    """What is known of a finding's rule."""
    if finding.rule in _CHECKS:
        return RuleInfo(*_CHECKS[finding.rule])
    if finding.source is Source.LINTER:
        linter, _, code = finding.rule.removeprefix("LINT-").partition("-")
        return RuleInfo(
            f"{code} of {linter.lower()}",
            f"The linter {linter.lower()} reports its rule {code} on an added line; its own"
            " documentation explains the rule. A word of that linter on the line mutes it.",
        )
    if finding.is_of_team:
        name = finding.rule.removeprefix(TEAM_RULE)
        return RuleInfo(
            f"The team's rule {name}",
            f"A language model says that the line breaks a rule of this repository, which stands in"
            f" .reviewbot/rules/{name}.md. It may be wrong: read the code before you believe it.",
        )
    title, examples = _ABOUT[finding.category]
    return RuleInfo(
        title,
        f"A language model names a defect of the kind {finding.category}: {examples}. It may be"
        " wrong: read the code before you believe it.",
    )
