"""The context window of a server's model, read where each server tells it; never guessed.

| server | route | seen |
|---|---|---|
| vLLM | `/v1/models`: `max_model_len`; an adapter's is its `parent`'s | run, 0.32.0 |
| vllm-router | hands all these routes on to one of its workers: all must be alike | run, 0.1.17 |
| llama.cpp | `/props`: `default_generation_settings.n_ctx`, of one slot | run, b11434 |
| llama.cpp | `/v1/models`: `meta.n_ctx`, of one slot, too | run, b11434 |
| LM Studio 0.4+ | `/api/v1/models`: `loaded_instances[].config.context_length` | documented |
| LM Studio 0.3.6+ | `/api/v0/models`: `loaded_context_length` | documented by clients |
| LocalAI | `/api/show`: `model_info["general.context_length"]` | its source, ollama/models.go |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reviewbot.engines.base import Patience
from reviewbot.engines.cloud import refuse_cloud
from reviewbot.engines.openai_server import Model, OpenAIServer
from reviewbot.engines.wire import StatusError, mapping, number
from reviewbot.errors import RefusedError, UsageError

# Where a server does not tell and the user does not say: what LocalAI gives a model without a
# setting of its own, and the least that llama.cpp shrinks to when memory is short (b11434).
DEFAULT_WINDOW = 4096
_LOAD_SECONDS = 600.0


def window_of(server: OpenAIServer, model: Model, patience: Patience) -> int | None:
    """Raises RefusedError for a model that its server would forward, UsageError for Ollama,
    EngineUnavailable."""
    readers: tuple[Callable[[], int], ...] = (
        lambda: number(model.facts.get("max_model_len")),
        lambda: _of_props(server.offered("GET", "/props")),
        lambda: number(mapping(model.facts.get("meta")).get("n_ctx")),
        lambda: _of_lm_studio(server, model, patience),
        lambda: _of_old_lm_studio(server.offered("GET", "/api/v0/models"), model),
        lambda: _of_show(server.offered("POST", "/api/show", {"model": model.name}), model),
    )
    return next((tokens for read in readers if (tokens := read())), None)


def _of_props(props: dict[str, Any]) -> int:
    return number(mapping(props.get("default_generation_settings")).get("n_ctx"))


def _of_lm_studio(server: OpenAIServer, model: Model, patience: Patience) -> int:
    """LM Studio loads a model with the first request for it, and only then tells its window."""
    entry = lm_studio_entry(server, model)
    if not entry:
        return 0
    if not _loaded(entry):
        _load(server, model, patience)
        entry = lm_studio_entry(server, model)
    return min(_loaded(entry), default=0)


def lm_studio_entry(server: OpenAIServer, model: Model) -> dict[str, Any]:
    """What LM Studio says of a model; empty for another server."""
    for entry in _entries(server.offered("GET", "/api/v1/models"), "models"):
        names = [entry.get("key"), *(one.get("id") for one in _entries(entry, "loaded_instances"))]
        if model.name in names:
            return entry
    return {}


def _loaded(entry: dict[str, Any]) -> list[int]:
    """The windows of a model's instances; a request may meet any of them."""
    configs = loaded_configs(entry)
    return [tokens for config in configs if (tokens := number(config.get("context_length")))]


def loaded_configs(entry: dict[str, Any]) -> list[dict[str, Any]]:
    """How LM Studio has loaded a model, once for each instance."""
    return [mapping(one.get("config")) for one in _entries(entry, "loaded_instances")]


def _load(server: OpenAIServer, model: Model, patience: Patience) -> None:
    body = {
        "model": model.name,
        "messages": [{"role": "user", "content": "."}],
        "max_tokens": 1,
        "stream": False,
    }
    try:
        server.asked("POST", "/v1/chat/completions", body, patience, _LOAD_SECONDS)
    except StatusError as refused:
        raise server.told(refused) from None


def _of_old_lm_studio(answer: dict[str, Any], model: Model) -> int:
    found = (entry for entry in _entries(answer, "data") if entry.get("id") == model.name)
    return number(next(found, {}).get("loaded_context_length"))


def _of_show(shown: dict[str, Any], model: Model) -> int:
    """LocalAI's answer in Ollama's form. Its backend stands where Ollama has the architecture,
    and a model of the backend `cloud-proxy` is sent to a vendor."""
    refuse_cloud(model.name, shown)
    facts = mapping(shown.get("model_info"))
    backend = str(facts.get("general.architecture") or "")
    if backend == "cloud-proxy":
        raise RefusedError(
            f"{model.name} does not run on this machine: LocalAI's cloud-proxy sends the code on",
            "choose a model of another backend",
        )
    if number(facts.get(f"{backend}.context_length")):
        # Its /v1 cannot set the window and cuts a longer prompt without a word.
        raise UsageError("this server is Ollama", "use --engine ollama, with the same --url")
    return number(facts.get("general.context_length"))


def _entries(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    listed = answer.get(name)
    return [mapping(entry) for entry in listed] if isinstance(listed, list) else []
