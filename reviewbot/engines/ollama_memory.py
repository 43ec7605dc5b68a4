"""A model that is too large for this machine: how Ollama says so, and what helps."""

from __future__ import annotations

# In lower case. The first three are Ollama's own (0.6 to 0.33, llm/server.go and server/sched.go);
# the rest is what its runners print, as its llm/status.go (0.33) knows it, and `unable to allocate`
# of llama.cpp.
_TOO_LARGE = (
    "requires more system memory",
    "unable to load full model on gpu",
    "too large for system memory",
    "out of memory",
    "out-of-memory",
    "out of device memory",
    "cudamalloc failed",
    "hipmalloc failed",
    "failed to allocate",
    "unable to allocate",
    "allocation failed",
    "not enough memory",
    "insufficient memory",
    "vk_error_out_of_device_memory",
    "erroroutofmemory",
)
# What it says, too, when the system ended the runner for want of memory; but also for other
# reasons.
_MAYBE = (
    "unexpectedly stopped",
    "has terminated",
    "no longer running",
    "unable to load",
    "signal: killed",
)

# Tokens. A prompt of a review with its reply stays under them.
LEAST_WINDOW = 4096
HALF_CACHE = "OLLAMA_FLASH_ATTENTION=1 OLLAMA_KV_CACHE_TYPE=q8_0 ollama serve"


def is_too_large(said: str) -> bool:
    """Whether an error says that memory ran out."""
    return any(words in said.lower() for words in _TOO_LARGE)


def may_be_too_large(said: str) -> bool:
    """Whether an error at loading may come from memory that ran out."""
    return is_too_large(said) or any(words in said.lower() for words in _MAYBE)


def instead_of(model: str, window: int) -> str:
    """What to type against a model that is too large with a window of so many tokens."""
    from reviewbot.models.smaller import next_smaller

    smaller = next_smaller(model)
    take = f"ollama pull {smaller}, then --model {smaller}" if smaller else "take a smaller model"
    ways = f"{take}; or halve the memory of the context: {HALF_CACHE}"
    half = window // 2
    return f"{ways}, or --window {half}" if half >= LEAST_WINDOW else ways
