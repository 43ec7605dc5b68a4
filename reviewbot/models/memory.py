"""How much memory a model needs: weights + KV cache + compute buffers + overhead.

    weights    the size of the file: all of it is loaded
    KV cache   layers × KV heads × (key size + value size) × context × slots × bytes a value
    compute    0.5 GiB
    overhead   what the device adds

The KV formula is llama.cpp's: it keeps a key and a value of each KV head, layer and token. Seen
with xllamacpp 2026.10.11549, exact to its two decimals: Qwen2.5-Coder-1.5B at 4,096 tokens 112 MiB,
at 32,768 tokens 896 (f16), 476 (q8_0) and 252 MiB (q4_0); SmolLM2-135M at 2,048 tokens 45 MiB.
A value of q8_0 takes 34 bytes in blocks of 32, of q4_0 18 bytes.

Compute buffers depend on the model's width and the batch: the 1.5B model takes 72 MiB at 4,096
tokens and 100 MiB at 32,768 with flash attention, 398 MiB with a batch of 2,048. 0.5 GiB is for the
larger models; for small ones it is too much.

Overhead of a GPU: a CUDA context takes 0.3 to 0.5 GiB (of other makers no figure was found, and the
same is assumed). On a CPU llama.cpp copies weights into another order: 597 MiB of the 1.5B model's
1,060 MiB file (Q4_K_M), nothing of SmolLM2's Q4_1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reviewbot.models.card import Card, Shape, guide
from reviewbot.settings import CacheType

Device = Literal["gpu", "cpu"]

MIB = 1 << 20
GIB = 1 << 30

# Of a block of 32 values, in bytes; see above.
_BLOCK = 32
_BLOCK_BYTES: dict[CacheType, int] = {"f16": 64, "q8_0": 34, "q4_0": 18}

_COMPUTE = GIB // 2
_GPU_OVERHEAD = GIB // 2
_REPACKED = 597 / 1060


@dataclass(frozen=True, slots=True)
class Need:
    """Bytes by part. `estimated` names the parts that are no published or exact figures."""

    weights: int
    kv: int
    compute: int
    overhead: int
    estimated: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.weights + self.kv + self.compute + self.overhead


@dataclass(frozen=True, slots=True)
class Load:
    """How a model is loaded. `context` is in tokens, for each of the `slots`."""

    quantization: str
    context: int
    slots: int = 1
    cache: CacheType = "f16"
    device: Device = "gpu"


def kv_bytes(shape: Shape, context: int, slots: int = 1, cache: CacheType = "f16") -> int:
    """The size of the KV cache. `context` is for each slot: Ollama multiplies `num_ctx` by its
    slots, llama.cpp's own `n_ctx` is divided among them."""
    values = shape.layers * shape.kv_heads * (shape.key_size + shape.value_size) * context * slots
    return values * _BLOCK_BYTES[cache] // _BLOCK


def need(card: Card, load: Load) -> Need | None:
    """What the model takes; None where its shape or size is not known."""
    weights = card.file_bytes(load.quantization)
    if weights is None or card.shape is None:
        return None
    published = load.quantization == card.quantization and card.bytes is not None
    estimated = (
        *(() if published else ("weights",)),
        *(("kv",) if card.shape_is_bound else ()),
    )
    return Need(
        weights=weights,
        kv=kv_bytes(card.shape, load.context, load.slots, load.cache),
        compute=_COMPUTE,
        overhead=_GPU_OVERHEAD if load.device == "gpu" else round(weights * _REPACKED),
        estimated=(*estimated, "compute", "overhead"),
    )


def rule_of_thumb(card: Card, quantization: str) -> int | None:
    """The popular rule, parameters × bits / 8 × 1.2, with the bits that the quantisation's name
    says. It knows nothing of the context or of the heads that share a cache."""
    known = guide().get(quantization)
    return round(card.parameters * known.nominal / 8 * 1.2) if known else None
