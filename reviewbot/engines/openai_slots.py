"""How many prompts a server answers at the same time, where it tells.

| server | route | seen |
|---|---|---|
| llama.cpp | `/props`: `total_slots` | run, b11434 |
| LM Studio 0.4+ | `/api/v1/models`: `loaded_instances[].config.parallel` | documented |

vLLM and LocalAI do not tell.
"""

from __future__ import annotations

from typing import Any

from reviewbot.engines.openai_server import Model, OpenAIServer
from reviewbot.engines.openai_window import lm_studio_entry, loaded_configs
from reviewbot.engines.wire import number

# Tokens that a prompt and its reply take at most; see the embedded engine's window.
_PROMPT_TOKENS = 4096


def slots_of(server: OpenAIServer, model: Model, window: int) -> int | None:
    """Not more than there are prompts that fit into one window: llama.cpp's four slots share it
    by default (`--kv-unified`, of which `/props` says nothing), and a prompt that finds it full
    fails ("Context size has been exceeded")."""
    told = number(server.offered("GET", "/props").get("total_slots")) or _of_lm_studio(
        server, model
    )
    return min(told, max(1, window // _PROMPT_TOKENS)) if told else None


def _of_lm_studio(server: OpenAIServer, model: Model) -> int:
    configs: list[dict[str, Any]] = loaded_configs(lm_studio_entry(server, model))
    return sum(number(config.get("parallel")) for config in configs)
