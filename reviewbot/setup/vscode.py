"""VS Code: a task that reviews the staged change, and reads each finding's line as a problem."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from reviewbot.setup.files import Verdict, once, read
from reviewbot.setup.jsonc import appended, value_of

LABEL = "reviewbot: review the staged change"
# `path:line: severity: title [rule]`; what stands indented below it is code and explanation.
# JavaScript's and Python's expressions agree on all that is used here.
FINDING = r"^(\S.*?):(\d+): (error|warning|note): (.*) \[([^\[\]\s]+)\]$"
_VERSION = "2.0.0"
_PASTE = "is there and cannot be added to without a loss; add this to its `tasks`"


def task() -> dict[str, Any]:
    """VS Code itself takes a severity `note` for information (problemMatcher.ts, getSeverity)."""
    pattern = {"regexp": FINDING, "file": 1, "line": 2, "severity": 3, "message": 4, "code": 5}
    return {
        "label": LABEL,
        "type": "process",
        "command": "reviewbot",
        "args": ["review", "--format", "text", "--color", "never"],
        "group": "test",
        "presentation": {"reveal": "always", "clear": True},
        "problemMatcher": {
            "owner": "reviewbot",
            "source": "reviewbot",
            "fileLocation": ["relative", "${workspaceFolder}"],
            "pattern": pattern,
        },
    }


def verdicts(top: Path) -> tuple[Verdict, ...]:
    path = top / ".vscode" / "tasks.json"
    whole = json.dumps({"version": _VERSION, "tasks": [task()]}, indent=2) + "\n"
    verdict = once(path, whole, f"the task “{LABEL}”", top)
    return (verdict if verdict.state != "left" else _merged(verdict),)


def _merged(verdict: Verdict) -> Verdict:
    """Into what is there, with its comments."""
    left = replace(verdict, told=_PASTE, text=json.dumps(task(), indent=2) + "\n")
    text = read(verdict.path)
    if text is None or verdict.path.is_symlink():
        return left
    if has_task(text):
        return replace(verdict, state="same", told="has the task already")
    made = appended(text, "tasks", task()) if _is_of_this_version(text) else None
    if made is None:
        return left
    told = f"the task “{LABEL}”, beside what is there"
    return replace(verdict, state="write", told=told, text=made, over=True)


def has_task(text: str) -> bool:
    try:
        tasks = value_of(text)["tasks"]
        return any(isinstance(one, dict) and one.get("label") == LABEL for one in tasks)
    except (ValueError, TypeError, LookupError, RecursionError):
        return False


def _is_of_this_version(text: str) -> bool:
    try:
        return bool(value_of(text)["version"] == _VERSION)
    except (ValueError, TypeError, LookupError, RecursionError):
        return False
