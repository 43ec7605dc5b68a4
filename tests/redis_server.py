"""A real Redis for tests: on a port of loopback or a Unix socket, without a file of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import required
from tests.serving import unused_port


@dataclass(frozen=True)
class RedisServer:
    url: str
    port: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def redis_server(
    folder: Path, *options: str, certificate: Path | None = None
) -> Iterator[RedisServer]:
    """`certificate`: an authority's, with `server.pem` (key and chain, for localhost) beside it;
    the server then speaks TLS alone. Skips where there is none."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        required("redis")
    port = unused_port()
    listening = ["--port", str(port)]
    url = f"redis://127.0.0.1:{port}"
    if certificate is not None:
        pem = str(certificate.with_name("server.pem"))
        listening = ["--port", "0", "--tls-port", str(port), "--tls-auth-clients", "no"]
        listening += ["--tls-cert-file", pem, "--tls-key-file", pem]
        listening += ["--tls-ca-cert-file", str(certificate)]
        url = f"rediss://localhost:{port}"
    command = [str(program), "--bind", "127.0.0.1", "--save", "", *listening, *options]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield RedisServer(url, port, process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the server ended"
        time.sleep(0.05)
    raise AssertionError("the server does not listen")
