"""The embedded engine's own process: llama.cpp's server on a private Unix socket.

    python -m reviewbot.engines.llama_process

It stands apart from the review because native code that runs out of memory or asserts takes its
process with it, and because its log goes to the process's stderr, where the parent can find the
reason why a model would not load. Its parent speaks to it through standard input: one line of
JSON says what to run, and the end of the input, however it comes about, says to leave. So no
kill -9 of the parent leaves it behind.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviewbot.settings import CacheType


@dataclass(frozen=True, slots=True)
class Adapter:
    """A LoRA adapter: a GGUF file, and how much of it is added to the model."""

    path: str
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded. `window` is in tokens, for each of the `slots`; without a number of
    `gpu_layers` llama.cpp takes as many as fit."""

    window: int
    slots: int = 1
    cache: CacheType = "f16"
    gpu_layers: int | None = None
    adapter: Adapter | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. `key` is a random secret for the socket."""

    model: str
    socket: str
    key: str
    threads: int
    loading: Loading

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def read(line: bytes) -> Order:
        said = json.loads(line)
        loading = said["loading"]
        adapter = Adapter(**loading["adapter"]) if loading["adapter"] else None
        return Order(**said | {"loading": Loading(**loading | {"adapter": adapter})})


# Memory for what was read of earlier prompts; a token of a 1.5B model takes 28 kiB.
_OLD_PROMPTS_MIB = 256
# The answer to an order: this word, and the GPUs that llama.cpp has, in one line.
READY = b"ready"


def main() -> None:
    order = Order.read(sys.stdin.buffer.readline())
    gpus = _gpus()
    _kept = _server(order, fit=bool(gpus))
    sys.stdout.buffer.write(b" ".join((READY, *gpus)) + b"\n")
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read()
    # The parent's to remove, but a killed parent removes nothing.
    shutil.rmtree(Path(order.socket).parent, ignore_errors=True)
    os._exit(0)  # without native destructors: they wait for a reply that nobody reads any more


def _gpus() -> tuple[bytes, ...]:
    """The GPUs that this build of llama.cpp can use, as it describes them."""
    import xllamacpp

    found = xllamacpp.get_device_info()
    # Its words for devices: CPU, GPU, IGPU, ACCEL.
    said = (one["description"] for one in found if one["type"].name.endswith("GPU"))
    return tuple(" ".join(name.split()).encode() for name in said)


def _server(order: Order, *, fit: bool) -> object:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order.model
    # llama.cpp divides n_ctx among the slots (run with b11434: /props tells a slot's own part).
    params.n_ctx = order.loading.window * order.loading.slots
    params.n_parallel = order.loading.slots
    _place(params, order.loading, fit=fit)
    if adapter := order.loading.adapter:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(adapter.path, adapter.scale)]
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.hostnames = [order.socket]
    params.api_keys = [order.key]
    # llama.cpp's server would keep 8 GiB of old prompts, show a web page and answer any page's
    # script. A reviewer needs the beginnings of its few kinds of prompts: without room for them a
    # slot that goes from one kind to the other reads each anew (run with b11434: 4 tokens of a
    # review's prompt were cached behind a comparison, and 647 of 687 with this).
    params.cache_ram_mib = _OLD_PROMPTS_MIB
    params.ui = False
    params.endpoint_slots = False
    params.cors_origins = "localhost"
    params.offline = True
    params.warmup = False
    params.verbosity = 1
    return xllamacpp.Server(params)


def _place(params: Any, loading: Loading, *, fit: bool) -> None:
    """Where the layers are held, and what a value of the KV cache is.

    llama.cpp's own default of n_gpu_layers is -1 (xllamacpp 2026.10): as many as fit, which its
    `fit_params` finds out; where there is no GPU, that costs 0.4 s and finds nothing. Run here: any
    number of layers on a processor alone, which does nothing. On a GPU none of it was run; what
    it does there is llama.cpp's documentation (tools/server/README, `--gpu-layers`, `--fit`).

    A quantised V cache needs flash attention. Its default, auto, turns it on then (seen in the
    log of b11549: "enabling flash_attn since it is required for quantized V cache").
    """
    import xllamacpp

    params.fit_params = fit and loading.gpu_layers is None
    if loading.gpu_layers is not None:
        params.n_gpu_layers = loading.gpu_layers
    kind = getattr(xllamacpp.ggml_type, f"GGML_TYPE_{loading.cache.upper()}")
    params.cache_type_k = params.cache_type_v = kind


if __name__ == "__main__":
    main()
