"""What the tests of the suites do with a case: apply its diff, count its lines, parse its files."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from reviewbot.change.syntax.grammar import grammar
from reviewbot.change.syntax.language import language_of


def changed(text: str) -> dict[str, set[int]]:
    """The new numbers of lines that were added, and of those around lines that were removed."""
    found: dict[str, set[int]] = {}
    path, line = "", 0
    for row in text.splitlines():
        if row.startswith("+++ b/"):
            path = row.removeprefix("+++ b/")
        elif hunk := re.match(r"@@ -\S+ \+(\d+)", row):
            line = int(hunk[1])
        elif row[0] == "+" and not row.startswith("+++"):
            found.setdefault(path, set()).add(line)
            line += 1
        elif row[0] == "-" and not row.startswith("---"):
            found.setdefault(path, set()).update((line - 1, line))
        elif row[0] == " ":
            line += 1
    return found


def applied(case: dict[str, Any], folder: Path) -> dict[str, str]:
    """The files that git makes of the case's old ones and its diff."""
    for name, text in case["old_files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=folder,
        input=case["diff"].encode(),
        check=True,
    )
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


def parse(name: str, text: str) -> None:
    suffix = PurePosixPath(name).suffix
    if suffix == ".json":
        json.loads(text)
    elif suffix == ".toml":
        tomllib.loads(text)
    elif suffix == ".py":
        ast.parse(text)
    elif suffix not in {".md", ".yml"}:
        parse_tree(name, text)


def parse_tree(name: str, text: str) -> None:
    language = language_of(name, text)
    assert language, name
    found = grammar(language)
    if found is None:
        pytest.skip(f"no grammar of {language}")
    from tree_sitter import Parser

    assert not Parser(found).parse(text.encode()).root_node.has_error, name
