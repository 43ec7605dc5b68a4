"""HTTP servers for tests: real sockets on loopback, with a record of what they were sent."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Request:
    """What a server was sent; names of headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """A running server. `over` is set when the test ends: an answer that hangs waits for it."""

    url: str
    port: int
    seen: list[Request] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class Handler(BaseHTTPRequestHandler):
    """Records the request and lets `answer` do the rest."""

    protocol_version = "HTTP/1.1"
    served: Served
    answer: Callable[[Handler, Request], None]

    def _handle(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        self.served.seen.append(request)
        type(self).answer(self, request)
        self.close_connection = True

    do_GET = do_POST = do_HEAD = do_CONNECT = _handle  # noqa: N815  (names that the base looks up)
    do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815

    def say(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        """A whole answer; `content_length` among the headers lies about its length."""
        data = body.encode() if isinstance(body, str) else body
        self.send_response(status)
        headers = {"content_length": str(len(data)), "connection": "close"} | headers
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


Answer = Callable[[Handler, Request], None]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what many of the tests are about."""


class _UnixServer(_Server):
    address_family = socket.AF_UNIX

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)


@contextmanager
def serving(
    answer: Answer,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    path: Path | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Served]:
    """A server that answers each request with `answer`: on a port, or on the Unix socket `path`."""
    served = Served("", 0)
    handler = type("_Handler", (Handler,), {"served": served, "answer": staticmethod(answer)})
    server = _made(handler, host, port, path)
    if path is not None:
        served.url = f"unix://{path}"
    else:
        served.port = int(server.server_address[1])
        served.url = f"http{'s' if tls else ''}://{host}:{served.port}"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield served
    finally:
        served.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _made(handler: type[Handler], host: str, port: int, path: Path | None) -> _Server:
    if path is not None:
        return _UnixServer(str(path), handler)  # type: ignore[arg-type]
    if ":" not in host:
        return _Server((host, port), handler)
    six = type("_SixServer", (_Server,), {"address_family": socket.AF_INET6})
    made = six((host, port), handler)
    assert isinstance(made, _Server)
    return made


def unused_port() -> int:
    """A port of 127.0.0.1 at which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
