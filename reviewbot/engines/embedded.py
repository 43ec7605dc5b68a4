"""The embedded engine: llama.cpp's server (xllamacpp) in a process of its own.

It listens on a Unix socket in a folder that only this user can enter, with a random key. It ends
with the review, or is kept loaded for the next one by a worker (`worker/`). Window and token
counts are the engine's own: `/props` says how long the slot's context is,
`/v1/chat/completions/input_tokens` counts a prompt with its chat template (both seen with xllamacpp
2026.10).
"""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from reviewbot.engines import chat_completions
from reviewbot.engines.adapters import note_of
from reviewbot.engines.base import GONE, OnPiece, Patience
from reviewbot.engines.llama_child import LOAD_SECONDS, LlamaChild, Running, fitting
from reviewbot.engines.llama_process import Loading
from reviewbot.engines.wanted import Warm
from reviewbot.engines.wire import refusal
from reviewbot.engines.worker.caller import borrowed
from reviewbot.engines.worker.words import Wish
from reviewbot.errors import EngineUnavailable
from reviewbot.models.catalog import Family, family_of
from reviewbot.network import Door
from reviewbot.prompt import THOUGHT_TOKENS, Completion, Prompt, Think
from reviewbot.report import EngineInfo

# Tokens. Holds the instructions, a chunk at its quality limit and the reply with room to spare;
# its KV cache takes 112 MiB for the 1.5B model.
WINDOW = 4096
USUAL = Loading(WINDOW)


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
    model: LocalModel,
    door: Door,
    patience: Patience,
    loading: Loading = USUAL,
    warm: Warm | None = None,
) -> Iterator[EmbeddedEngine]:
    """The engine with the model loaded: borrowed from the worker that keeps it `warm`, or in a
    process that ends with the block.

    Raises EngineUnavailable when the model does not fit into memory, and with the engine's own
    words when it does not load.
    """
    wish = Wish.to_load(model.path, loading)
    with ExitStack() as stack:
        lent = borrowed(wish, model.name, warm, door, patience) if warm else nullcontext()
        running = stack.enter_context(lent) or stack.enter_context(_own(model, loading, patience))
        endpoint = door.endpoint(f"unix://{running.socket}")
        client = door.client(endpoint, httpx.Timeout(patience.timeout), running.key)
        notes = _notes(loading, running.gpus)
        yield EmbeddedEngine(stack.enter_context(client), model, patience, notes)


@contextmanager
def _own(model: LocalModel, loading: Loading, patience: Patience) -> Iterator[Running]:
    """A process of this review's own."""
    loading = fitting(model.path, loading)
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:  # mode 0700
        patience.on_wait(f"loading {model.name}")
        child = LlamaChild(model.path, loading, Path(folder))
        try:
            yield child.ready(min(LOAD_SECONDS, patience.left))
        finally:
            child.stop()


def _notes(loading: Loading, gpus: str) -> tuple[str, ...]:
    """What the user is to know of how the model was loaded."""
    notes = [note_of(loading.adapter)] if loading.adapter else []
    if loading.gpu_layers and not gpus:
        notes.append(
            f"--gpu-layers {loading.gpu_layers} does nothing: the installed build of xllamacpp has"
            " no GPU here (see reviewbot doctor)"
        )
    return tuple(notes)
