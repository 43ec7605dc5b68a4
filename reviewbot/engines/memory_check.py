"""Whether a model fits into memory, asked before it is loaded: the kernel kills without a word.

What is held against the memory is the least that the model can do with, so that nobody is refused
what would work. That is the weights and the KV cache, plus what the process takes beside them.
Measured with Qwen2.5-Coder-1.5B (Q4_K_M, 4,096 tokens, CPU): 858 MiB of the process's own, which
are the cache (112), the weights that are copied into another order (597) and 149 of the rest; the
file's 1,065 MiB are mapped, and pages of it that were copied can be given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reviewbot.engines.llama_process import Loading
from reviewbot.errors import EngineUnavailable
from reviewbot.models import hardware
from reviewbot.models.gguf import Header
from reviewbot.models.gpus import Gpu
from reviewbot.models.memory import GIB, MIB, kv_bytes
from reviewbot.models.parts import parts_of

_BESIDE = 149 * MIB


@dataclass(frozen=True, slots=True)
class Least:
    """The least bytes that a model takes, by part."""

    weights: int
    kv: int

    @property
    def total(self) -> int:
        return self.weights + self.kv + _BESIDE

    def __str__(self) -> str:
        parts = f"weights {_gib(self.weights)}, KV cache {_gib(self.kv)}"
        return f"at least {_gib(self.total)} GiB of memory ({parts})"


def least(path: Path, header: Header, loading: Loading) -> Least:
    # A cache whose size is only bounded is left out: less than the least refuses nobody.
    known = header.shape if not header.shape_is_bound else None
    kv = kv_bytes(known, loading.window, loading.slots, loading.cache) if known else 0
    files = parts_of(path)
    if loading.adapter:
        files.append(Path(loading.adapter.path))
    return Least(sum(file.stat().st_size for file in files), kv)


def check(path: Path, header: Header, loading: Loading) -> None:
    """Raises EngineUnavailable where the model cannot fit."""
    needed = least(path, header, loading)
    free = hardware.available()
    if free is None or needed.total <= free:
        return
    if loading.gpu_layers != 0:
        # Asked only now: a maker's tool takes up to seconds to answer.
        free += sum(_free(gpu) for gpu in hardware.find_gpus(hardware.run))
    if needed.total > free:
        smaller_cache = ", or --cache-type q8_0" if needed.kv and loading.cache == "f16" else ""
        raise EngineUnavailable(
            f"{path.name} takes {needed}, and {_gib(free)} GiB are free",
            "free some (`reviewbot status` shows a model that is kept loaded), choose a smaller"
            " model or stronger quantisation (`reviewbot models recommend`), or a shorter"
            f" --window{smaller_cache}",
        )


def _free(gpu: Gpu) -> int:
    if gpu.unified:  # the machine's own memory, counted already
        return 0
    return gpu.total if gpu.free is None else gpu.free


def _gib(count: int) -> str:
    return f"{count / GIB:.1f}"
