"""The embedded engine's process, from its parent's side: start it, wait for it, end it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from reviewbot.engines import memory_check
from reviewbot.engines.llama_process import READY, Loading, Order
from reviewbot.errors import EngineUnavailable
from reviewbot.models.gguf import NotGgufError, read_header
from reviewbot.plain import plain_line

LOAD_SECONDS = 300.0
_STOP_SECONDS = 5.0
# What a process that runs for days may have written of its errors before it is cut.
_LONGEST_LOG = 1_000_000


@dataclass(frozen=True, slots=True)
class Running:
    """An engine that answers: its socket, the key to it, and the GPUs that it has."""

    socket: str
    key: str
    gpus: str


def fitting(model: Path, loading: Loading) -> Loading:
    """How a model is loaded: its window is not longer than what it was trained with. Raises
    EngineUnavailable where it does not fit into memory."""
    try:
        header = read_header(model)
    except (NotGgufError, OSError):
        return loading  # llama.cpp has its own words for such a file
    loading = replace(loading, window=min(loading.window, header.context or loading.window))
    memory_check.check(model, header, loading)
    return loading


class LlamaChild:
    """A process that loads a model. Its socket and its log stand in `folder`, which is its own."""

    def __init__(self, model: Path, loading: Loading, folder: Path) -> None:
        # llama.cpp tells a socket by its ending.
        socket, key = str(folder / "engine.sock"), secrets.token_hex(16)
        self._order = Order(str(model), socket, key, _threads(), loading)
        self._log = folder / "log"
        self._is_ready = False
        # LLAMA_* variables would set what the order does not say, prompt logging among it.
        environ = {name: text for name, text in os.environ.items() if not name.startswith("LLAMA_")}
        with self._log.open("ab") as stderr:
            self._process = subprocess.Popen(
                # -P: the folder that it starts in is the repository under review, and Python would
                # take a json.py that lies there for its own.
                [sys.executable, "-P", "-m", "reviewbot.engines.llama_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=environ,
                # Ctrl-C in a terminal reaches the whole group; the parent alone says when to stop.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ready(self, seconds: float) -> Running:
        """Wait that long for the model to be loaded. Raises EngineUnavailable, with the engine's
        own words where it does not load."""
        process = self._process
        assert process.stdin is not None  # noqa: S101
        assert process.stdout is not None  # noqa: S101
        # A blocked read does not end by itself: the timer ends the process, and so the read.
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        try:
            process.stdin.write(self._order.line())
            process.stdin.flush()
            said = process.stdout.readline()
        except BrokenPipeError:
            said = b""
        finally:
            in_time = timer.is_alive()
            timer.cancel()
        if not said.startswith(READY):
            process.wait()
            raise self._not_loaded() if in_time else not_in_time(self._order.model, seconds)
        self._is_ready = True
        gpus = said.removeprefix(READY).decode("utf-8", "replace").strip()
        return Running(self._order.socket, self._order.key, gpus)

    def kill(self) -> None:
        """At once; `stop` is to follow."""
        self._process.kill()

    def stop(self) -> None:
        if not self._is_ready:  # it reads nothing while it loads
            self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # an order that nobody read is written again here
                    pipe.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def cut_log(self) -> None:
        """Begin the log anew where it has become long."""
        with suppress(OSError):
            if self._log.stat().st_size > _LONGEST_LOG:
                os.truncate(self._log, 0)

    def _not_loaded(self) -> EngineUnavailable:
        what, remedy = self._order.model, "check the file, or choose another one with --model"
        if adapter := self._order.loading.adapter:
            what += f" with the adapter {adapter.path}"
            remedy = (
                "an adapter goes with the model that it was trained on: check --lora and --model"
            )
        reason = _reason(self._log, self._process.returncode)
        return EngineUnavailable(f"the embedded engine could not load {what}: {reason}", remedy)


def not_in_time(model: str, seconds: float) -> EngineUnavailable:
    return EngineUnavailable(
        f"{model} was not loaded within {seconds:.1f} s",
        "give it longer with --timeout, or take a smaller model",
    )


def _reason(log: Path, status: int) -> str:
    """The engine's own last words that say something, or how it ended."""
    lines = [plain_line(line) for line in log.read_text("utf-8", "replace").splitlines()]
    errors = [line for line in lines if "error" in line or "invalid" in line or "failed" in line]
    said = (errors or lines or [""])[0].partition(" E ")[2] or (lines or [""])[-1]
    return said or (f"killed by signal {-status}" if status < 0 else f"exit status {status}")


def _threads() -> int:
    """All of up to four cores, half of more: reading a prompt gains little from the second
    thread of a core, and the developer still works on the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, max(4, (cores or 1) // 2))
