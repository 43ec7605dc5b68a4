from __future__ import annotations

import time

import pytest

from reviewbot.change.rules.rule import Rule, matches, rules_about
from reviewbot.finding import Severity


@pytest.mark.parametrize(
    ("glob", "path", "fits"),
    [
        ("*.py", "a.py", True),
        ("*.py", "x/y/a.py", True),
        ("/*.py", "x/a.py", False),
        ("/*.py", "a.py", True),
        ("src/*.py", "src/x/a.py", False),
        ("src/**/*.py", "src/a.py", True),
        ("src/**/*.py", "src/x/y/a.py", True),
        ("src/**/*.py", "lib/src/a.py", False),
        ("**/api/**", "src/api/v1/a.py", True),
        ("**/api/**", "src/apis/a.py", False),
        ("src/", "src/x/a.py", True),
        ("src/", "src2/a.py", False),
        ("a?.py", "ab.py", True),
        ("[ab].py", "c.py", False),
        ("src", "src/a.py", False),
        ("*.PY", "a.py", False),
        ("**", "any/thing", True),
    ],
)
def test_globs(glob: str, path: str, fits: bool) -> None:
    assert matches(path, glob) is fits


def test_no_glob_takes_long() -> None:
    begun = time.process_time()
    assert not matches("a/" * 500 + "b", "**/a/" * 40 + "c")
    assert not matches("a" * 2000 + "b", "*a" * 90 + "c")
    assert time.process_time() - begun < 2


def test_with_globs_and_languages_a_file_fits_both() -> None:
    rule = Rule("a", "Text.", globs=("src/",), languages=("python", "go"))
    assert [rule.is_about(path) for path in ("src/a.py", "src/a.go", "src/a.rs", "a.py")] == [
        True,
        True,
        False,
        False,
    ]
    assert Rule("b", "Text.").is_about("any/thing")


def test_the_rules_of_a_file_stand_in_order_of_severity() -> None:
    rules = [
        Rule("b", "Text.", Severity.NOTE),
        Rule("z", "Text.", Severity.ERROR),
        Rule("a", "Text.", Severity.NOTE),
        Rule("c", "Text.", Severity.ERROR, globs=("*.js",)),
    ]
    assert [rule.name for rule in rules_about("a.py", rules)] == ["z", "a", "b"]
