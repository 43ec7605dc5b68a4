"""Ollama by its native API.

The `/v1` route cannot set the context window, so `/api/chat` is used. Facts that shape the
requests (Ollama's source v0.33 and its documentation, unless another place is named):

- Without `truncate: false` a prompt over the window is cut silently, with HTTP 200.
- `num_ctx` is one constant: any change of it unloads and loads the model again.
- Headers come only after the model is loaded, so loading is a request of its own first.
- A cloud model stands under the local address; `remote_host` tells it, or a `cloud` tag.

The `ollama` package gives the typed answers. Its chat() cannot say `truncate`, and its types leave
`remote_host` out (0.6.3), so those two are read from the raw answer of the same transport.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from reviewbot.engines.base import OnPiece, Patience, ReplyText
from reviewbot.engines.wire import body as whole
from reviewbot.engines.wire import event, lines, mapping, refusal
from reviewbot.errors import EngineUnavailable, RefusedError, ReplyError, UsageError, nearest
from reviewbot.models.catalog import Family, family_of
from reviewbot.network import Door, Endpoint
from reviewbot.prompt import Completion, Finish, Prompt
from reviewbot.report import EngineInfo

if TYPE_CHECKING:
    from ollama import Client

DEFAULT_URL = "http://127.0.0.1:11434"
# Tokens; a smaller trained context wins.
WINDOW = 8192
KEEP_ALIVE = "30m"
_CONNECT_SECONDS = 2.0
_QUESTION_SECONDS = 10.0
_LOAD_SECONDS = 600.0
_START = "start it with: ollama serve"


@dataclass(frozen=True, slots=True)
class Held:
    """A model that the server holds; `size` in bytes, `remote` the host that it really runs on
    (empty: this server)."""

    name: str
    digest: str
    size: int
    remote: str


class OllamaServer:
    """A server that was reached; which model it runs is not yet said."""

    def __init__(self, endpoint: Endpoint, door: Door, key: str | None) -> None:
        self.endpoint = endpoint
        transport = door.transport(endpoint, key)
        timeout = httpx.Timeout(_QUESTION_SECONDS, connect=_CONNECT_SECONDS)
        self.raw = httpx.Client(
            base_url=endpoint.url,
            transport=transport,
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )
        self.typed: Client = _client_class()(
            endpoint.url,
            transport=transport,
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )

    def held(self) -> tuple[Held, ...]:
        """The models on the server, those in memory first, then the larger ones.

        Raises EngineUnavailable when the server does not answer as Ollama does.
        """
        with _as_unavailable(self.endpoint):
            tags = self.post("GET", "/api/tags").get("models") or ()
            models = [_held(mapping(tag)) for tag in tags]
        loaded = {model.model for model in self._loaded()}
        return tuple(sorted(models, key=lambda held: (held.name not in loaded, -held.size)))

    def _loaded(self) -> list[Any]:
        with _as_unavailable(self.endpoint):
            return list(self.typed.ps().models)

    def in_memory(self, model: str) -> Any:
        """The `/api/ps` entry of a loaded model, or None."""
        return next((entry for entry in self._loaded() if entry.model == model), None)

    def post(
        self, method: str, path: str, body: object = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """The raw JSON answer. Raises EngineUnavailable."""
        seconds = timeout or _QUESTION_SECONDS
        with (
            _as_unavailable(self.endpoint),
            self.raw.stream(method, path, json=body, timeout=seconds) as response,
        ):
            if response.status_code != httpx.codes.OK:
                said = f"Ollama at {self.endpoint.label} answered {refusal(response)}"
                raise EngineUnavailable(said, _remedy(said))
            answer = json.loads(whole(response, seconds))
        if not isinstance(answer, dict):
            raise EngineUnavailable(f"{self.endpoint.label} does not answer as Ollama does")
        return answer


class OllamaEngine:
    def __init__(self, server: OllamaServer, info: EngineInfo, patience: Patience, *, thinks: bool):
        self._server = server
        self._info = info
        self._patience = patience
        self._thinks = thinks

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def family(self) -> Family:
        return family_of(self._info.model)

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002  (no such endpoint)
        return None

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        body = _chat_body(self._info, prompt, thinks=self._thinks)
        timeout = httpx.Timeout(self._patience.left, connect=_CONNECT_SECONDS)
        with (
            _as_unavailable(self._server.endpoint),
            self._server.raw.stream("POST", "/api/chat", json=body, timeout=timeout) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise ReplyError(f"Ollama answered {refusal(response)}")
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
    held = _chosen(server, model)
    shown = server.post("POST", "/api/show", {"model": held.name})
    refuse_cloud(held.name, {"remote_host": held.remote} | shown)
    window = min(WINDOW, trained_window(shown) or WINDOW)
    _preload(server, held.name, window, patience)
    info = _measured(server, held, window)
    thinks = "thinking" in (shown.get("capabilities") or ())
    yield OllamaEngine(server, info, patience, thinks=thinks)


def refuse_cloud(name: str, answer: dict[str, Any]) -> None:
    """Raise RefusedError for a model that runs elsewhere: by its tag, or by what is said of it."""
    _, colon, tag = name.lower().rpartition(":")
    where = answer.get("remote_host") or answer.get("remote_model")
    if where or (colon and (tag == "cloud" or tag.endswith("-cloud"))):
        where = where or "Ollama's cloud"
        raise RefusedError(
            f"{name} does not run on this machine: its server sends the code to {where}",
            "choose a local model: ollama list",
        )


def trained_window(shown: dict[str, Any]) -> int | None:
    """`<architecture>.context_length` of an `/api/show` answer."""
    facts = shown.get("model_info") or {}
    length = facts.get(f"{facts.get('general.architecture')}.context_length")
    return int(length) if length else None


def _chosen(server: OllamaServer, model: str) -> Held:
    refuse_cloud(model, {})
    models = server.held()
    for held in models:
        if held.name in (model, f"{model}:latest"):
            return held
    names = [held.name for held in models if not held.remote]
    has = nearest(model, names) if names else "it holds none"
    raise UsageError(
        f"Ollama at {server.endpoint.label} has no model {model!r}; {has}",
        f"fetch it with: ollama pull {model}",
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


def _measured(server: OllamaServer, held: Held, window: int) -> EngineInfo:
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


def _chat_body(info: EngineInfo, prompt: Prompt, *, thinks: bool) -> dict[str, Any]:
    sampling = prompt.sampling
    options: dict[str, Any] = {
        "num_ctx": info.window,
        "num_predict": prompt.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }
    if sampling.top_p is not None:
        options["top_p"] = sampling.top_p
    body: dict[str, Any] = {
        "model": info.model,
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        "format": json.loads(prompt.schema),
        "options": options,
        "stream": True,
        "truncate": False,
        "keep_alive": KEEP_ALIVE,
    }
    if thinks:  # elsewhere the field is an error; left out, these models think without a bound
        body["think"] = False
    return body


def _held(tag: dict[str, Any]) -> Held:
    return Held(
        name=str(tag.get("model") or tag.get("name") or ""),
        digest=str(tag.get("digest") or ""),
        size=int(tag.get("size") or 0),
        remote=str(tag.get("remote_host") or tag.get("remote_model") or ""),
    )


@contextmanager
def _as_unavailable(endpoint: Endpoint) -> Iterator[None]:
    """Turn the transport's errors, and the `ollama` package's, into ours."""
    from ollama import ResponseError

    try:
        yield
    except (httpx.TimeoutException, TimeoutError):
        raise EngineUnavailable(f"Ollama at {endpoint.label} does not answer in time") from None
    except (httpx.ConnectError, ConnectionError):
        raise EngineUnavailable(f"no Ollama answers at {endpoint.label}", _START) from None
    except httpx.TransportError as error:
        raise EngineUnavailable(f"Ollama at {endpoint.label} is gone: {error}") from None
    except (ResponseError, ValueError, TypeError, RecursionError) as error:
        raise EngineUnavailable(
            f"{endpoint.label} does not answer as Ollama does: {error}"
        ) from None


def _remedy(said: str) -> str:
    if "memory" in said or "unable to load" in said:
        return "take a smaller model or a stronger quantisation"
    return ""


def _client_class() -> type[Client]:
    """The package's client. Importing it builds a default client from the environment, and a
    SOCKS proxy, a mistyped OLLAMA_HOST or an absent certificate file named there makes that
    raise, so the import does not see them."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if _bends_import(name)}
    try:
        from ollama import Client
    finally:
        os.environ.update(hidden)
    return Client


def _bends_import(name: str) -> bool:
    return name.lower().endswith("_proxy") or name.startswith(("OLLAMA_", "SSL_CERT_"))
