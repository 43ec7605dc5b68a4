"""The parser in a process of its own: it answers as the parser here does, and can be ended."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from reviewbot.change.syntax import outline, statement_starts
from reviewbot.change.syntax.parser import FAILURES, Parser
from tests.change.test_syntax import TEXTS

# Some 3 kB that take tree-sitter's Python parser over a second, and 20 kB minutes.
SLOW = ("/*" * 50 + "\n") * 200


def test_it_answers_as_the_parser_in_this_process() -> None:
    with Parser() as parser:
        for name, text in TEXTS.items():
            assert parser.outline(name, text) == outline(name, text)
            assert parser.statement_starts(name, text) == statement_starts(name, text)


def test_text_that_takes_too_long_has_no_outline_and_the_next_has_one() -> None:
    with Parser(seconds=0.5) as parser:
        assert parser.outline("a.py", SLOW) is None
        assert parser.statement_starts("a.py", SLOW) == frozenset()
        found = parser.outline("b.py", "def f():\n    pass\n")
    assert found is not None
    assert [each.name for each in found.definitions] == ["f"]


def test_after_some_failures_nothing_is_asked_any_more() -> None:
    with Parser(seconds=0.05) as parser:
        for _ in range(FAILURES):
            assert parser.outline("a.py", SLOW) is None
        assert parser.outline("b.py", "def f():\n    pass\n") is None


def test_a_process_that_dies_is_started_again() -> None:
    with Parser() as parser:
        assert parser.outline("a.py", "x = 1\n") is not None
        process = parser._process
        assert process is not None
        process.kill()
        process.wait()
        assert parser.outline("a.py", "x = 1\n") is None
        assert parser.outline("a.py", "x = 1\n") is not None


def test_no_process_is_started_for_a_language_that_is_not_known() -> None:
    with Parser() as parser:
        assert parser.outline("a.txt", "x = 1\n") is None
        assert parser._process is None


def test_no_process_is_left_behind() -> None:
    with Parser() as parser:
        parser.outline("a.py", "x = 1\n")
        process = parser._process
    assert process is not None
    assert process.poll() is not None


def test_odd_text_goes_there_and_back() -> None:
    text = "def f():\n    return '\udce9\u2028\x00'\n# \U0001f600 \ud800\n"
    with Parser() as parser:
        assert parser.outline("a.py", text) == outline("a.py", text)


def test_a_module_in_the_repository_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text(f"open({os.fspath(tmp_path / 'ran')!r}, 'w')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    with Parser() as parser:
        assert parser.outline("a.py", "x = 1\n") is not None
    assert not (tmp_path / "ran").exists()


def test_without_tree_sitter_python_is_read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    with Parser() as parser:
        found = parser.outline("a.py", "def f():\n    pass\n")
        assert parser._process is None
    assert found is not None
