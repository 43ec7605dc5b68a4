"""LoRA adapters of the embedded engine: small weights that are added to a model's own.

llama.cpp refuses to load a model together with a file that is no adapter, or one of another model,
so no review is done without the adapter that was asked for. It takes one without any weights, which
changes nothing; that is refused here. (All seen with xllamacpp 2026.10.)
"""

from __future__ import annotations

import math
import os
from pathlib import Path

from reviewbot.engines.llama_process import Adapter
from reviewbot.errors import UsageError
from reviewbot.models.gguf import NotGgufError, read_header
from reviewbot.models.weights import sha256_of


def adapter_of(said: str) -> Adapter:
    """The adapter that `PATH` or `PATH=SCALE` names. Raises UsageError."""
    whole = Path(said).expanduser()
    path, equals, scale = said.rpartition("=")
    if whole.is_file() or not equals:  # a path may hold an equals sign
        return Adapter(str(_existing(whole)))
    try:
        number = float(scale)
    except ValueError:
        return Adapter(str(_existing(whole)))
    if not math.isfinite(number) or not number:
        raise UsageError(
            f"a LoRA adapter has no effect at the scale {scale}", "--lora PATH=1.0, or without =1.0"
        )
    return Adapter(str(_existing(Path(path).expanduser())), number)


def note_of(adapter: Adapter) -> str:
    """What the report says of an adapter, since it changes the findings."""
    path = Path(adapter.path)
    return f"LoRA adapter {path.name}, scale {adapter.scale:g}, SHA-256 {sha256_of(path)}"


def _is_empty(path: Path) -> bool:
    try:
        return read_header(path).tensors == 0
    except NotGgufError:
        return False  # llama.cpp has its own words for such a file


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(
            f"no such LoRA adapter: {path}", "check the path after --lora; it names a GGUF file"
        )
    if not os.access(path, os.R_OK):
        raise UsageError(f"the LoRA adapter {path} cannot be read", f"chmod u+r {path}")
    if _is_empty(path):
        raise UsageError(
            f"the LoRA adapter {path} holds no weights", "convert it again: convert_lora_to_gguf.py"
        )
    return path.absolute()
