"""What becomes of each file: decided first, by reading alone, and then done. What a person wrote
stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from reviewbot.setup.sealed import is_untouched

# `write` and `remove` are done; the others say why nothing is.
State = Literal["write", "remove", "same", "left", "failed"]
DONE: dict[State, str] = {"write": "wrote", "remove": "removed"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`text`: what is written, or would have been. `over`: a file stands there and is replaced."""

    state: State
    path: Path
    told: str
    text: str = ""
    over: bool = False


def once(path: Path, text: str, told: str, top: Path | None) -> Verdict:
    """A file that is a person's as soon as it is written. `top` is the repository's, which a file
    in it must not lead out of; None: a file of the user's own."""
    if barred := _barred(path, top):
        return Verdict("failed", path, barred, text)
    if os.path.lexists(path):
        return Verdict("left", path, "is there, and stays as it is", text)
    return Verdict("write", path, told, text)


def kept_up(path: Path, text: str, told: str, top: Path | None) -> Verdict:
    """A file that is renewed until a person changes it; the text is sealed."""
    if barred := _barred(path, top):
        return Verdict("failed", path, barred, text)
    if not os.path.lexists(path):
        return Verdict("write", path, told, text)
    there = read(path)
    if there is None or path.is_symlink() or not is_untouched(there):
        return Verdict("left", path, "is there, and not as init wrote it: it stays", text)
    if there.replace("\r\n", "\n") == text:
        return Verdict("same", path, "is up to date", text)
    return Verdict("write", path, f"{told}; renewed", text, over=True)


def outlived(folder: Path, wanted: set[Path], prefix: str, top: Path) -> Iterator[Verdict]:
    """Files of ours that were written for something that is no more."""
    if _barred(folder / f"{prefix}.md", top):
        return
    for path in sorted(folder.glob(f"{prefix}*.md")):
        text = read(path)
        if path not in wanted and not path.is_symlink() and text and is_untouched(text):
            yield Verdict("remove", path, "its rule is gone")


def read(path: Path) -> str | None:
    """The text of a file; None where it is none, or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8") if path.is_file() else None
    except (OSError, UnicodeDecodeError):
        return None


def carry_out(verdict: Verdict) -> Verdict:
    """Do it; a verdict that failed says why."""
    try:
        if verdict.state == "write":
            _write(verdict)
        elif verdict.state == "remove":
            verdict.path.unlink()
    except OSError as error:
        return replace(verdict, state="failed", told=f"cannot be written: {error.strerror}")
    return verdict


def _write(verdict: Verdict) -> None:
    """Whole or not at all, and never over what came there in the meantime."""
    path = verdict.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if not verdict.over:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(verdict.text)
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            file.write(verdict.text)
        temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _barred(path: Path, top: Path | None) -> str:
    """Why a path is not written to. A repository's link may lead anywhere in the user's files."""
    if not path.is_absolute():
        return "has no place: set HOME, or XDG_CONFIG_HOME"
    if path.is_symlink() and not path.exists():
        return "is a link that leads nowhere"
    if top is None:
        return ""
    parents = [parent for parent in path.parents if parent.is_relative_to(top) and parent != top]
    for parent in reversed(parents):
        if parent.is_symlink():
            return f"would be behind a link ({parent.relative_to(top)}), and init follows none here"
        if parent.exists() and not parent.is_dir():
            return f"cannot be: {parent.relative_to(top)} is a file, not a folder"
    return ""
