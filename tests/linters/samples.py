"""Code that a linter has something to say about, and changes that hold it."""

from __future__ import annotations

from reviewbot.linters.base import Hit
from reviewbot.linters.witness import Heard, hear
from reviewbot.settings import LinterMode
from tests.change import prepared
from tests.conftest import Repository

# For each linter a file, and the code and line of what it must say.
SAMPLES = {
    "ruff": ("a.py", "def half(x):\n    return y / 2\n", "F821", 2),
    "shellcheck": ("a.sh", '#!/bin/bash\nrm -rf "$FOLDER/"*\n', "SC2115", 2),
    "oxlint": ("a.ts", "const o = { a: 1, a: 2 };\nexport { o };\n", "no-dupe-keys", 1),
}


def heard(repository: Repository, mode: LinterMode = "on") -> tuple[Heard, ...]:
    """What the real linters say of the staged change."""
    return hear(prepared(repository), mode, 60)


def hits(repository: Repository, mode: LinterMode = "on") -> list[Hit]:
    return [hit for one in heard(repository, mode) for hit in one.hits]


def codes(repository: Repository, mode: LinterMode = "on") -> list[tuple[str, int]]:
    return [(hit.code, hit.line) for hit in hits(repository, mode)]
