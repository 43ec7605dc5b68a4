"""The embedded engine's own process: llama.cpp's server on a private Unix socket.

    python -m reviewbot.engines.llama_process

It stands apart from the review because native code that runs out of memory or asserts takes its
process with it, and because its log goes to the process's stderr, where the parent can find the
reason why a model would not load. Its parent speaks to it through standard input: one line of
JSON says what to run, and the end of the input, however it comes about, says to leave. So no
kill -9 of the parent leaves it behind.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Loading:
    """How a model is loaded. `window` is in tokens, for each of the `slots`."""

    window: int
    slots: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. `key` is a random secret for the socket."""

    model: str
    socket: str
    key: str
    threads: int
    loading: Loading

    def line(self) -> bytes:
        return json.dumps(asdict(self)).encode() + b"\n"

    @staticmethod
    def read(line: bytes) -> Order:
        said = json.loads(line)
        return Order(**said | {"loading": Loading(**said["loading"])})


READY = b"ready\n"


def main() -> None:
    order = Order.read(sys.stdin.buffer.readline())
    _kept = _server(order)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    sys.stdin.buffer.read()
    # The parent's to remove, but a killed parent removes nothing.
    shutil.rmtree(Path(order.socket).parent, ignore_errors=True)
    os._exit(0)  # without native destructors: they wait for a reply that nobody reads any more


def _server(order: Order) -> object:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order.model
    # llama.cpp divides n_ctx among the slots (run with b11434: /props tells a slot's own part).
    params.n_ctx = order.loading.window * order.loading.slots
    params.n_parallel = order.loading.slots
    params.cpuparams.n_threads = order.threads
    params.cpuparams_batch.n_threads = order.threads
    params.hostnames = [order.socket]
    params.api_keys = [order.key]
    # llama.cpp's server would keep 8 GiB of old prompts, show a web page and answer any page's
    # script; a reviewer needs the prefix of its one slot and nothing else.
    params.cache_ram_mib = 0
    params.ui = False
    params.endpoint_slots = False
    params.cors_origins = "localhost"
    params.offline = True
    params.warmup = False
    params.verbosity = 1
    return xllamacpp.Server(params)


if __name__ == "__main__":
    main()
