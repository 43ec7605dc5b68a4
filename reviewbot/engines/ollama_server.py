"""An Ollama server: what it holds, what is in memory, and its short answers.

The `ollama` package gives the typed answers. Its types leave `remote_host` out (0.6.3), so what
tells a cloud model is read from the raw answer of the same transport.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from reviewbot.engines.wire import body as whole
from reviewbot.engines.wire import mapping, refusal
from reviewbot.errors import EngineUnavailable
from reviewbot.network import Door, Endpoint

if TYPE_CHECKING:
    from ollama import Client

CONNECT_SECONDS = 2.0
_QUESTION_SECONDS = 10.0
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
        timeout = httpx.Timeout(_QUESTION_SECONDS, connect=CONNECT_SECONDS)
        self.raw = door.client(endpoint, timeout, key)
        self.typed: Client = _client_class()(
            endpoint.url,
            transport=door.transport(endpoint, key),
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
        )

    def held(self) -> tuple[Held, ...]:
        """The models on the server, those in memory first, then the larger ones.

        Raises EngineUnavailable when the server does not answer as Ollama does.
        """
        with as_unavailable(self.endpoint):
            tags = self.post("GET", "/api/tags").get("models") or ()
            models = [_held(mapping(tag)) for tag in tags]
        loaded = {model.model for model in self._loaded()}
        return tuple(sorted(models, key=lambda held: (held.name not in loaded, -held.size)))

    def _loaded(self) -> list[Any]:
        with as_unavailable(self.endpoint):
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
            as_unavailable(self.endpoint),
            self.raw.stream(method, path, json=body, timeout=seconds) as response,
        ):
            if response.status_code != httpx.codes.OK:
                said = f"Ollama at {self.endpoint.label} answered {refusal(response)}"
                raise EngineUnavailable(said, _remedy(said))
            answer = json.loads(whole(response, seconds))
        if not isinstance(answer, dict):
            raise EngineUnavailable(f"{self.endpoint.label} does not answer as Ollama does")
        return answer


@contextmanager
def as_unavailable(endpoint: Endpoint) -> Iterator[None]:
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


def _held(tag: dict[str, Any]) -> Held:
    return Held(
        name=str(tag.get("model") or tag.get("name") or ""),
        digest=str(tag.get("digest") or ""),
        size=int(tag.get("size") or 0),
        remote=str(tag.get("remote_host") or tag.get("remote_model") or ""),
    )


def _remedy(said: str) -> str:
    if "HTTP 403: no message" in said:
        # Ollama refuses a Host header that is not local without a word (routes.go, 0.33).
        return "if a proxy stands before it, the proxy must send it the header Host: localhost"
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
