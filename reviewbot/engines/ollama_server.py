"""An Ollama server: what it holds, what is in memory, and its short answers.

The `ollama` package gives the types of `/api/ps`; all is asked over one transport of our own. Its
types leave `remote_host` out (0.6.3), so what tells a cloud model is read from the raw answer.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import httpx

from reviewbot.endpoint import Endpoint
from reviewbot.engines.base import SLOW, Patience
from reviewbot.engines.cutoff import cut_off
from reviewbot.engines.wire import StatusError, declined, insecure, mapping, uncompressed
from reviewbot.engines.wire import body as whole
from reviewbot.errors import EngineError, EngineUnavailable, ReplyError
from reviewbot.network import Door
from reviewbot.plain import plain_line

if TYPE_CHECKING:
    from ollama import ProcessResponse

CONNECT_SECONDS = 1.5  # a server that is down is told within 2 s
# Ollama's queue is full (503); a gateway before it is asked too often (429).
BUSY = (429, 503)
BUSY_SECONDS = 60.0
_QUESTION_SECONDS = 10.0
_START = "start it with: ollama serve"
_UNAUTHORIZED, _FORBIDDEN = 401, 403
_LONGEST_VERSION = 40


class OllamaDown(EngineUnavailable):
    """Nobody listens at the address: not yet, no more, or not again yet."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model in memory: its context window in tokens (0 where the server does not tell, before
    0.10), its size in bytes and how many of them are on the GPU."""

    context: int
    size: int
    on_gpu: int


@dataclass(frozen=True, slots=True)
class Held:
    """A model that the server holds; `size` in bytes, `remote` the host that it really runs on
    (empty: this server)."""

    name: str
    digest: str
    size: int
    remote: str


class OllamaServer:
    """A server that was reached; which model it runs is not yet said. Nothing is waited for past
    `ends_at` on the monotonic clock."""

    def __init__(
        self, endpoint: Endpoint, door: Door, key: str | None, ends_at: float | None = None
    ) -> None:
        self.endpoint = endpoint
        self._ends_at = ends_at
        timeout = httpx.Timeout(_QUESTION_SECONDS, connect=CONNECT_SECONDS)
        self.raw = uncompressed(door.client(endpoint, timeout, key))

    def held(self) -> tuple[Held, ...]:
        """The models on the server, those in memory first, then the larger ones; asked for once.

        Raises EngineUnavailable when the server does not answer as Ollama does.
        """
        return self._listed

    @cached_property
    def _listed(self) -> tuple[Held, ...]:
        with self._shaped():
            tags = self.post("GET", "/api/tags").get("models") or ()
            models = [_held(mapping(tag)) for tag in tags]
        loaded = self._loaded()
        return tuple(sorted(models, key=lambda held: (held.name not in loaded, -held.size)))

    def until(self) -> dict[str, str]:
        """The models in memory, and the local time at which each leaves it unless it is asked
        again (empty: not told). Raises EngineUnavailable."""
        with self._shaped():
            found = _answer_of_ps().model_validate(self.post("GET", "/api/ps")).models
            return {
                str(one.model): f"{one.expires_at.astimezone():%F %T}" if one.expires_at else ""
                for one in found
            }

    def _loaded(self) -> dict[str, Loaded]:
        with self._shaped():
            found = _answer_of_ps().model_validate(self.post("GET", "/api/ps")).models
            return {
                str(one.model): Loaded(
                    one.context_length or 0, int(one.size or 0), int(one.size_vram or 0)
                )
                for one in found
            }

    def in_memory(self, model: str) -> Loaded | None:
        """What `/api/ps` says now of a model."""
        return self._loaded().get(model)

    def version(self) -> str:
        """What the server says that it is; other servers that speak as Ollama does make a version
        up (LocalAI's says 0.9.0). It is asked for where something is wrong already, so no answer
        is no error."""
        said = ""
        with suppress(EngineUnavailable):
            said = plain_line(str(self.post("GET", "/api/version").get("version") or ""))
        return said[:_LONGEST_VERSION] or "of unknown version"

    def post(
        self, method: str, path: str, body: object = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """The raw JSON answer. Raises EngineUnavailable."""
        try:
            return self.asked(method, path, body, timeout)
        except StatusError as refused:
            said = f"Ollama at {self.endpoint.label} answered {refused.message}"
            raise EngineUnavailable(said, remedy_of(refused)) from None

    def asked(
        self, method: str, path: str, body: object = None, timeout: float | None = None
    ) -> dict[str, Any]:
        """The raw JSON answer. Raises StatusError, EngineUnavailable."""
        run = Patience(timeout or _QUESTION_SECONDS, self._ends_at)
        bound = Patience(run.left, time.monotonic() + run.left)
        with (
            self._shaped(),
            self.translated(run, bound.ends_at),
            cut_off(bound) as extensions,
            self.raw.stream(
                method, path, json=body, timeout=limits(bound), extensions=extensions
            ) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise declined(response)
            answer = json.loads(whole(response, bound.timeout))
        if not isinstance(answer, dict):
            raise EngineUnavailable(
                f"{self.endpoint.label} does not answer as Ollama does",
                "check --url; other servers take --engine openai",
            )
        return answer

    @contextmanager
    def translated(
        self,
        patience: Patience,
        ends_at: float | None = None,
        broken: type[EngineError] = EngineUnavailable,
    ) -> Iterator[None]:
        """Turn the transport's errors into ours. `ends_at` is when the connection is shut;
        `broken` is what one is that breaks before, in the middle of an answer."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            down = OllamaDown(f"no Ollama answers at {self.endpoint.label}", _START)
            raise insecure(error, self.endpoint.label) or down from None
        except (httpx.TransportError, TimeoutError) as error:
            _ = patience.left
            late = ends_at is not None and time.monotonic() >= ends_at
            if late or isinstance(error, httpx.TimeoutException | TimeoutError):
                said = f"Ollama at {self.endpoint.label} does not answer in time"
                raise EngineUnavailable(said, SLOW) from None
            said = str(error) or type(error).__name__
            raise broken(
                f"the connection to Ollama at {self.endpoint.label} broke: {said}"
            ) from None

    @contextmanager
    def _shaped(self) -> Iterator[None]:
        """An answer of another shape than Ollama's is one of another server."""
        try:
            yield
        except StatusError:
            raise
        except (ReplyError, ValueError, TypeError, RecursionError) as error:
            raise EngineUnavailable(
                f"{self.endpoint.label} does not answer as Ollama does: {error}",
                "check --url; other servers take --engine openai",
            ) from None


def limits(patience: Patience) -> httpx.Timeout:
    return httpx.Timeout(patience.left, connect=min(patience.left, CONNECT_SECONDS))


def remedy_of(refused: StatusError) -> str:
    """What helps against a refusal that is not about one prompt or model."""
    if refused.status == _FORBIDDEN and refused.said == "no message":
        # Ollama refuses a Host header that is not local without a word (routes.go, 0.33).
        return "if a proxy stands before it, the proxy must send it the header Host: localhost"
    if refused.status in (_UNAUTHORIZED, _FORBIDDEN):
        return "if a proxy asks for a key, set it in the environment variable REVIEWBOT_API_KEY"
    return "try again later" if refused.status in BUSY else ""


def _held(tag: dict[str, Any]) -> Held:
    return Held(
        name=str(tag.get("model") or tag.get("name") or ""),
        digest=str(tag.get("digest") or ""),
        size=int(tag.get("size") or 0),
        remote=str(tag.get("remote_host") or tag.get("remote_model") or ""),
    )


def _answer_of_ps() -> type[ProcessResponse]:
    """The package's type. Importing it builds a default client from the environment, and a
    SOCKS proxy, a mistyped OLLAMA_HOST or an absent certificate file named there makes that
    raise, so the import does not see them."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if _bends_import(name)}
    try:
        from ollama import ProcessResponse
    finally:
        os.environ.update(hidden)
    return ProcessResponse


def _bends_import(name: str) -> bool:
    return name.lower().endswith("_proxy") or name.startswith(("OLLAMA_", "SSL_CERT_"))
