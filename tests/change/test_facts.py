"""What parsers prove of a file, in Python by its compiler and elsewhere by tree-sitter."""

from __future__ import annotations

import pytest

from reviewbot.change.syntax.facts import Facts, of_rows
from reviewbot.change.syntax.parser import Parser
from reviewbot.change.syntax.reading import facts
from tests.change.test_syntax import TEXTS

PYTHON = '''\
import os.path as path, sys
from shop import (
    cart,
)

try:
    import json
except ImportError:
    json = None

LIMIT, FLOOR = 3, 0


def total(items, *more, rate=LIMIT):
    """Several
    lines."""
    for item in items:
        sum(item)
    return path.join(rate)
'''
SCRIPT = """\
import React, { useState as state, type Props } from 'react';
import * as fs from "fs";
import type { T } from './t';
const { a: b, c } = require('./abc');
const text = `one
two`;
if (b) { function inner() {} }
export function run(first, { second }, ...rest) { return state(first, c); }
"""
GO = """\
package a

import (
	"fmt"
	js "encoding/json"
)

func F(ctx context.Context, a, b int) error { return fmt.Errorf("x", a) }
"""
JAVA = "import a.b.Order;\nclass A { int f(Order order, int n) { return n; } }\n"
C = "static int helper(char *name, int n) {\n  return n;\n}\n"


def _facts(path: str, text: str) -> Facts:
    found = facts(path, text)
    assert found is not None
    return found


def test_python_binds_what_its_module_binds_in_any_case() -> None:
    found = _facts("a.py", PYTHON)
    assert dict(found.bound) == {
        "path": 1, "sys": 1, "cart": 2, "LIMIT": 11, "FLOOR": 11, "total": 14
    }  # fmt: skip
    (function,) = found.functions
    assert function.parameters == {"items", "more", "rate"}
    assert function.local == {"item"}
    assert (function.first, function.last) == (15, 19)
    assert found.texts == ((15, 16),)
    assert found.uses["path"] == (19,)


def test_a_name_that_is_deleted_is_not_bound() -> None:
    assert dict(_facts("a.py", "x = 1\ndel x\n").bound) == {}


def test_imports_of_scripts_bind_their_aliases_and_no_types() -> None:
    found = _facts("a.ts", SCRIPT)
    assert set(found.bound) == {"React", "state", "fs", "b", "c", "text", "run"}
    assert found.texts == ((5, 6),)
    assert {"first", "rest"} <= found.functions[-1].parameters
    assert found.uses["state"] == (1, 8)


def test_imports_of_go_bind_the_last_word_or_the_alias() -> None:
    found = _facts("a.go", GO)
    assert set(found.bound) == {"fmt", "js", "F"}
    assert found.functions[0].parameters == {"ctx", "a", "b"}


def test_imports_of_java_bind_the_class() -> None:
    found = _facts("A.java", JAVA)
    assert set(found.bound) == {"Order", "A"}
    assert found.functions[0].parameters == {"order", "n"}


def test_c_binds_its_functions() -> None:
    found = _facts("a.c", C)
    assert dict(found.bound) == {"helper": 1}
    assert found.functions[0].parameters == {"name", "n"}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "def f(:\n"),
        ("a.py", "return 1\n"),
        ("a.js", "const x = f(1;\n"),
        ("a.ts", "const x: = 1;\n"),
        ("a.go", "package a\nfunc f() { g(1 }\n"),
        ("A.java", "class A { int f() { return 1 } }\n"),
        ("a.c", "int f(void){ return 1 }\n"),
    ],
)
def test_text_with_an_error_is_not_whole(path: str, text: str) -> None:
    assert _facts(path, text) == Facts(whole=False)


@pytest.mark.parametrize(("path", "text"), [("a.txt", "x"), ("a.rb", "x = 1\n"), ("a.sh", "x\n")])
def test_where_no_parser_proves_anything_nothing_is_said(path: str, text: str) -> None:
    assert facts(path, text) is None


def test_the_process_answers_as_the_parser_here() -> None:
    with Parser() as parser:
        for name, text in TEXTS.items():
            assert parser.facts(name, text) == facts(name, text)


def test_rows_carry_all_of_it() -> None:
    found = _facts("a.py", PYTHON)
    assert of_rows(found.as_rows()) == found
