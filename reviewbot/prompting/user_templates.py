"""The templates with the user's own files in their places, each of which was tried."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

from reviewbot.errors import UsageError, nearest
from reviewbot.prompting.templates import NAMES, SYSTEM, Templates, UserTemplate
from reviewbot.prompting.trial import tried


def user_templates(folder: Path | None, system_prompt: Path | None) -> Templates:
    """The templates with the user's own in their places: the files in the folder, and one for
    the system prompt, which wins. Raises UsageError for a file that cannot serve."""
    found = {path.name: path for path in _in(folder)} if folder is not None else {}
    if system_prompt is not None:
        found[SYSTEM] = system_prompt
    return tried(Templates(tuple(_read(name, path) for name, path in sorted(found.items()))))


def _in(folder: Path) -> Iterator[Path]:
    try:
        paths = sorted(folder.glob("*.j2")) if folder.is_dir() else []
    except OSError as error:
        raise UsageError(
            f"cannot read {folder}: {error.strerror}",
            f"look at its permissions: ls -ld {shlex.quote(str(folder))}",
        ) from None
    for path in paths:
        if path.name not in NAMES:
            raise UsageError(
                f"{path}: there is no template of that name; {nearest(path.name, NAMES)}",
                f"rename it, or: rm {shlex.quote(str(path))}",
            )
        yield path


def _read(name: str, path: Path) -> UserTemplate:
    try:
        if path.exists() and not path.is_file():  # a pipe would be waited for
            raise UsageError(
                f"the prompt {path} is not a file", "check the path after --system-prompt"
            )
        return UserTemplate(name, path, path.read_bytes())
    except OSError as error:
        raise UsageError(
            f"cannot read the prompt {path}: {error.strerror}",
            f"check it, or --system-prompt: ls -l {shlex.quote(str(path))}",
        ) from None
