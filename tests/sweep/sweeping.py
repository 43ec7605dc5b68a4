"""A small history with findings, and how a test sweeps it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.conftest import Repository

COMMAND = (sys.executable, "-P", "-m", "reviewbot", "sweep")
OPTIONS = ("--effort", "plain", "--linters", "off", "--min-confidence", "0")


def said(quote: str, severity: str = "error") -> dict[str, Any]:
    finding = {
        "quote": quote,
        "problem": f"It is wrong: {quote.strip()}.",
        "category": "correctness",
        "severity": severity,
    }
    return {"contains": f"|{quote}", "reply": {"findings": [finding]}}


def history(repository: Repository) -> dict[str, str]:
    """Commits by what they do: `a.py` gets a defect that is mended, `b.py` one that moves on in
    `c.py`, `m.py` one that a later comment mutes, and a merge brings nothing."""
    made = {}
    repository.stage("a.py", "def a():\n    return 1 / 0\n")
    made["a"] = _commit(repository, "a", "2026-01-05")
    repository.stage("b.py", "def b():\n    return 2 / 0\n\n\ndef e():\n    return 5\n")
    made["b"] = _commit(repository, "b", "2026-02-05")
    repository.stage("m.py", "def m():\n    return 3 / 0\n")
    made["m"] = _commit(repository, "m", "2026-03-05")
    repository.git("mv", "b.py", "c.py")
    text = "# moved\ndef b():\n    return 2 / 0\n\n\ndef e():\n    return 5\n"
    repository.stage("c.py", text)
    made["move"] = _commit(repository, "move", "2026-04-05")
    repository.stage("a.py", "def a():\n    return 1\n")
    muted = "def m():\n    # reviewbot: ignore[RB-CORRECTNESS] meant so\n    return 3 / 0\n"
    repository.stage("m.py", muted)
    made["mend"] = _commit(repository, "mend", "2026-05-05")
    repository.git("checkout", "--quiet", "-b", "side", made["move"])
    repository.stage("side.py", "x = 1\n")
    made["side"] = _commit(repository, "side", "2026-05-06")
    repository.git("checkout", "--quiet", "main")
    when = {"GIT_COMMITTER_DATE": "2026-05-07T12:00:00Z"}
    repository.git("merge", "--quiet", "--no-ff", "-m", "merge", "side", **when)
    made["merge"] = repository.git("rev-parse", "HEAD")
    return made


def _commit(repository: Repository, message: str, day: str) -> str:
    when = {"GIT_COMMITTER_DATE": f"{day}T12:00:00Z", "GIT_AUTHOR_DATE": f"{day}T12:00:00Z"}
    repository.git("commit", "--quiet", "--no-verify", "-m", message, **when)
    return repository.git("rev-parse", "HEAD")


ROWS: tuple[dict[str, Any], ...] = (
    {"contains": "- |    return 1 / 0", "reply": {"findings": []}},
    said("    return 1 / 0"),
    said("    return 2 / 0", "warning"),
    said("    return 3 / 0"),
    {"reply": {"findings": []}},
)


def rows_of(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


def many_commits(count: int) -> bytes:
    """Commits of one small file each, as `git fast-import` reads them: a process for each would
    take minutes."""
    parts = ["feature done\n"]
    for number in range(count):
        text = f"line {number} of a file that nobody reads\n"
        parts.append(
            f"commit refs/heads/main\ncommitter t <t@localhost> {1_700_000_000 + 3600 * number}"
            f" +0000\ndata 2\nc\n\nM 100644 inline f{number:04}.sql\ndata {len(text)}\n{text}\n"
        )
    return "".join([*parts, "done\n"]).encode()
