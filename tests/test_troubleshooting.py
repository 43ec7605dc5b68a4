"""The page on troubleshooting quotes what is printed: each message is held against the source."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
# What a pattern must say itself of a message: `{a}: {b}` would be any of them.
_LEAST = 9


def _messages() -> list[str]:
    blocks = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Each line of text in the package, with anything where a value is put in."""
    texts = set[str]()
    for path in (ROOT / "reviewbot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                texts.add("".join(map(_part, node.values)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    lines = {line.strip() for text in texts for line in text.split("\n")}
    said = (line for line in lines if len(line.replace("\0", "").strip()) >= _LEAST)
    return tuple(re.compile(re.escape(line).replace("\0", ".*")) for line in said)


def _part(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else "\0"


def _is_said(message: str) -> bool:
    return any(pattern.fullmatch(message) for pattern in _patterns())


@pytest.mark.parametrize("message", _messages())
def test_a_message_that_is_quoted_is_one_that_the_code_has(message: str) -> None:
    assert _is_said(message), "no such text in reviewbot/: was it changed?"


def test_control_a_message_of_nobody_is_seen() -> None:
    assert not _is_said("no Ollama has answered at 127.0.0.1:11434")
    assert not _is_said("X: X")


def test_the_page_has_the_symptoms() -> None:
    assert len(_messages()) >= 40
