"""The rules that are listed are there, and none of them is about style."""

from __future__ import annotations

import json
import subprocess

import pytest

from reviewbot.linters.base import Linter
from reviewbot.linters.oxlint import OXLINT
from reviewbot.linters.programs import program
from reviewbot.linters.ruff import RUFF
from reviewbot.linters.table import LINTERS, suffix_for
from tests.conftest import Repository
from tests.linters.samples import SAMPLES, hits


def _printed(linter: Linter, *arguments: str) -> str:
    found = program(linter)
    assert found is not None
    done = subprocess.run([found.path, *arguments], capture_output=True, check=True)
    return done.stdout.decode()


def test_each_rule_of_ruff_is_one_that_it_has_and_has_finished() -> None:
    known = {
        rule["code"]: rule
        for rule in json.loads(_printed(RUFF, "rule", "--all", "--output-format", "json"))
    }
    listed = RUFF.rules.keys() - {"invalid-syntax"}
    assert listed <= known.keys()
    assert not [code for code in listed if known[code]["preview"]]


def test_each_rule_of_oxlint_is_one_that_it_has() -> None:
    cells = [line.split("|") for line in _printed(OXLINT, "--rules").splitlines() if "|" in line]
    assert OXLINT.rules.keys() <= {row[1].strip() for row in cells}


@pytest.mark.parametrize("linter", LINTERS, ids=lambda linter: linter.name)
def test_each_linter_is_heard(repository: Repository, linter: Linter) -> None:
    path, text, code, line = SAMPLES[linter.name]
    repository.stage(path, text)
    (hit,) = hits(repository)
    assert (hit.linter, hit.code, hit.path, hit.line) == (linter.name, code, path, line)
    assert hit.id == f"LINT-{linter.name}-{code}".upper()
    assert hit.text == text.split("\n")[line - 1]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", "import os\n\nx = 1\nassert x\ntry:\n    x\nexcept Exception:\n    pass\n"),
        ("a.py", "import subprocess\n\nsubprocess.run('ls', shell=True)\n"),
        ("a.py", "type X = int\n\n\ndef first[T](xs: list[T]) -> T:\n    return xs[0]\n"),
        ("a.sh", "#!/bin/bash\ncd $folder\necho $x\nread y\n"),
        ("a.ts", "var unused = 1;\nconsole.log(document.title);\n"),
    ],
)
def test_habits_are_not_heard(repository: Repository, path: str, text: str) -> None:
    repository.stage(path, text)
    assert hits(repository) == []


def test_one_syntax_error_is_told_and_not_its_echoes(repository: Repository) -> None:
    repository.stage("a.py", "def f(:\n    return )\n\nx = = 1\n")
    (hit,) = hits(repository)
    assert hit.id == "LINT-RUFF-INVALID-SYNTAX"


def test_a_file_goes_to_the_linter_of_its_language() -> None:
    found = {
        path: [linter.name for linter in LINTERS if suffix_for(linter, path, text)]
        for path, text in {
            "a.py": "",
            "tool": "#!/usr/bin/env python3\n",
            "a.jsx": "",
            "a.mts": "",
            "run": "#!/bin/sh\n",
            "a.go": "",
            "README": "",
        }.items()
    }
    assert found == {
        "a.py": ["ruff"],
        "tool": ["ruff"],
        "a.jsx": ["oxlint"],
        "a.mts": ["oxlint"],
        "run": ["shellcheck"],
        "a.go": [],
        "README": [],
    }
