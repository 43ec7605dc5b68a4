"""Which engine answers: the one that was named, or the first that is there (`auto`).

`auto` takes a reachable local Ollama that holds a known code model, else embedded weights on
disk, else it says the two shortest ways to get one. With `--url` it asks that server what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.engines.base import Engine, Opener, Patience
from reviewbot.engines.local_model import (
    INSTALL_EMBEDDED,
    PULL_EMBEDDED,
    first_on_disk,
    local_model,
)
from reviewbot.engines.presence import (
    NoOllama,
    is_embedded,
    no_engine_has,
    reachable_ollama,
    was_pulled,
)
from reviewbot.engines.turn import turn
from reviewbot.engines.wanted import Wanted
from reviewbot.errors import EngineUnavailable, UsageError
from reviewbot.models.catalog import preferred
from reviewbot.network import Door

if TYPE_CHECKING:
    from reviewbot.engines.llama_process import Loading

EMBEDDED = "the embedded engine"
PULL_OLLAMA = "ollama pull qwen2.5-coder:7b"
OPENAI_URLS = (
    "llama-server: --url http://127.0.0.1:8080\n   LM Studio: --url http://127.0.0.1:1234\n"
    "   vLLM: --url http://127.0.0.1:8000"
)


def opener(wanted: Wanted, door: Door, patience: Patience) -> Opener:
    """How to open the engine; nothing is contacted or loaded before it is called."""

    def open_engine() -> AbstractContextManager[Engine]:
        if needs_embedded(wanted):
            return _embedded(wanted, door, patience)
        if wanted.engine == "scripted":
            return _scripted(wanted)
        if wanted.engine == "ollama":
            return _ollama(wanted, door, patience)
        if wanted.engine == "openai" or speaks_openai(wanted, door):
            return _openai(wanted, door, patience)
        return _auto(wanted, door, patience)

    return open_engine


def needs_embedded(wanted: Wanted) -> bool:
    """Whether it can be no other engine: a review without the adapter that was asked for would be
    another one. Raises UsageError where another is asked for as well."""
    if wanted.engine == "embedded" or not wanted.lora:
        return wanted.engine == "embedded"
    if wanted.engine != "auto" or wanted.url:
        raise UsageError(
            "only the embedded engine takes --lora",
            "--engine embedded without --url; or give the adapter to your server itself",
        )
    return True


@contextmanager
def _in_turn(
    engine: str, wanted: Wanted, patience: Patience, opened: AbstractContextManager[Engine]
) -> Iterator[Engine]:
    """An engine that is opened when no other review of this user holds it."""
    ours = turn(engine, wanted.locks, patience, wanted.on_wanted) if wanted.locks else nullcontext()
    with ours, opened as ready:
        yield ready


def _scripted(wanted: Wanted) -> AbstractContextManager[Engine]:
    from reviewbot.engines.scripted import open_scripted

    if not wanted.model:
        raise UsageError(
            "the scripted engine needs --model FILE.jsonl",
            "it is for tests; for a review: --engine auto",
        )
    return open_scripted(Path(wanted.model))


@contextmanager
def _ollama(wanted: Wanted, door: Door, patience: Patience) -> Iterator[Engine]:
    from reviewbot.engines.ollama import open_ollama
    from reviewbot.engines.ollama_server import OllamaServer

    server = OllamaServer(door.endpoint(wanted.ollama_url), door, wanted.key, patience.ends_at)
    model = wanted.model or preferred([held.name for held in server.held() if not held.remote])
    if model is None:
        raise EngineUnavailable(
            f"Ollama at {server.endpoint.label} holds no model that is known to review code",
            f"{PULL_OLLAMA}, or name one with --model",
        )
    opened = open_ollama(server, model, patience, wanted.wish)
    with _in_turn(server.endpoint.label, wanted, patience, opened) as engine:
        yield engine


def _openai(wanted: Wanted, door: Door, patience: Patience) -> AbstractContextManager[Engine]:
    from reviewbot.engines.openai_compatible import open_openai
    from reviewbot.engines.openai_server import OpenAIServer

    if not wanted.url:
        raise UsageError("--engine openai needs --url", OPENAI_URLS)
    server = OpenAIServer(wanted.url, door, wanted.key)
    opened = open_openai(server, wanted.model, patience, wanted.window, wanted.memory)
    if not server.is_here:
        # Many ask it anyway: who asks makes room for the others (review/width.py), and a hook need
        # not wait until a large review of the same user is done.
        return opened
    return _in_turn(server.label, wanted, patience, opened)


def speaks_openai(wanted: Wanted, door: Door) -> bool:
    """Whether the server at --url is to be spoken to in OpenAI's way. LocalAI, which speaks
    Ollama's as well, writes its digests otherwise (its source, ollama/models.go).

    Raises EngineUnavailable where nobody answers."""
    from reviewbot.engines.openai_server import OpenAIServer, base_of
    from reviewbot.engines.wire import mapping

    if not wanted.url:
        return False
    if base_of(wanted.url) != wanted.url.rstrip("/"):
        return True
    server = OpenAIServer(wanted.url, door, wanted.key)
    tags = server.offered("GET", "/api/tags").get("models")
    if isinstance(tags, list):
        return any(str(mapping(tag).get("digest")).startswith("sha256:") for tag in tags)
    return isinstance(server.offered("GET", "/v1/models").get("data"), list)


def _embedded(wanted: Wanted, door: Door, patience: Patience) -> AbstractContextManager[Engine]:
    from reviewbot.engines.embedded import installed, open_embedded

    if not installed():
        raise EngineUnavailable("the embedded engine is not installed", INSTALL_EMBEDDED)
    model = local_model(wanted.model, wanted.models_folder)
    loading = loading_of(wanted, model.path.name)
    opened = open_embedded(model, door, patience, loading, wanted.warm)
    return _in_turn(EMBEDDED, wanted, patience, opened)


def loading_of(wanted: Wanted, file: str) -> Loading:
    """How the embedded engine loads a model of that file name. Raises UsageError."""
    from reviewbot.engines.adapters import adapter_of
    from reviewbot.engines.embedded import usual_window
    from reviewbot.engines.llama_process import Loading

    window = wanted.window or usual_window(file, wanted.think)
    adapter = adapter_of(wanted.lora) if wanted.lora else None
    return Loading(window, wanted.slots or 1, wanted.cache_type, wanted.gpu_layers, adapter)


def _auto(wanted: Wanted, door: Door, patience: Patience) -> AbstractContextManager[Engine]:
    from reviewbot.engines.embedded import installed

    found = reachable_ollama(wanted, door, patience)
    if not isinstance(found, NoOllama):
        from reviewbot.engines.ollama import open_ollama

        server, model = found
        opened = open_ollama(server, model, patience, wanted.wish)
        return _in_turn(server.endpoint.label, wanted, patience, opened)
    named = wanted.model
    if named and not is_embedded(named) and not was_pulled(named, wanted.models_folder):
        raise no_engine_has(named, found.why, found.held)
    if installed() and (named or first_on_disk(wanted.models_folder)):
        return _embedded(wanted, door, patience)
    if named:
        raise no_engine_has(named, "the embedded engine is not installed", ())
    extra = "" if installed() else f"{INSTALL_EMBEDDED} && "
    raise EngineUnavailable(
        f"no engine to review with: {found.why}, and no weights are on disk",
        f"{extra}{PULL_EMBEDDED}\n   or, with Ollama: {PULL_OLLAMA}",
    )
