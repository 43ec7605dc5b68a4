from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change.rules.file import LONGEST_TEXT, read_rule
from reviewbot.change.rules.rule import Rule
from reviewbot.errors import ConfigError
from reviewbot.finding import Severity

PATH = ".reviewbot/rules/no-print.md"
SECRET = "ghp_" + "aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5"


def rule(text: str | bytes, path: str = PATH) -> Rule:
    return read_rule(path, text.encode() if isinstance(text, str) else text, "the index")


def test_a_whole_rule() -> None:
    text = (
        '+++\nglobs = ["src/**/*.py"]\nlanguages = ["python"]\nseverity = "error"\n'
        'title = "No print"\n+++\n\n# Why\n\nUse the\n`logger`.\n'
    )
    assert rule(text) == Rule(
        "no-print",
        "No print. # Why Use the `logger`.",
        Severity.ERROR,
        ("src/**/*.py",),
        ("python",),
    )
    assert rule(text.replace("\n", "\r\n")) == rule(text)
    assert rule("\ufeff" + text) == rule(text)


def test_nothing_needs_to_be_said_but_the_text() -> None:
    assert rule("+++\n+++\nNo.") == Rule("no-print", "No.", Severity.WARNING)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("No.", 1, "a rule begins with TOML between two lines of +++"),
        ("---\nseverity: error\n---\nNo.", 1, "a rule begins with TOML"),
        ("", 1, "a rule begins with TOML"),
        ("+++\nNo.", 1, "no second line of +++"),
        ('+++\n\nseverity = "error\n+++\nNo.', 3, ""),
        ("+++\nseverity = \n+++\nNo.", 2, ""),
        ("+++\na = [\n+++\nNo.", 2, ""),
        ('+++\n# x\nseverty = "error"\n+++\nNo.', 3, 'did you mean "severity"?'),
        ('+++\n\nseverity = "bad"\n+++\nNo.', 3, "one of note, warning, error"),
        ("+++\nseverity = [1]\n+++\nNo.", 2, "one of note, warning, error"),
        ('+++\ntitle = "a"\nglobs = "*.py"\n+++\nNo.', 3, "a list of texts"),
        ("+++\nglobs = []\n+++\nNo.", 2, "with one at least"),
        ("+++\nglobs = [1]\n+++\nNo.", 2, "a list of texts"),
        ('+++\nglobs = ["*.{ts,tsx}"]\n+++\nNo.', 2, "is none"),
        ('+++\nglobs = ["!a"]\n+++\nNo.', 2, "is none"),
        ('+++\nglobs = ["/"]\n+++\nNo.', 2, "is none"),
        ('+++\nlanguages = ["pyton"]\n+++\nNo.', 2, 'did you mean "python"?'),
        ("+++\ntitle = 1\n+++\nNo.", 2, "title must be a text"),
        ('+++\ntitle = "No"\n+++\n \n', 4, "it says nothing"),
        (f"+++\n+++\n{'a' * (LONGEST_TEXT + 1)}", 3, "801 characters"),
        (b"+++\n+++\n\nab\xff", 4, "not UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    text: str | bytes, line: int, problem: str
) -> None:
    with pytest.raises(ConfigError) as raised:
        rule(text)
    assert raised.value.message.startswith(f"{PATH}, line {line} in the index: ")
    assert problem in raised.value.message
    assert "docs/rules.md" in raised.value.remedy


@pytest.mark.parametrize("name", ["No-Print", "no print", "a" * 41, "-a", "a_b", 'a"b', ""])
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(ConfigError, match="small letters"):
        rule("+++\n+++\nNo.", f".reviewbot/rules/{name}.md")


def test_a_file_too_large_is_not_parsed() -> None:
    with pytest.raises(ConfigError, match="bytes"):
        rule("+++\n" + "a = 1\n" * 2000 + "+++\nNo.")


def test_secrets_are_masked() -> None:
    found = rule(f'+++\n+++\nNever use\nkey = "{SECRET}" again.')
    assert SECRET not in found.text
    assert "[secret]" in found.text


@given(st.one_of(st.binary(), st.text().map(lambda text: f"+++\n{text}\n+++\n{text}".encode())))
def test_any_file_is_a_rule_of_one_line_or_an_error(content: bytes) -> None:
    try:
        found = rule(content)
    except ConfigError as error:
        told = error.message
    else:
        told = found.text
        assert 0 < len(told) <= LONGEST_TEXT
    assert len(told.splitlines()) == 1
