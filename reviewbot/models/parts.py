"""Models in several files, as llama.cpp splits them: `NAME-00001-of-00003.gguf`."""

from __future__ import annotations

import re
from pathlib import Path

_PART = re.compile(r"(.+)-(\d{5})-of-(\d{5})\.gguf", re.IGNORECASE)
_SUFFIX = ".gguf"


def stem_of(name: str) -> str:
    """A file's name or path without its ending and without the number of its part.

    >>> stem_of("q4/model-q4-00002-of-00003.gguf")
    'q4/model-q4'
    """
    found = _PART.fullmatch(name)
    return found[1] if found else name[: -len(_SUFFIX)]


def count_of(name: str) -> int:
    """How many files the model of this file has."""
    found = _PART.fullmatch(name)
    return int(found[3]) if found else 1


def parts_of(path: Path) -> list[Path]:
    """The file, or all parts that are there of a model that was split."""
    if not _PART.fullmatch(path.name):
        return [path]
    files = (file for file in path.parent.iterdir() if _PART.fullmatch(file.name))
    return sorted(file for file in files if stem_of(file.name) == stem_of(path.name))
