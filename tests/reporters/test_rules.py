from __future__ import annotations

from dataclasses import replace

from reviewbot.reporters.rules import rule_info
from tests.data.reports import FULL


def test_a_team_s_rule_is_told_with_its_file() -> None:
    found = rule_info(replace(FULL.findings[0], rule="RULE-no-print"))
    assert found.title == "The team's rule no-print"
    assert ".reviewbot/rules/no-print.md" in found.help


def test_any_other_rule_of_a_model_is_told_by_its_category() -> None:
    assert "RULE" not in rule_info(FULL.findings[0]).help
