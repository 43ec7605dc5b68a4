"""Where results lie, and how they are put there: whole or not at all, for their owner alone."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from reviewbot.errors import OutputError
from reviewbot.folders import user_folder
from reviewbot.report import EngineInfo


@dataclass(frozen=True, slots=True)
class Places:
    """The result and the rows it is made of, side by side."""

    result: Path
    rows: Path


def places(output: Path | None, suite: str, engine: EngineInfo) -> Places:
    """`output` is a JSON file or a folder; without it they lie in the user's state folder. Raises
    OutputError for a folder that cannot be made."""
    name = re.sub(r"[^\w.-]+", "-", f"{suite}-{engine.name}-{engine.model}")
    if output is None:
        output = user_folder("state") / "evaluations"
    result = output if output.suffix == ".json" else output / f"{name}.json"
    try:
        result.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {result.parent}: {error.strerror}",
            "name another with --output",
        ) from None
    if result.is_dir():
        raise OutputError(
            f"cannot write the result {result}: it is a folder", "name a .json file with --output"
        )
    return Places(result, result.with_suffix(".rows.jsonl"))


def put(path: Path, text: str) -> None:
    """Raises OutputError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with os.fdopen(os.open(temporary, flags, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror}",
            "name another file with --output, or make room",
        ) from None
