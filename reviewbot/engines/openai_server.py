"""A server that speaks OpenAI's HTTP API: its short answers, and its errors as ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from reviewbot.engines import chat_completions
from reviewbot.engines.backoff import Backoff
from reviewbot.engines.base import SLOW, OnPiece, Patience
from reviewbot.engines.wire import (
    BrokenOffError,
    StatusError,
    declined,
    insecure,
    mapping,
    uncompressed,
)
from reviewbot.engines.wire import body as whole
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.network import Door
from reviewbot.prompt import Completion

CONNECT_SECONDS = 1.5  # a server that is down is told within 2 s
_QUESTION_SECONDS = 10.0
# llama.cpp's server answers 503 while it loads a model (tools/server/README, "Loading model").
_LOAD_SECONDS = 300.0
BUSY = (429, 503)
# What a router answers that does not know yet that its worker is dead: vllm-router asks the same
# one each time until its health checks failed (500; run, 0.1.17).
_LOST = (500, 502, 504)
LOST_SECONDS = 20.0
_KEY = "set its key in the environment variable REVIEWBOT_API_KEY"


class ServerDown(EngineUnavailable):
    """Nobody listens at the address: not yet, no more, or not again yet."""


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of `/v1/models`; `facts` is what the server says of it beside its name."""

    name: str
    facts: dict[str, Any] = field(default_factory=dict)


class OpenAIServer:
    """A server at a URL; which model answers is not yet said."""

    def __init__(self, url: str, door: Door, key: str | None = None) -> None:
        endpoint = door.endpoint(base_of(url))
        self.label = endpoint.label
        self.is_here = endpoint.is_here
        self._has_key = bool(key)
        timeout = httpx.Timeout(_QUESTION_SECONDS, connect=CONNECT_SECONDS)
        self._client = uncompressed(door.client(endpoint, timeout, key))

    def models(self, patience: Patience) -> tuple[Model, ...] | None:
        """What the server lists; None where it has no list. Waits for one that is loading, and
        for a router that lost the worker which it asks.

        Raises EngineUnavailable."""
        pauses = dict.fromkeys(BUSY, Backoff(patience, _LOAD_SECONDS))
        pauses |= dict.fromkeys(_LOST, Backoff(patience, LOST_SECONDS))
        while True:
            try:
                listed = self.asked("GET", "/v1/models", patience=patience).get("data")
            except StatusError as refused:
                if refused.status in (404, 405, 501):
                    return None
                backoff = pauses.get(refused.status)
                if backoff is None or not backoff.pause(refused.retry_after):
                    raise self.told(refused) from None
            else:
                entries = map(mapping, listed if isinstance(listed, list) else ())
                return _named([entry for entry in entries if entry.get("id")])

    def chat(
        self,
        body: dict[str, Any],
        patience: Patience,
        on_piece: OnPiece,
        bound: int | None = None,
    ) -> Completion:
        """Raises StatusError, ReplyError, EngineUnavailable (ServerDown among it)."""
        with self._translated(patience):
            return chat_completions.post(self._client, body, patience, on_piece, bound)

    def offered(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        """The answer of a route that not every server has; empty where there is none."""
        try:
            answer = self.asked(method, path, body)
        except (StatusError, NotJson):
            return {}
        # LM Studio answers 200 to a route that it does not have.
        return {} if answer.get("error") else answer

    def asked(
        self,
        method: str,
        path: str,
        body: object = None,
        patience: Patience | None = None,
        seconds: float = _QUESTION_SECONDS,
    ) -> dict[str, Any]:
        """The JSON object that answers. Raises StatusError, NotJson, EngineUnavailable."""
        patience = replace(patience or Patience(seconds), timeout=seconds)
        seconds = patience.left
        timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))
        with (
            self._translated(patience),
            self._client.stream(method, path, json=body, timeout=timeout) as response,
        ):
            if response.status_code != httpx.codes.OK:
                raise declined(response)
            try:
                answer = json.loads(whole(response, seconds))
            except (ValueError, RecursionError):
                answer = None
        if not isinstance(answer, dict):
            raise NotJson(f"{self.label} does not answer as a model server does", "check --url")
        return answer

    def told(self, refused: StatusError) -> EngineUnavailable | ReplyError:
        """A refusal as an error of ours: one that meets every chunk is the server's state."""
        said = f"{self.label} answered {refused.message}"
        if refused.status in BUSY:
            return EngineUnavailable(f"{said}; it stays busy", "try again later")
        if refused.status in (401, 403):
            return EngineUnavailable(said, "check REVIEWBOT_API_KEY" if self._has_key else _KEY)
        return ReplyError(said)

    @contextmanager
    def _translated(self, patience: Patience) -> Iterator[None]:
        """Turn the transport's errors into ours."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            down = ServerDown(f"no server answers at {self.label}", "start it, or check --url")
            raise insecure(error, self.label) or down from None
        except (httpx.TimeoutException, TimeoutError):
            _ = patience.left
            raise EngineUnavailable(f"{self.label} does not answer in time", SLOW) from None
        except httpx.TransportError as error:
            _ = patience.left
            said = str(error) or type(error).__name__
            raise BrokenOffError(f"the connection to {self.label} broke: {said}") from None


def _named(entries: Sequence[dict[str, Any]]) -> tuple[Model, ...]:
    """The models that are listed. Of an adapter vLLM tells the window at its `parent` alone (seen
    with 0.32.0)."""
    windows = {str(entry["id"]): entry.get("max_model_len") for entry in entries}
    return tuple(
        Model(
            str(entry["id"]),
            {**entry, "max_model_len": windows[str(entry["parent"])]}
            if entry.get("max_model_len") is None and str(entry.get("parent")) in windows
            else entry,
        )
        for entry in entries
    )


class NotJson(EngineUnavailable):
    """An answer that is no JSON object: this is another kind of server."""


def base_of(url: str) -> str:
    """The server's own address, whether its URL was given with `/v1` or without.

    >>> base_of("http://127.0.0.1:1234/v1/"), base_of("unix:///run/llama.sock")
    ('http://127.0.0.1:1234', 'unix:///run/llama.sock')
    """
    return url.rstrip("/").removesuffix("/v1").rstrip("/")
