"""A stand-in for xllamacpp, for whoever has this folder on PYTHONPATH: llama.cpp's server without
a model, on the Unix socket that it is told. Run with reviewbot's own engine process.

The "model" is a JSON file: `seconds` that it takes to load, `fails` with these words, `piece`:
seconds before each piece of a reply. Each load adds a line to the file FILE.loads.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from types import SimpleNamespace
from typing import Any

_REPLY = ('{"findings"', ": []}")
ggml_type = SimpleNamespace(GGML_TYPE_F16=1, GGML_TYPE_Q8_0=2, GGML_TYPE_Q4_0=3)


class CommonParams:
    def __init__(self) -> None:
        self.model = SimpleNamespace(path="")
        self.cpuparams = SimpleNamespace()
        self.cpuparams_batch = SimpleNamespace()
        self.n_ctx, self.n_parallel = 0, 1
        self.hostnames: list[str] = []
        self.api_keys: list[str] = []


def get_device_info() -> list[Any]:
    return []


class _Server(ThreadingUnixStreamServer):
    request_queue_size = 128


class Server:
    def __init__(self, params: CommonParams) -> None:
        path = Path(params.model.path)
        told = json.loads(path.read_text())
        with Path(f"{path}.loads").open("a") as loads:
            loads.write(f"{os.getpid()}\n")
        time.sleep(told.get("seconds", 0))
        if "fails" in told:
            sys.stderr.write(f"0.1 E {told['fails']}\n")
            raise RuntimeError("Failed to init server")
        names = {"params": params, "piece": told.get("piece", 0)}
        handler = type("Handler", (_Handler,), names)
        server = _Server(params.hostnames[0], handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    params: CommonParams
    piece: float

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        window = self.params.n_ctx // self.params.n_parallel
        slots = {"total_slots": self.params.n_parallel}
        self._say(slots | {"default_generation_settings": {"n_ctx": window}})

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        self.rfile.read(length)
        if self.path.endswith("input_tokens"):
            self._say({"input_tokens": length // 4})
        elif self._is_known():
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            for piece in _REPLY:
                time.sleep(self.piece)
                self._event({"choices": [{"delta": {"content": piece}}]})
            usage = {"prompt_tokens": length // 4, "completion_tokens": len(_REPLY)}
            self._event({"choices": [{"finish_reason": "stop", "delta": {}}], "usage": usage})

    def _is_known(self) -> bool:
        known = self.headers["authorization"] == f"Bearer {self.params.api_keys[0]}"
        if not known:
            self.send_error(401)
        return known

    def _say(self, answer: dict[str, Any]) -> None:
        if self._is_known():
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
        self.wfile.flush()
