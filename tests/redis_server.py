"""A real Redis or Valkey for tests: on a port of loopback, without a file of its own. It is the
program that REVIEWBOT_TEST_REDIS names, or one on PATH."""

from __future__ import annotations

import os
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

_PROGRAMS = (os.environ.get("REVIEWBOT_TEST_REDIS", ""), "redis-server", "valkey-server")


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
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
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
    log = folder / "redis.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out)
    try:
        _wait(port, process, log)
        yield RedisServer(url, port, process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            said = log.read_text()
            if "Failed finding TLS support" in said:
                required("a redis with TLS")
            raise AssertionError(said)
        time.sleep(0.05)
    raise AssertionError("the server does not listen")
