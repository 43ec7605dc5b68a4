"""What a worker and its callers say to each other: one JSON object a line.

The worker begins with a greeting that says which build it is. A caller of another build may say
`leave`; every later version has to understand the greeting's `build` and that word.

    worker   {"build": …}
    caller   {"ask": "lend", …}      worker   "loading", and then "lent", "failed" or "busy"
             {"ask": "leave", …}              "leaving" or "busy"
             {"ask": "status"}                "status"

What was lent is given back when the connection ends, however it ends.
"""

from __future__ import annotations

import importlib.util
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reviewbot import __version__
from reviewbot.engines import llama_process
from reviewbot.engines.llama_process import Adapter, Loading

# A file's size in bytes, and when it was last written to in nanoseconds.
Stamp = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Wish:
    """A model's file and how it is loaded, and what its files were when the caller looked. An
    engine that was loaded for an equal one serves."""

    model: str
    loading: Loading
    stamps: tuple[Stamp | None, ...]

    @staticmethod
    def to_load(model: Path, loading: Loading) -> Wish:
        adapter = loading.adapter
        files = (model, *((Path(adapter.path),) if adapter else ()))
        return Wish(str(model.absolute()), loading, tuple(map(stamp, files)))

    @property
    def is_seen_here(self) -> bool:
        """Whether the files are the same ones here. A caller in a container may have others under
        the same paths, and it is the caller's that were verified."""
        return self == Wish.to_load(Path(self.model), self.loading)

    def row(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def of(row: dict[str, Any]) -> Wish:
        """Raises KeyError, TypeError, ValueError."""
        said = row["loading"]
        adapter = Adapter(**said["adapter"]) if said["adapter"] else None
        loading = Loading(**said | {"adapter": adapter})
        stamps = (one and (int(one[0]), int(one[1])) for one in row["stamps"])
        return Wish(str(row["model"]), loading, tuple(stamps))


def build() -> str:
    """What tells this reviewbot and its llama.cpp from others, also after an upgrade in place."""
    spec = importlib.util.find_spec("xllamacpp")
    files = (llama_process.__file__, spec.origin if spec else None)
    return " ".join((__version__, *(f"{file}@{stamp(Path(file))}" for file in files if file)))


def stamp(file: Path) -> Stamp | None:
    """What changes when a file is replaced; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
