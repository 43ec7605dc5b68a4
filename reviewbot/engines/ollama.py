"""Ollama by its native API.

The `/v1` route cannot set the context window, so `/api/chat` is used. Facts that shape the
requests (Ollama's source v0.33 and its documentation, unless another place is named):

- Without `truncate: false` a prompt over the window is cut silently, with HTTP 200.
- `num_ctx` is one constant: any change of it unloads and loads the model again.
- Headers come only after the model is loaded, so loading is a request of its own first.
- A cloud model stands under the local address; `remote_host` tells it, or a `cloud` tag.
- The `ollama` package's chat() cannot say `truncate` (0.6.3), so the request is posted raw.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from reviewbot.engines.backoff import Backoff
from reviewbot.engines.base import OnPiece, Patience, ReplyText
from reviewbot.engines.cloud import refuse_cloud
from reviewbot.engines.ollama_server import (
    CONNECT_SECONDS,
    Held,
    OllamaServer,
    as_unavailable,
)
from reviewbot.engines.wire import StatusError, declined, event, lines, mapping
from reviewbot.errors import ReplyError, UsageError, nearest
from reviewbot.models.catalog import Family, family_of
from reviewbot.models.lookup import how_to_pull
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.prompting.budget import USUAL_WINDOW
from reviewbot.report import EngineInfo

# Tokens; a smaller trained context wins.
WINDOW = USUAL_WINDOW
KEEP_ALIVE = "30m"
_LOAD_SECONDS = 600.0
_QUEUE_FULL = 503
_BUSY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Load:
    """How the model was loaded. `window` is the `num_ctx` of every request: another value, even
    the smaller one that the server made of it, would load the model again."""

    window: int
    thinks: bool


class OllamaEngine:
    def __init__(self, server: OllamaServer, info: EngineInfo, patience: Patience, load: _Load):
        self._server = server
        self._info = info
        self._patience = patience
        self._load = load

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def family(self) -> Family:
        return family_of(self._info.model)

    @property
    def slots(self) -> int | None:
        return None  # OLLAMA_NUM_PARALLEL is not told

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002  (no such endpoint)
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        busy = Backoff(self._patience, _BUSY_SECONDS)
        while True:
            try:
                return self._asked(prompt, on_piece)
            except StatusError as refused:
                if refused.status != _QUEUE_FULL or not busy.pause(refused.retry_after):
                    raise ReplyError(f"Ollama answered {refused.message}") from None

    def _asked(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        body = _chat_body(self._info.model, prompt, self._load)
        timeout = httpx.Timeout(self._patience.left, connect=CONNECT_SECONDS)
        with (
            as_unavailable(self._server.endpoint),
            self._server.raw.stream("POST", "/api/chat", json=body, timeout=timeout) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise declined(response)
            return self._read(response, on_piece)

    def _read(self, response: httpx.Response, on_piece: OnPiece) -> Completion:
        text = ReplyText(on_piece)
        for line in lines(response, self._patience):
            piece = event(line) if line.strip() else {}
            refuse_cloud(self._info.model, piece)
            text.add(str(mapping(piece.get("message")).get("content") or ""))
            if piece.get("done"):
                return self._completion(piece, str(text))
        raise ReplyError("the reply broke off")

    def _completion(self, last: dict[str, Any], text: str) -> Completion:
        prompt_tokens = int(last.get("prompt_eval_count") or 0)
        completion_tokens = int(last.get("eval_count") or 0)
        if self._info.window and prompt_tokens + completion_tokens > self._info.window:
            raise ReplyError("the context ran over while the model wrote: part of it was lost")
        finish = Finish.STOP if last.get("done_reason") == "stop" else Finish.LENGTH
        return Completion(text, finish, prompt_tokens, completion_tokens)


@contextmanager
def open_ollama(server: OllamaServer, model: str, patience: Patience) -> Iterator[OllamaEngine]:
    """The engine with the model in memory.

    Raises UsageError for a model that the server does not hold, RefusedError for one that it
    would forward to a cloud, EngineUnavailable when it cannot be loaded.
    """
    held, shown = chosen(server, model)
    window = min(WINDOW, trained_window(shown) or WINDOW)
    _preload(server, held.name, window, patience)
    info = measured(server, held, window)
    thinks = "thinking" in (shown.get("capabilities") or ())
    yield OllamaEngine(server, info, patience, _Load(window, thinks))


def trained_window(shown: dict[str, Any]) -> int | None:
    """`<architecture>.context_length` of an `/api/show` answer."""
    facts = shown.get("model_info") or {}
    length = facts.get(f"{facts.get('general.architecture')}.context_length")
    return int(length) if length else None


def chosen(server: OllamaServer, model: str) -> tuple[Held, dict[str, Any]]:
    """The model and what `/api/show` says of it, after its name, the list and that answer were
    found to say that it runs there. Raises as `open_ollama` does; nothing is loaded."""
    held = _held(server, model)
    refuse_cloud(held.name, {"remote_host": held.remote})
    shown = server.post("POST", "/api/show", {"model": held.name})
    refuse_cloud(held.name, shown)
    return held, shown


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
    """Load the model with the options of the calls to come. A client that gives up while the
    model loads makes the server abort the load, so this has a long time-out of its own."""
    body = {
        "model": model,
        "messages": [],
        "stream": False,
        "keep_alive": KEEP_ALIVE,
        "options": {"num_ctx": window},
    }
    left = _LOAD_SECONDS if patience.ends_at is None else min(_LOAD_SECONDS, patience.left)
    refuse_cloud(model, server.post("POST", "/api/chat", body, left))


def measured(server: OllamaServer, held: Held, window: int) -> EngineInfo:
    """What was loaded: the real window, and whether the model spilled out of the GPU."""
    entry = server.in_memory(held.name)
    notes: tuple[str, ...] = ()
    if entry is not None:
        window = min(window, entry.context_length or window)
        size, on_gpu = entry.size or 0, entry.size_vram or 0
        if 0 < on_gpu < size:
            notes = (
                f"{100 * (size - on_gpu) // size} % of {held.name} does not fit on the GPU and"
                " runs on the CPU, which is slow: take a smaller model or a stronger quantisation",
            )
    return EngineInfo("ollama", held.name, held.digest or None, window, notes)


def _chat_body(model: str, prompt: Prompt, load: _Load) -> dict[str, Any]:
    sampling = prompt.sampling
    options: dict[str, Any] = {
        "num_ctx": load.window,
        "num_predict": prompt.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }
    # What is not sent is the Modelfile's: the publisher's, or Ollama's default.
    more = {"top_p": sampling.top_p, "top_k": sampling.top_k, "min_p": sampling.min_p}
    options |= {name: value for name, value in more.items() if value is not None}
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        "format": json.loads(prompt.schema),
        "options": options,
        "stream": True,
        "truncate": False,
        "keep_alive": KEEP_ALIVE,
    }
    if load.thinks:  # elsewhere the field is an error; left out, these models think without a bound
        body["think"] = False
    return body
