"""What a fleet is made of, as processes on loopback: vllm-router, and llama.cpp's server."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from reviewbot.engines.embedded import installed
from tests.conftest import TEST_MODELS, required
from tests.serving import unused_port

WINDOW, SLOTS = 8192, 1
MODEL = TEST_MODELS / "smollm2-135m-instruct-q4_1.gguf"
_LLAMA = """
import os, sys, xllamacpp
model, port, window, slots = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = params.model_alias = model
params.hostnames = ["127.0.0.1"]
params.port = int(port)
params.n_ctx, params.n_parallel = int(window), int(slots)
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.cache_ram_mib, params.ui, params.warmup, params.verbosity = 0, False, False, 1
server = xllamacpp.Server(params)
print("ready", flush=True)
sys.stdin.read()
os._exit(0)
"""


@dataclass(frozen=True)
class Router:
    """A router that runs. Whoever reaches it can add workers: it has no key for that."""

    url: str

    def get(self, path: str) -> Any:
        return httpx.get(self.url + path, trust_env=False).json()

    def add(self, worker: str) -> None:
        self._post("/add_worker", worker)

    def remove(self, worker: str) -> None:
        self._post("/remove_worker", worker)

    def _post(self, path: str, worker: str) -> None:
        asked = {"params": {"url": worker}, "trust_env": False, "timeout": 60}
        httpx.post(self.url + path, **asked).raise_for_status()  # type: ignore[arg-type]


def router_is_here() -> bool:
    return importlib.util.find_spec("vllm_router") is not None


@contextmanager
def router(workers: Sequence[str], policy: str, *options: str) -> Iterator[Router]:
    """vllm-router in front of workers, without its own metrics' port being anybody else's."""
    if not router_is_here():
        required("vllm-router")
    port = unused_port()
    command = [sys.executable, "-m", "vllm_router.launch_router", "--worker-urls", *workers]
    command += ["--policy", policy, "--port", str(port), "--worker-startup-check-interval", "1"]
    command += ["--prometheus-port", str(unused_port()), *options]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **quiet)  # type: ignore[call-overload]
    with process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/readiness", process)
            yield Router(f"http://127.0.0.1:{port}")
        finally:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError("the router does not start")


@dataclass(frozen=True)
class Llama:
    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def llama(model: Path = MODEL, slots: int = SLOTS) -> Iterator[Llama]:
    """llama.cpp's server with a model, on one thread."""
    if not installed() or not model.is_file():
        required("engine")
    port = unused_port()
    arguments = [str(model), str(port), str(WINDOW * slots), str(slots)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([sys.executable, "-c", _LLAMA, *arguments], **pipes)  # type: ignore[call-overload]
    with process:
        try:
            assert process.stdout.readline() == b"ready\n"
            yield Llama(f"http://127.0.0.1:{port}", process)
        finally:
            process.kill()


@contextmanager
def workers(count: int, seconds: float) -> Iterator[list[str]]:
    """The addresses of workers of a fixed latency, in a process of their own."""
    command = [sys.executable, "-m", "tests.fleet.worker", str(count), str(seconds)]
    root = str(Path(__file__).resolve().parent.parent.parent)
    environ = os.environ | {"PYTHONPATH": f"{root}:{os.environ.get('PYTHONPATH', '')}"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environ
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.kill()


def files(count: int) -> dict[str, str]:
    """Small files, each of which is a chunk of its own."""
    return {f"f{n}.py": f"def f{n}(x):\n    return x + {n}\n" for n in range(count)}
