"""The task's pattern finds the findings in the text report, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess

from reviewbot.plain import plain_path
from reviewbot.setup.vscode import FINDING, task
from tests.conftest import ROOT
from tests.data.reports import FULL
from tests.hooks.managers import tool

_TEXT = (ROOT / "tests" / "data" / "full.txt").read_text(encoding="utf-8")


def _expected() -> set[tuple[str, str, str, str]]:
    return {
        (plain_path(one.location.path), str(one.location.start_line), str(one.severity), one.rule)
        for one in FULL.findings
    }


def _by_node(text: str) -> list[list[str]]:
    """As VS Code does: `RegExp.exec` on each line."""
    script = (
        "const [r, t] = JSON.parse(require('fs').readFileSync(0, 'utf8')); const p = new RegExp(r);"
        "console.log(JSON.stringify(t.split('\\n').map(l => p.exec(l)).filter(m => m)))"
    )
    given = json.dumps([FINDING, text]).encode()
    done = subprocess.run(
        [tool("node"), "-e", script], input=given, capture_output=True, check=True
    )
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_each_finding_of_the_golden_report_is_a_problem_and_nothing_else() -> None:
    pattern = task()["problemMatcher"]["pattern"]
    groups = [pattern[name] for name in ("file", "line", "severity", "code")]
    found = _by_node(_TEXT)
    assert {tuple(one[group] for group in groups) for one in found} == _expected()
    assert len(found) == len(FULL.findings)
    messages = {one[pattern["message"]] for one in found}
    assert "The check is gone" in messages


def test_python_reads_the_pattern_as_node_does() -> None:
    found = [list(m.groups()) for line in _TEXT.split("\n") if (m := re.search(FINDING, line))]
    assert found == [one[1:] for one in _by_node(_TEXT)]


def test_code_that_looks_like_a_finding_is_none() -> None:
    lines = ["    a.py:1: error: x [RB-TEST]", "a.py:1: error: no rule", "a.py: lock file (1 of 1)"]
    assert not any(re.search(FINDING, line) for line in lines)
    (twice,) = [re.search(FINDING, "a.py:3: note: as at b.py:9: error: x [y] [RB-TEST]")]
    assert twice
    assert twice.groups() == ("a.py", "3", "note", "as at b.py:9: error: x [y]", "RB-TEST")
