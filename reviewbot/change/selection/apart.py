"""A repository made for one question to git: it holds nothing, and nobody's settings or hooks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

# Hexadecimal digits of an id by SHA-1; SHA-256 has more, and must be said.
_SHA1 = 40
_SHA256 = "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tobjectFormat = sha256\n"


def empty_repository(folder: Path, digits: int = _SHA1) -> Mapping[str, str]:
    """The least that git takes for a repository, without `info/exclude`; its ids have so many
    hexadecimal digits. Returns the variables that name it; its working tree is `folder/tree`."""
    home, tree = folder / "git", folder / "tree"
    for made in (home / "objects", home / "refs", tree):
        made.mkdir(parents=True)
    (home / "HEAD").write_bytes(b"ref: refs/heads/main\n")
    if digits > _SHA1:
        (home / "config").write_text(_SHA256, encoding="ascii")
    return {
        "GIT_DIR": str(home),
        "GIT_COMMON_DIR": str(home),
        "GIT_WORK_TREE": str(tree),
        "GIT_INDEX_FILE": str(folder / "index"),
    }
