"""The embedded engine: llama.cpp's server (xllamacpp) in a process of its own.

It listens on a Unix socket in a folder that only this user can enter, with a random key, and
ends with the review. Window and token counts are the engine's own: `/props` says how long the
slot's context is, `/v1/chat/completions/input_tokens` counts a prompt with its chat template
(both seen with xllamacpp 2026.10).
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from reviewbot.engines import chat_completions, memory_check
from reviewbot.engines.adapters import note_of
from reviewbot.engines.base import GONE, OnPiece, Patience
from reviewbot.engines.llama_process import READY, Loading, Order
from reviewbot.engines.wire import refusal
from reviewbot.errors import EngineUnavailable
from reviewbot.models.catalog import Family, family_of
from reviewbot.models.gguf import NotGgufError, read_header
from reviewbot.network import Door
from reviewbot.plain import plain_line
from reviewbot.prompt import THOUGHT_TOKENS, Completion, Prompt, Think
from reviewbot.report import EngineInfo

# Tokens. Holds the instructions, a chunk at its quality limit and the reply with room to spare;
# its KV cache takes 112 MiB for the 1.5B model.
WINDOW = 4096
USUAL = Loading(WINDOW)
_LOAD_SECONDS = 300.0
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A GGUF file and, where it was verified, its SHA-256."""

    path: Path
    name: str
    digest: str | None = None


def usual_window(model: str, think: Think | None) -> int:
    """The tokens that a slot has without the user's word: room for the thought beside the rest.
    `think` is the user's level; without one the family's own holds."""
    family = family_of(model)
    return WINDOW + THOUGHT_TOKENS[(think or family.think) if family.thinks else "off"]


def installed() -> bool:
    """Whether the `embedded` extra is there; nothing is loaded to find out."""
    return importlib.util.find_spec("xllamacpp") is not None


