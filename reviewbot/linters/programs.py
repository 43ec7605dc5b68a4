"""Where the linters' programs are: what pip installed beside reviewbot, and nothing else.

PATH is not asked: a program of that name in a folder of the repository's would be run.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from reviewbot.linters.base import Linter


@dataclass(frozen=True, slots=True)
class Program:
    path: Path
    version: str


def program(linter: Linter) -> Program | None:
    """The program of a linter, None where it is not installed."""
    return _installed(linter.package, linter.name)


@cache
def _installed(package: str, name: str) -> Program | None:
    try:
        found = distribution(package)
    except PackageNotFoundError:
        return None
    for file in found.files or ():
        path = Path(str(found.locate_file(file)))
        is_script = path.stem == name and path.parent.name in ("bin", "Scripts")
        if is_script and os.access(path, os.X_OK):
            return Program(path.resolve(), found.version)
    return None
