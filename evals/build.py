"""Makes suite.jsonl out of the folders in cases/: `python evals/build.py` after each edit."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

EVALS = Path(__file__).resolve().parent
CASES = EVALS / "cases"
SUITE = EVALS / "suite.jsonl"

ORDINARY = "ordinary"
LANGUAGES = {
    "bash": "Bash",
    "c": "C",
    "go": "Go",
    "java": "Java",
    "javascript": "JavaScript",
    "python": "Python",
    "rust": "Rust",
}

Files = Mapping[str, str]


class CaseError(Exception):
    """A folder in cases/ is not a case; the message says which one and why."""


def _diff_of_file(path: str, old: str | None, new: str | None) -> str:
    head = [f"diff --git a/{path} b/{path}\n"]
    if old is None:
        head.append("new file mode 100644\n")
    if new is None:
        head.append("deleted file mode 100644\n")
    lines = difflib.unified_diff(
        (old or "").splitlines(keepends=True),
        (new or "").splitlines(keepends=True),
        "/dev/null" if old is None else f"a/{path}",
        "/dev/null" if new is None else f"b/{path}",
    )
    return "".join([*head, *lines])


def diff(old: Files, new: Files) -> str:
    """What `git diff` shows, without its index lines; `git apply` takes it."""
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return "".join(_diff_of_file(path, old.get(path), new.get(path)) for path in paths)


def _changed_lines(text: str) -> int:
    signs = [line[0] for line in text.splitlines() if not line.startswith(("+++", "---"))]
    return signs.count("+") + signs.count("-")


def golden(case: Path, about: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The place of the defect: `mark` is copied from the text and stands there once."""
    mark = about["mark"].strip("\n")
    before, found, after = f"\n{text}".partition(f"\n{mark}\n")
    if not found or f"\n{mark}\n" in f"\n{after}":
        raise CaseError(f"{case}: `mark` has to stand in the defect once, as whole lines")
    first = before.count("\n") + 1
    return {
        "file": about["path"],
        "line": [first, first + mark.count("\n")],
        "anchor": about["anchor"],
        "what": about["what"],
        "severity": about["severity"],
    }


def made(name: str, old: Files, new: Files, **more: Any) -> dict[str, Any]:
    text = diff(old, new)
    return {
        "id": name,
        "source": "reviewbot",
        "repo": "evals",
        "licence": "MIT",
        "diff": text,
        "files": dict(new),
        "old_files": dict(old),
        "changed_lines": _changed_lines(text),
        **more,
    }


def _variant(case: Path, kind: str, path: str) -> Files:
    """The text of before.*, defect.* or clean.*; a change that makes a new file has no before."""
    found = list(case.glob(f"{kind}.*"))
    if len(found) > 1 or (not found and kind != "before"):
        raise CaseError(f"{case}: expected one file {kind}.*, found {len(found)}")
    return {path: found[0].read_text(encoding="utf-8")} if found else {}


def _pair(case: Path) -> Iterator[dict[str, Any]]:
    about = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    path, group = about["path"], f"{case.parent.name}-{case.name}"
    before = _variant(case, "before", path)
    for kind, twin in (("defect", "clean"), ("clean", "defect")):
        after = _variant(case, kind, path)
        yield made(
            f"{group}-{kind}",
            before,
            after,
            track="pair",
            kind=kind,
            language=LANGUAGES[case.parent.name],
            category=about["category"],
            difficulty=about["difficulty"],
            golden=[golden(case, about, after[path])] if kind == "defect" else [],
            pair=f"{group}-{twin}",
            group=group,
            quick=about.get("quick", False),
        )


def _tree(folder: Path) -> Files:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


def _ordinary(case: Path) -> dict[str, Any]:
    about = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    name = f"{ORDINARY}-{case.name}"
    return made(
        name,
        _tree(case / "before"),
        _tree(case / "clean"),
        track=ORDINARY,
        kind="clean",
        language=about["language"],
        category=None,
        difficulty=None,
        golden=[],
        pair=None,
        group=name,
        quick=about.get("quick", False),
    )


def cases(folder: Path = CASES) -> Iterator[dict[str, Any]]:
    for about in sorted(folder.glob("*/*/case.toml")):
        if about.parent.parent.name == ORDINARY:
            yield _ordinary(about.parent)
        else:
            yield from _pair(about.parent)


def built() -> str:
    return "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases())


if __name__ == "__main__":
    SUITE.write_text(built(), encoding="utf-8", newline="\n")
