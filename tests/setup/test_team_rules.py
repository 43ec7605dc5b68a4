"""A rule of the team says the same to an assistant as to reviewbot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewbot.change.rules.rule import Rule
from reviewbot.finding import Severity
from reviewbot.setup import cline, continue_dev
from reviewbot.setup.team_rules import globs_of

_RULE = Rule(
    "no-print",
    'No print: "print" is --- for scripts. # 印刷',
    Severity.ERROR,
    ("src/**/*.py", "*.pyi"),
    ("python",),
)


def _parts(text: str) -> tuple[dict[str, Any], str]:
    _, front, body = text.split("---\n", 2)
    found = yaml.safe_load(front)
    assert isinstance(found, dict)
    return found, body


@pytest.mark.parametrize("text", [cline.rule_text(_RULE), continue_dev.rule_text(_RULE)])
def test_the_rule_its_severity_and_its_languages_are_said(text: str) -> None:
    front, body = _parts(text)
    assert front["name"] == "reviewbot: no-print"
    assert body == f"\nRule of this team (error, only in python): {_RULE.text}\n"
    assert "# from .reviewbot/rules/no-print.md\n" in text


def test_each_tool_has_the_globs_under_its_own_word() -> None:
    assert _parts(cline.rule_text(_RULE))[0]["paths"] == ["src/**/*.py", "**/*.pyi"]
    assert _parts(continue_dev.rule_text(_RULE))[0]["globs"] == ["**/src/**/*.py", "**/*.pyi"]


def test_a_rule_for_all_files_has_no_globs_at_all() -> None:
    rule = Rule("x", "Be kind.")
    assert set(_parts(cline.rule_text(rule))[0]) == {"name"}
    assert set(_parts(continue_dev.rule_text(rule))[0]) == {"name"}


@pytest.mark.parametrize(
    ("ours", "exact", "anywhere"),
    [
        ("*.py", "**/*.py", "**/*.py"),
        ("src/", "src/**", "**/src/**"),
        ("/src/a.py", "src/a.py", "**/src/a.py"),
        ("**/a.py", "**/a.py", "**/a.py"),
        ("app/(x|y)/a.ts", "app/\\(x\\|y\\)/a.ts", "**/app/\\(x\\|y\\)/a.ts"),
    ],
)
def test_globs_are_translated(ours: str, exact: str, anywhere: str) -> None:
    """Tried by hand with minimatch 10 and picomatch 4, which these are for."""
    rule = Rule("x", "y", globs=(ours,))
    assert globs_of(rule, anywhere=False) == [exact]
    assert globs_of(rule, anywhere=True) == [anywhere]


def test_languages_alone_are_told_by_the_endings_of_names() -> None:
    rule = Rule("x", "y", languages=("python", "go"))
    assert globs_of(rule, anywhere=False) == ["**/*.py", "**/*.pyi", "**/*.pyw", "**/*.go"]


def test_the_workflow_has_the_name_that_is_typed(tmp_path: Path) -> None:
    """Cline takes it from the front matter, and the rest for the instructions."""
    (workflow,) = cline.verdicts(tmp_path, ())
    front, body = _parts(workflow.text)
    assert workflow.path == tmp_path / ".clinerules" / "workflows" / "reviewbot.md"
    assert front == {"name": "reviewbot"}
    assert "`reviewbot review --color never`" in body
