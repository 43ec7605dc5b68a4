"""All linters, and which of them reads a file."""

from __future__ import annotations

from reviewbot.change.syntax.language import language_of
from reviewbot.linters.base import Linter
from reviewbot.linters.oxlint import OXLINT
from reviewbot.linters.ruff import RUFF
from reviewbot.linters.shellcheck import SHELLCHECK

LINTERS: tuple[Linter, ...] = (RUFF, SHELLCHECK, OXLINT)
# What pip calls them all.
EXTRA = "reviewbot[linters]"


def suffix_for(linter: Linter, path: str, text: str) -> str | None:
    """What a file is called for a linter; None where it is not the linter's to read.

    >>> suffix_for(SHELLCHECK, "tools/run", "#!/bin/bash\\n")
    '.sh'
    """
    return linter.suffixes.get(language_of(path, text) or "")
