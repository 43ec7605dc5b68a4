"""Which of a server's models, how it is loaded, and what came of it.

Facts that shape this (Ollama's source v0.33 and its documentation):

- Any change of `num_ctx` unloads and loads the model again. A request with the very window of a
  loaded model, as `/api/ps` tells it, never does (server/sched.go, needsReload), whoever loaded it.
  Which window it is stands in `ollama_window.py`.
- Headers come only after the model is loaded, and a client that gives up before aborts the load,
  so loading is a request of its own, with a long time-out.
- Two models with the same weights share what is in memory, and `/api/ps` names one of them (seen
  with 0.32.15). The other is asked to load, which then takes no time.
- A cloud model stands under the local address; `remote_host` tells it, or a `cloud` tag.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from reviewbot.engines.ollama_window import NO_WISH, WINDOW, Window, Wish
from reviewbot.engines.wire import StatusError
from reviewbot.errors import EngineUnavailable, UsageError, nearest
from reviewbot.models.lookup import how_to_pull
from reviewbot.report import EngineInfo

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


def ready(server: OllamaServer, model: str, patience: Patience, wish: Wish = NO_WISH) -> Ready:
    """The model in memory. One that is there already with a window that suits stays as it is.
    Raises as `chosen` does, EngineUnavailable where it cannot be loaded."""
    held, shown = chosen(server, model)
    window = Window.of(held.name, shown, wish)
    num_ctx, loaded = _loaded(server, held, window, patience)
    real = window.real(num_ctx, loaded)
    notes = (*window.notes(held.name, real), *_spill(held.name, loaded, window))
    return Ready(_info(held, real, notes), num_ctx, real, Thinking.of(shown))


def _loaded(
    server: OllamaServer, held: Held, window: Window, patience: Patience
) -> tuple[int, Loaded | None]:
    """The `num_ctx` of all calls to come, and what is in memory. It is asked anew: the list may
    be from before this review's turn."""
    loaded = server.in_memory(held.name)
    if loaded and window.suits(loaded):
        return loaded.context, loaded
    patience.on_wait(f"loading {held.name} into Ollama's memory")
    _preload(server, held.name, window.wanted, patience)
    return window.wanted, server.in_memory(held.name)


def measured(server: OllamaServer, held: Held, window: Window) -> EngineInfo:
    """What a review would find, without loading: its window, and whether the model spilled out of
    the GPU."""
    loaded = server.in_memory(held.name)
    num_ctx = loaded.context if loaded and window.suits(loaded) else window.wanted
    return _info(held, window.real(num_ctx, None), tuple(_spill(held.name, loaded, window)))


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
                raise _not_loaded(server, model, window, refused) from None
        else:
            return


def _not_loaded(
    server: OllamaServer, model: str, window: int, refused: StatusError
) -> EngineUnavailable:
    said = f"Ollama at {server.endpoint.label} cannot load {model}: {refused.message}"
    is_memory = may_be_too_large(refused.said)
    remedy = instead_of(model, window) if is_memory else remedy_of(refused)
    return EngineUnavailable(said, remedy)


def _info(held: Held, window: int, notes: tuple[str, ...]) -> EngineInfo:
    return EngineInfo("ollama", held.name, held.digest or None, window, notes)


def _spill(model: str, loaded: Loaded | None, window: Window) -> Iterator[str]:
    """What to do about a model that is partly on the CPU."""
    if loaded is None or not 0 < loaded.on_gpu < loaded.size:
        return
    percent = 100 * (loaded.size - loaded.on_gpu) // loaded.size
    said = f"{percent} % of {model} does not fit on the GPU and runs on the CPU, which is slow"
    if loaded.context > 2 * WINDOW and not window.asked:
        # Somebody else loaded it; a review asks for less.
        yield (
            f"{said}: another program loaded it with a window of {loaded.context} tokens;"
            f" after `ollama stop {model}`, or with --window {window.wanted}, a review loads it"
            " with fewer"
        )
    else:
        yield f"{said}: {instead_of(model, loaded.context)}"
