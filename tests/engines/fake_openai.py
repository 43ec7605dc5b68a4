"""A server that speaks OpenAI's HTTP API, with the differences of each maker and a knob for each
thing that goes wrong.

`llama_cpp` has the shapes of llama.cpp b11434 (captured); `vllm`, `lm_studio`, `localai` and
`gateway` follow what their makers document, and LocalAI's source.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.serving import Handler, Request, Served, serving

MODEL = "qwen2.5-coder-7b-instruct"
CHAT = "/v1/chat/completions"

Reply = Callable[[Handler, Served], None]
Route = Callable[[Any], object]


def delta(content: str, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "choices": [{"index": 0, "delta": {"content": content} | more, "finish_reason": finish}]
    }


USAGE = {"choices": [], "usage": {"prompt_tokens": 40, "completion_tokens": 9}}


def row(event: object) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()


def begin(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()


def stream(*events: object) -> Reply:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        for event in events:
            handler.wfile.write(row(event))
        handler.wfile.write(b"data: [DONE]\n\n")

    return send


def says(text: str, finish: str = "stop") -> Reply:
    return stream(delta(text), delta("", finish), USAGE)


def saying(status: int, said: str | dict[str, Any], **headers: str) -> Reply:
    text = said if isinstance(said, str) else json.dumps(said)
    headers = {"content_type": "application/json"} | headers
    return lambda handler, _: handler.say(text, status, **headers)


def then(*replies: Reply) -> Reply:
    """Each reply once, in order; the last one for ever."""
    left = list(replies)

    def send(handler: Handler, served: Served) -> None:
        reply = left.pop(0) if left[1:] else left[0]
        reply(handler, served)

    return send


def hang(handler: Handler, served: Served) -> None:
    served.over.wait(10)


def hang_in_mid_stream(handler: Handler, served: Served) -> None:
    begin(handler)
    handler.wfile.write(row(delta("{")))
    served.over.wait(10)


def reset_in_mid_stream(handler: Handler, served: Served) -> None:
    begin(handler)
    handler.wfile.write(row(delta("{")))
    # Closing with this option sends RST in place of FIN, as a killed process' kernel may.
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def dripping(data: bytes, *, head: bytes = b"") -> Reply:
    """One piece of `data` every 20 ms, behind `head`, for at most 5 s."""

    def send(handler: Handler, served: Served) -> None:
        handler.wfile.write(head)
        for _ in range(250):
            if served.over.wait(0.02):
                return
            handler.wfile.write(data)
            handler.wfile.flush()

    return send


STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


def endless(block: bytes, most: int, written: list[int]) -> Reply:
    """`block` until the client hangs up or `most` bytes are sent; `written` tells how many."""

    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        while sum(written) < most:
            handler.wfile.write(block)
            written.append(len(block))

    return send


@dataclass
class FakeOpenAI:
    """`routes` answer by path with a JSON value (None: 404); `chat` answers the prompt. A request
    to `requires_key` servers without the key is refused."""

    routes: dict[str, Route]
    chat: Reply = field(default_factory=lambda: says('{"findings": []}'))
    instead: dict[str, Reply] = field(default_factory=dict)
    key: str = ""
    served: Served = field(default_factory=lambda: Served("", 0))

    @property
    def url(self) -> str:
        return self.served.url

    def asked(self, path: str) -> list[Any]:
        return [one.json for one in self.served.seen if one.path == path]

    def answer(self, handler: Handler, request: Request) -> None:
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            saying(401, {"error": {"message": "Invalid API Key"}})(handler, self.served)
        elif reply := self.instead.get(request.path):
            reply(handler, self.served)
        elif request.path == CHAT and request.json.get("stream"):
            self.chat(handler, self.served)
        else:
            self._route(handler, request)

    def _route(self, handler: Handler, request: Request) -> None:
        route = self.routes.get(request.path)
        body = request.json if request.body else None
        found = route(body) if route else None
        if found is None:
            handler.say('{"error":{"code":404,"message":"File Not Found"}}', 404)
        else:
            handler.say(json.dumps(found), content_type="application/json")


def listing(*entries: dict[str, Any]) -> Route:
    return lambda _: {"object": "list", "data": list(entries)}


def llama_cpp(window: int = 8192) -> FakeOpenAI:
    meta = {"n_ctx": window, "n_ctx_train": 32768}
    return FakeOpenAI(
        {
            "/v1/models": listing({"id": MODEL, "owned_by": "llamacpp", "meta": meta}),
            "/props": lambda _: {
                "default_generation_settings": {"n_ctx": window},
                "total_slots": 4,
            },
            "/v1/chat/completions/input_tokens": lambda _: {"input_tokens": 27},
            "/tokenize": lambda body: {"tokens": [1] * len(body.get("content", ""))},
        }
    )


def vllm() -> FakeOpenAI:
    return FakeOpenAI(
        {
            "/v1/models": listing({"id": MODEL, "owned_by": "vllm", "max_model_len": 16384}),
            "/tokenize": lambda body: (
                {"count": 31, "max_model_len": 16384, "tokens": [1]} if "messages" in body else None
            ),
        }
    )


def behind_a_router(worker: FakeOpenAI, healthy: int, ill: int = 0) -> FakeOpenAI:
    """As vllm-router 0.1.17 answers (captured)."""
    workers = [
        {"url": f"http://10.0.0.{n}:8000", "model_id": "unknown", "is_healthy": n < healthy}
        for n in range(healthy + ill)
    ]
    worker.routes["/workers"] = lambda _: {"workers": workers, "total": len(workers)}
    return worker


class _LMStudio:
    """It loads a model with the first request for it."""

    def __init__(self) -> None:
        self.loaded = False

    def list_native(self, _: Any) -> object:
        instances = [
            {"id": f"{MODEL}:{n}", "config": {"context_length": tokens, "parallel": 2}}
            for n, tokens in enumerate((12000, 6000))
        ]
        entry = {"key": MODEL, "max_context_length": 32768}
        return {"models": [entry | {"loaded_instances": instances if self.loaded else []}]}

    def load(self, _: Any) -> object:
        self.loaded = True
        return {"choices": [{"message": {"content": "."}, "finish_reason": "length"}]}


def lm_studio() -> FakeOpenAI:
    state = _LMStudio()
    unexpected = {"error": "Unexpected endpoint or method."}
    others = ("/props", "/api/show", "/api/tags", "/tokenize", "/v1/tokenize")
    return FakeOpenAI(
        {
            "/v1/models": listing({"id": MODEL}, {"id": "text-embedding-nomic-embed-text-v1.5"}),
            "/api/v1/models": state.list_native,
            CHAT: state.load,
            "/v1/chat/completions/input_tokens": lambda _: unexpected,
        }
        | dict.fromkeys(others, lambda _: unexpected)
    )


def old_lm_studio() -> FakeOpenAI:
    entry = {"id": MODEL, "state": "loaded", "loaded_context_length": 7000}
    return FakeOpenAI({"/v1/models": listing({"id": MODEL}), "/api/v0/models": listing(entry)})


def localai(backend: str = "llama-cpp") -> FakeOpenAI:
    facts = {"general.architecture": backend, "general.context_length": 5000}
    tag = {
        "name": f"{MODEL}:latest",
        "digest": f"sha256:{'0' * 64}",
        "details": {"family": backend},
    }
    return FakeOpenAI(
        {
            "/v1/models": listing({"id": MODEL, "object": "model"}),
            "/api/tags": lambda _: {"models": [tag]},
            "/api/show": lambda body: {"model_info": facts} if body["model"] == MODEL else None,
            "/v1/tokenize": lambda _: {"tokens": [7] * 23},
        }
    )


def gateway() -> FakeOpenAI:
    """A server that tells nothing about itself."""
    return FakeOpenAI({"/v1/models": listing({"id": MODEL})})


@contextmanager
def running(fake: FakeOpenAI, **where: Any) -> Iterator[FakeOpenAI]:
    with serving(fake.answer, **where) as served:
        fake.served = served
        yield fake
