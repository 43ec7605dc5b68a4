from __future__ import annotations

import pytest

from reviewbot.review.mute.rules import covers, fault


@pytest.mark.parametrize(
    ("name", "rule", "said"),
    [
        ("RB-TEST", "RB-TEST", True),
        ("RB-TEST", "RB-SECURITY", False),
        ("RB", "RB-TEST", False),
        ("RB-ERROR", "RB-ERROR-HANDLING", False),
        ("LINT-RUFF", "LINT-RUFF-F821", True),
        ("LINT-RUFF-F821", "LINT-RUFF-F821", True),
        ("LINT-RUFF-F8", "LINT-RUFF-F821", False),
        ("LINT", "LINT-RUFF-F821", False),
        ("RULE-NO-PRINT", "RULE-no-print", True),
        ("RULE-NO", "RULE-no-print", False),
        ("*", "RB-TEST", False),
    ],
)
def test_a_name_is_a_rule_or_a_linter(name: str, rule: str, said: bool) -> None:
    assert covers(name, rule) is said


@pytest.mark.parametrize(
    "name",
    ["RB-SECRET", "RB-UNICODE", "RB-CONFLICT", "RB-API-CONTRACT", "LINT-SHELLCHECK", "RULE-MINE.1"],
)
def test_what_can_be_found_can_be_named(name: str) -> None:
    assert fault(name, ()) == ""


def test_a_rule_that_was_found_is_known_whatever_it_is() -> None:
    assert fault("NEW-1", ["new-1"]) == ""
    assert fault("NEW-1", ()) != ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("RB-SECURTY", 'no rule `RB-SECURTY`; did you mean "RB-SECURITY"?'),
        ("LINT-RUF", 'did you mean "LINT-RUFF"?'),
        ("*", "name those that are meant"),
        ("RB-*", "name those that are meant"),
        ("RB", "known: "),
        ("X" * 5000, "`" + "X" * 60 + "…`"),
    ],
)
def test_a_name_of_no_rule_is_told(name: str, told: str) -> None:
    assert told in fault(name, ())
    assert len(fault(name, ())) < 400
