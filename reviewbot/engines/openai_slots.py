"""How many prompts a server answers at the same time, where it tells.

| server | route | seen |
|---|---|---|
| llama.cpp | `/props`: `total_slots` | run, b11434 |
| LM Studio 0.4+ | `/api/v1/models`: `loaded_instances[].config.parallel` | documented |
| vllm-router | `/workers`: the healthy ones, each like the one that is asked | run, 0.1.17 |

vLLM and LocalAI do not tell. A vLLM behind a router is taken to answer a few at once, which it does
with any GPU; what is too much is seen by what is refused or waits (`review/width.py`).
"""

from __future__ import annotations

from typing import Any

from reviewbot.engines.openai_server import Model, OpenAIServer
from reviewbot.engines.openai_window import lm_studio_entry, loaded_configs
from reviewbot.engines.wire import mapping, number

# Of a worker that does not tell; of all workers together, whatever a router says.
_OF_WORKER = 4
_MOST = 64
# Tokens that a prompt and its reply take at most; see the embedded engine's window.
_PROMPT_TOKENS = 4096


def slots_of(server: OpenAIServer, model: Model, window: int) -> int | None:
    """Not more than there are prompts that fit into one window: llama.cpp's four slots share it
    by default (`--kv-unified`, of which `/props` says nothing), and a prompt that finds it full
    fails ("Context size has been exceeded")."""
    told = number(server.offered("GET", "/props").get("total_slots")) or _of_lm_studio(
        server, model
    )
    each = min(told, max(1, window // _PROMPT_TOKENS))
    if workers := _workers(server):
        return min(_MOST, workers * (each or _OF_WORKER))
    return each or None


def _workers(server: OpenAIServer) -> int:
    """The workers behind a router, 0 where there is none. It hands a route that it does not know
    on to one of them, so `/props` is of that one."""
    listed = server.offered("GET", "/workers").get("workers")
    entries = map(mapping, listed) if isinstance(listed, list) else ()
    return sum(entry.get("is_healthy") is True for entry in entries)


def _of_lm_studio(server: OpenAIServer, model: Model) -> int:
    configs: list[dict[str, Any]] = loaded_configs(lm_studio_entry(server, model))
    return sum(number(config.get("parallel")) for config in configs)
