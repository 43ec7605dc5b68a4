"""A server that speaks Ollama's wire format, with a knob for each thing that goes wrong.

Shapes of answers were captured from Ollama 0.24.0 and 0.32.15 built from source; where one of
them is meant, the place says which. What no capture shows (remote models, errors in mid-stream,
503, the bare 403) follows Ollama's source, v0.33.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.serving import Handler, Request, Served, serving

CODER = "qwen2.5-coder:0.5b"
TINY = "smollm2:135m"

# 0.32.15, the whole of an overlong prompt's answer under HTTP 400; 0.24.0 has one plain sentence.
OVERFLOW_0_32 = json.dumps(
    {
        "error": json.dumps(
            {
                "error": {
                    "code": 400,
                    "message": "request (57946 tokens) exceeds the available context size"
                    " (4096 tokens), try increasing it",
                    "type": "exceed_context_size_error",
                    "n_prompt_tokens": 57946,
                    "n_ctx": 4096,
                }
            }
        )
    }
)
OVERFLOW_0_24 = '{"error":"the input length exceeds the context length"}'


def tag(name: str, size: int = 491401979, **more: Any) -> dict[str, Any]:
    """An entry of /api/tags (0.24.0; 0.32.15 adds capabilities and two lengths)."""
    return {
        "name": name,
        "model": name,
        "modified_at": "2026-11-21T06:11:50.564956196Z",
        "size": size,
        "digest": "21ff23a0347c50494e77cf66ebbad11434ded280d57495f4d98a6e16fc88cfcc",
        "details": {
            "parent_model": "",
            "format": "gguf",
            "family": "qwen2",
            "families": ["qwen2"],
            "parameter_size": "630.17M",
            "quantization_level": "Q4_K_M",
        },
    } | more


def loaded(name: str, context: int, size: int = 577817803, on_gpu: int = 0) -> dict[str, Any]:
    """An entry of /api/ps (0.32.15, on a CPU)."""
    entry = tag(name, size)
    del entry["modified_at"]
    return entry | {
        "expires_at": "2026-11-21T06:28:18.90256785Z",
        "size_vram": on_gpu,
        "context_length": context,
    }


def piece(content: str, **more: Any) -> dict[str, Any]:
    """One object of the stream (0.24.0 and 0.32.15)."""
    return {
        "model": CODER,
        "created_at": "2026-11-21T06:11:57.326270925Z",
        "message": {"role": "assistant", "content": content},
        "done": False,
    } | more


def last(reason: str = "stop", prompt: int = 29, written: int = 31, **more: Any) -> dict[str, Any]:
    """The last object of the stream (0.24.0); its times are nanoseconds."""
    return piece(
        "",
        done=True,
        done_reason=reason,
        total_duration=10033288951,
        load_duration=120846029,
        prompt_eval_count=prompt,
        prompt_eval_duration=3469008651,
        eval_count=written,
        eval_duration=5555303613,
        **more,
    )


def line(event: object) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def stream(*events: object) -> Reply:
    """A whole stream, as chunks of NDJSON."""

    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        for event in events:
            chunk(handler, line(event))
        chunk(handler, b"")

    return send


def begin(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/x-ndjson")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()


def chunk(handler: Handler, data: bytes) -> None:
    handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
    handler.wfile.flush()


def saying(status: int, body: str, **headers: str) -> Reply:
    return lambda handler, _: handler.say(body, status, **headers)


Reply = Callable[[Handler, Served], None]


def hang(handler: Handler, served: Served) -> None:
    served.over.wait(10)


def hang_in_mid_stream(handler: Handler, served: Served) -> None:
    begin(handler)
    chunk(handler, line(piece("{")))
    served.over.wait(10)


def close_in_mid_stream(handler: Handler, served: Served) -> None:
    begin(handler)
    chunk(handler, line(piece("{")))


def reset_in_mid_stream(handler: Handler, served: Served) -> None:
    """As the system does for a process that was killed."""
    close_in_mid_stream(handler, served)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()


def dripping(data: bytes, head: bytes | None = None) -> Reply:
    """A piece every 20 ms, of a stream or of the head of the answer."""

    def send(handler: Handler, served: Served) -> None:
        if head is None:
            begin(handler)
        else:
            handler.wfile.write(head)
        ends_at = time.monotonic() + 5
        while not served.over.wait(0.02) and time.monotonic() < ends_at:
            if head is None:
                chunk(handler, data)
            else:
                handler.wfile.write(data)

    return send


def endless(*events: object) -> Reply:
    """The same pieces until the client hangs up, 100 MB at the most."""

    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        block = b"".join(map(line, events))
        block *= 1 + 65536 // len(block)
        for _ in range(100_000_000 // len(block)):
            if served.over.is_set():
                return
            chunk(handler, block)

    return send


def thought(text: str) -> dict[str, Any]:
    """A piece of a thought (0.32.15, a model with the capability and `think` on)."""
    return {
        "model": CODER,
        "created_at": "2026-11-21T12:43:54.743187608Z",
        "message": {"role": "assistant", "content": "", "thinking": text},
        "done": False,
    }


def then(*replies: Reply) -> Reply:
    """One reply after the other, and the last one for ever."""
    left = list(replies)

    def send(handler: Handler, served: Served) -> None:
        reply = left.pop(0) if len(left) > 1 else left[0]
        reply(handler, served)

    return send


@dataclass
class FakeOllama:
    """The state of the server; a test changes what it is about. A reply set in `instead` for a
    path takes the place of the usual answer."""

    tags: list[Any] = field(default_factory=lambda: [tag(CODER)])
    running: list[Any] = field(default_factory=list)
    shown: dict[str, Any] = field(default_factory=dict)
    capabilities: list[str] = field(default_factory=lambda: ["completion", "tools", "insert"])
    trained: int = 32768
    chat: Reply = field(default_factory=lambda: stream(piece('{"findings":'), piece("[]}"), last()))
    preload: Reply | None = None
    version: str = "0.32.15"
    instead: dict[str, Reply] = field(default_factory=dict)
    served: Served = field(default_factory=lambda: Served("", 0))

    @property
    def url(self) -> str:
        return self.served.url

    def asked(self, path: str) -> list[Any]:
        """The bodies of all requests to a path."""
        return [one.json for one in self.served.seen if one.path == path]

    @property
    def chats(self) -> list[Any]:
        """The bodies of the calls to /api/chat, without the one that loads the model."""
        return [body for body in self.asked("/api/chat") if body["messages"]]

    @property
    def preloads(self) -> list[Any]:
        return [body for body in self.asked("/api/chat") if not body["messages"]]

    def answer(self, handler: Handler, request: Request) -> None:
        if reply := self.instead.get(request.path):
            reply(handler, self.served)
        elif request.path == "/api/chat":
            self._chat(handler, request.json)
        else:
            self._question(handler, request)

    def _question(self, handler: Handler, request: Request) -> None:
        answers: dict[str, Callable[[], object]] = {
            "/api/version": lambda: {"version": self.version},
            "/api/tags": lambda: {"models": self.tags},
            "/api/ps": lambda: {"models": self.running},
            "/api/show": lambda: self._show(request.json["model"]),
        }
        if request.path not in answers:
            handler.say("404 page not found", 404)
        elif (found := answers[request.path]()) is None:
            handler.say(json.dumps({"error": f"model '{request.json['model']}' not found"}), 404)
        else:
            handler.say(json.dumps(found), content_type="application/json; charset=utf-8")

    def _show(self, name: str) -> dict[str, Any] | None:
        if name not in [entry["model"] for entry in self.tags if isinstance(entry, dict)]:
            return None
        return {
            "modelfile": "# Modelfile generated by ...",
            "details": tag(name)["details"],
            "model_info": {"general.architecture": "qwen2", "qwen2.context_length": self.trained},
            "capabilities": self.capabilities,
            "modified_at": "2026-11-21T06:11:50.564956196Z",
        } | self.shown

    def _chat(self, handler: Handler, body: Any) -> None:
        if body["messages"]:
            self.chat(handler, self.served)
        elif self.preload:
            self.preload(handler, self.served)
        else:
            window = min(body["options"]["num_ctx"], self.trained)
            self.running = self.running or [loaded(body["model"], window)]
            handler.say(json.dumps(piece("", model=body["model"], done=True, done_reason="load")))


@contextmanager
def fake_ollama(port: int = 0) -> Iterator[FakeOllama]:
    fake = FakeOllama()
    with serving(fake.answer, port=port) as served:
        fake.served = served
        yield fake
