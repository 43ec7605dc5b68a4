"""Which of a server's models, how it is loaded, and what came of it.

Facts that shape this (Ollama's source v0.33 and its documentation):

- `num_ctx` is one constant: any change of it unloads and loads the model again. A request with
  the very window of a loaded model, as `/api/ps` tells it, never does (server/sched.go,
  needsReload), whoever loaded it.
- Headers come only after the model is loaded, and a client that gives up before aborts the load,
  so loading is a request of its own, with a long time-out.
- Two models with the same weights share what is in memory, and `/api/ps` names one of them (seen
  with 0.32.15). The other is asked to load, which then takes no time.
- A cloud model stands under the local address; `remote_host` tells it, or a `cloud` tag.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from reviewbot.engines.backoff import Backoff
from reviewbot.engines.base import Patience
from reviewbot.engines.cloud import refuse_cloud
from reviewbot.engines.ollama_memory import instead_of, may_be_too_large
from reviewbot.engines.ollama_server import (
    BUSY,
    BUSY_SECONDS,
    Held,
    Loaded,
    OllamaServer,
    remedy_of,
)
from reviewbot.engines.ollama_think import Thinking
from reviewbot.engines.wire import StatusError
from reviewbot.errors import EngineUnavailable, UsageError, nearest
from reviewbot.models.catalog import family_of
from reviewbot.models.lookup import how_to_pull
from reviewbot.prompt import THOUGHT_TOKENS, Think
from reviewbot.prompting.budget import USUAL_WINDOW
from reviewbot.report import EngineInfo

# Tokens without a thought; a smaller trained context wins.
WINDOW = USUAL_WINDOW
KEEP_ALIVE = "30m"
_LOAD_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A model in memory. `num_ctx` is that of every request: another value, even the smaller one
    that the server made of it, would load the model again. `window` is the real one."""

    info: EngineInfo
    num_ctx: int
    window: int
    thinking: Thinking


def chosen(server: OllamaServer, model: str) -> tuple[Held, dict[str, Any]]:
    """The model and what `/api/show` says of it, after its name, the list and that answer were
    found to say that it runs there. Nothing is loaded.

    Raises UsageError for a model that the server does not hold, RefusedError for one that it
    would forward to a cloud, EngineUnavailable.
    """
    held = _held(server, model)
    refuse_cloud(held.name, {"remote_host": held.remote})
    shown = server.post("POST", "/api/show", {"model": held.name})
    refuse_cloud(held.name, shown)
    return held, shown


def trained_window(shown: dict[str, Any]) -> int | None:
    """`<architecture>.context_length` of an `/api/show` answer."""
    facts = shown.get("model_info") or {}
    length = facts.get(f"{facts.get('general.architecture')}.context_length")
    return int(length) if length else None


def ready(server: OllamaServer, model: str, patience: Patience, think: Think | None) -> Ready:
    """The model in memory, with room for a thought. One that is there already with a window that
    is long enough stays as it is. Raises as `chosen` does, EngineUnavailable where it cannot be
    loaded."""
    held, shown = chosen(server, model)
    thinking = Thinking.of(shown)
    trained = trained_window(shown)
    wanted = WINDOW + THOUGHT_TOKENS[thinking.level(think or family_of(held.name).think)]
    wanted = min(wanted, trained or wanted)
    num_ctx, loaded = _loaded(server, held, wanted, patience)
    window = min(tokens for tokens in (num_ctx, trained, loaded and loaded.context) if tokens)
    return Ready(_info(held, loaded, window), num_ctx, window, thinking)


def _loaded(
    server: OllamaServer, held: Held, wanted: int, patience: Patience
) -> tuple[int, Loaded | None]:
    """The `num_ctx` of all calls to come, and what is in memory. It is asked anew: the list may
    be from before this review's turn."""
    loaded = server.in_memory(held.name)
    if loaded and loaded.context >= wanted:
        return loaded.context, loaded
    patience.on_wait(f"loading {held.name} into Ollama's memory")
    _preload(server, held.name, wanted, patience)
    return wanted, server.in_memory(held.name)


def measured(server: OllamaServer, held: Held, window: int) -> EngineInfo:
    """What is loaded: the real window, and whether the model spilled out of the GPU."""
    loaded = server.in_memory(held.name)
    return _info(held, loaded, min(window, (loaded and loaded.context) or window))


def _held(server: OllamaServer, model: str) -> Held:
    refuse_cloud(model, {})
    models = server.held()
    for held in models:
        if held.name in (model, f"{model}:latest"):
            return held
    names = [held.name for held in models if not held.remote]
    has = nearest(model, names) if names else "it holds none"
    raise UsageError(
        f"Ollama at {server.endpoint.label} has no model {model!r}; {has}",
        how_to_pull(model),
    )


def _preload(server: OllamaServer, model: str, window: int, patience: Patience) -> None:
    """Load the model with the options of the calls to come."""
    body = {
        "model": model,
        "messages": [],
        "stream": False,
        "keep_alive": KEEP_ALIVE,
        "options": {"num_ctx": window},
    }
    busy = Backoff(patience, BUSY_SECONDS)
    while True:
        left = replace(patience, timeout=_LOAD_SECONDS).left
        try:
            refuse_cloud(model, server.asked("POST", "/api/chat", body, left))
        except StatusError as refused:
            if refused.status not in BUSY or not busy.pause(refused.retry_after):
                raise _not_loaded(server, model, refused) from None
        else:
            return


def _not_loaded(server: OllamaServer, model: str, refused: StatusError) -> EngineUnavailable:
    said = f"Ollama at {server.endpoint.label} cannot load {model}: {refused.message}"
    remedy = instead_of(model) if may_be_too_large(refused.said) else remedy_of(refused)
    return EngineUnavailable(said, remedy)


def _info(held: Held, loaded: Loaded | None, window: int) -> EngineInfo:
    notes = (_spill(held.name, loaded),) if loaded and 0 < loaded.on_gpu < loaded.size else ()
    return EngineInfo("ollama", held.name, held.digest or None, window, notes)


def _spill(model: str, loaded: Loaded) -> str:
    """What to do about a model that is partly on the CPU."""
    percent = 100 * (loaded.size - loaded.on_gpu) // loaded.size
    said = f"{percent} % of {model} does not fit on the GPU and runs on the CPU, which is slow"
    if loaded.context > 2 * WINDOW:
        # Somebody else loaded it; a review asks for less.
        return (
            f"{said}: another program loaded it with a window of {loaded.context} tokens;"
            f" after `ollama stop {model}` a review loads it with fewer"
        )
    return f"{said}: {instead_of(model)}"