class EmbeddedEngine:
    def __init__(
        self,
        client: httpx.Client,
        model: LocalModel,
        patience: Patience,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._client = client
        self._patience = patience
        self._family = family_of(model.path.name)
        props = self._get("/props")
        window = int(props["default_generation_settings"]["n_ctx"])
        self._slots = int(props["total_slots"])
        self._info = EngineInfo("embedded", model.name, model.digest, window, notes)

    @property
    def info(self) -> EngineInfo:
        return self._info

    @property
    def family(self) -> Family:
        return self._family

    @property
    def slots(self) -> int:
        return self._slots

    def count_tokens(self, prompt: Prompt) -> int | None:
        messages = chat_completions.request_body(prompt)["messages"]
        answer = self._post("/v1/chat/completions/input_tokens", {"messages": messages})
        return int(answer["input_tokens"])

    def complete(self, prompt: Prompt, on_piece: OnPiece) -> Completion:
        return chat_completions.complete(
            self._client, prompt, self._patience, on_piece, self._family
        )

    def _get(self, path: str) -> dict[str, Any]:
        return self._checked(self._client.build_request("GET", path))

    def _post(self, path: str, body: object) -> dict[str, Any]:
        return self._checked(self._client.build_request("POST", path, json=body))

    def _checked(self, request: httpx.Request) -> dict[str, Any]:
        try:
            response = self._client.send(request)
        except httpx.TransportError as error:
            raise EngineUnavailable(
                f"the embedded engine is gone: {error}",
                GONE,
            ) from None
        if response.status_code != httpx.codes.OK:
            said = refusal(response)
            raise EngineUnavailable(
                f"the embedded engine answered {said}",
                "run the command again; what was answered is kept",
            )
        return dict(response.json())


@contextmanager
def open_embedded(
    model: LocalModel, door: Door, patience: Patience, loading: Loading = USUAL
) -> Iterator[EmbeddedEngine]:
    """Start the engine's process, load the model, and end it again.

    Raises EngineUnavailable when the model does not fit into memory, and with the engine's own
    words when it does not load.
    """
    loading = _fitting(model, loading)
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:  # mode 0700
        socket = Path(folder) / "engine.sock"  # llama.cpp tells a socket by its ending
        order = Order(str(model.path), str(socket), secrets.token_hex(16), _threads(), loading)
        patience.on_wait(f"loading {model.name}")
        with _process(order, Path(folder) / "log", patience) as gpus:
            endpoint = door.endpoint(f"unix://{socket}")
            timeout = httpx.Timeout(patience.timeout)
            with door.client(endpoint, timeout, order.key) as client:
                yield EmbeddedEngine(client, model, patience, _notes(loading, gpus))


def _notes(loading: Loading, gpus: str) -> tuple[str, ...]:
    """What the user is to know of how the model was loaded."""
    notes = [note_of(loading.adapter)] if loading.adapter else []
    if loading.gpu_layers and not gpus:
        notes.append(
            f"--gpu-layers {loading.gpu_layers} does nothing: the installed build of xllamacpp has"
            " no GPU here (see reviewbot doctor)"
        )
    return tuple(notes)


def _fitting(model: LocalModel, loading: Loading) -> Loading:
    """How the model is loaded: its window is not longer than what it was trained with."""
    try:
        header = read_header(model.path)
    except (NotGgufError, OSError):
        return loading  # llama.cpp has its own words for such a file
    loading = replace(loading, window=min(loading.window, header.context or loading.window))
    memory_check.check(model.path, header, loading)
    return loading


@contextmanager
def _process(order: Order, log: Path, patience: Patience) -> Iterator[str]:
    """The running process; its word on the GPUs that it has."""
    # LLAMA_* variables would set what the order does not say, prompt logging among it.
    environ = {name: text for name, text in os.environ.items() if not name.startswith("LLAMA_")}
    with log.open("wb") as stderr:
        process = subprocess.Popen(
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
    try:
        yield _wait_until_ready(process, order, log, patience)
    finally:
        _stop(process)


def _wait_until_ready(
    process: subprocess.Popen[bytes], order: Order, log: Path, patience: Patience
) -> str:
    assert process.stdin is not None  # noqa: S101
    assert process.stdout is not None  # noqa: S101
    # A blocked read does not end by itself: the timer ends the process, and so the read.
    seconds = min(_LOAD_SECONDS, patience.left)
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        process.stdin.write(order.line())
        process.stdin.flush()
        said = process.stdout.readline()
    except BrokenPipeError:
        said = b""
    finally:
        in_time = timer.is_alive()
        timer.cancel()
    if not said.startswith(READY):
        process.wait()
        if not in_time:
            raise EngineUnavailable(
                f"{order.model} was not loaded within {seconds:.1f} s",
                "give it longer with --timeout, or take a smaller model",
            )
        raise _not_loaded(order, _reason(log, process.returncode))
    return said.removeprefix(READY).decode("utf-8", "replace").strip()


def _not_loaded(order: Order, reason: str) -> EngineUnavailable:
    what, remedy = order.model, "check the file, or choose another one with --model"
    if adapter := order.loading.adapter:
        what += f" with the adapter {adapter.path}"
        remedy = "an adapter goes with the model that it was trained on: check --lora and --model"
    return EngineUnavailable(f"the embedded engine could not load {what}: {reason}", remedy)


def _reason(log: Path, status: int) -> str:
    """The engine's own last words that say something, or how it ended."""
    lines = [plain_line(line) for line in log.read_text("utf-8", "replace").splitlines()]
    errors = [line for line in lines if "error" in line or "invalid" in line or "failed" in line]
    said = (errors or lines or [""])[0].partition(" E ")[2] or (lines or [""])[-1]
    return said or (f"killed by signal {-status}" if status < 0 else f"exit status {status}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(BrokenPipeError):  # an order that nobody read is written again here
                pipe.close()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _threads() -> int:
    """All of up to four cores, half of more: reading a prompt gains little from the second
    thread of a core, and the developer still works on the machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, max(4, (cores or 1) // 2))
