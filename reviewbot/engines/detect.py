"""Which engine answers: the one that was named, or the first that is there (`auto`).

`auto` takes a reachable local Ollama that holds a known code model, else embedded weights on
disk, else it says the two shortest ways to get one. With `--url` it asks that server what it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.engines.base import Engine, Opener, Patience
from reviewbot.engines.learnt import FORGETFUL, Memory
from reviewbot.engines.local_model import PULL_EMBEDDED, first_on_disk, local_model
from reviewbot.engines.turn import turn
from reviewbot.errors import EngineUnavailable, RefusedError, UsageError, nearest
from reviewbot.models.catalog import all_weights, preferred
from reviewbot.network import Door
from reviewbot.prompt import Think
from reviewbot.settings import CacheType, EngineName

if TYPE_CHECKING:
    from reviewbot.engines.llama_process import Loading
    from reviewbot.engines.ollama_server import OllamaServer

EMBEDDED = "the embedded engine"
PULL_OLLAMA = "ollama pull qwen2.5-coder:7b"
OPENAI_URLS = (
    "llama-server: --url http://127.0.0.1:8080\n   LM Studio: --url http://127.0.0.1:1234\n"
    "   vLLM: --url http://127.0.0.1:8000"
)
# Into reviewbot's own environment, by its own name: `reviewbot` is on no package index, and whoever
# took that name there could be installed instead.
INSTALL_EMBEDDED = f"{sys.executable} -m pip install xllamacpp"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The user's word on the engine. `model` and `url` may be left out. Reviews take turns by the
    files in `locks`; without it, none is waited for."""

    engine: EngineName
    model: str | None
    url: str | None
    models_folder: Path
    key: str | None = field(default=None, repr=False)
    ollama_host: str | None = None
    window: int | None = None
    think: Think | None = None
    slots: int | None = None
    gpu_layers: int | None = None
    cache_type: CacheType = "f16"
    lora: str | None = None
    locks: Path | None = None
    memory: Memory = FORGETFUL

    @property
    def ollama_url(self) -> str:
        return self.url or url_of_host(self.ollama_host or "")


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
    with turn(engine, wanted.locks, patience) if wanted.locks else nullcontext(), opened as ready:
        yield ready


def url_of_host(host: str) -> str:
    """The server's URL behind an OLLAMA_HOST value, read as Ollama's own client reads it.

    >>> url_of_host("0.0.0.0")
    'http://127.0.0.1:11434'
    >>> url_of_host(":8080")
    'http://127.0.0.1:8080'
    """
    scheme, found, rest = host.strip(" \"'").rpartition("://")
    rest, _, path = rest.partition("/")
    if rest.count(":") > 1 and "[" not in rest:
        rest = f"[{rest}]"  # an IPv6 address alone
    name, colon, port = rest.rpartition(":") if not rest.endswith("]") else (rest, "", "")
    if not colon:
        name, port = rest, {"http": "80", "https": "443"}.get(scheme, "11434")
    if name in ("", "0.0.0.0", "[::]"):  # noqa: S104  (where a server listens; a client calls home)
        name = "127.0.0.1"
    return f"{scheme if found else 'http'}://{name}:{port}{'/' + path if path else ''}"


def _scripted(wanted: Wanted) -> AbstractContextManager[Engine]:
    from reviewbot.engines.scripted import open_scripted

    if not wanted.model:
        raise UsageError("the scripted engine needs --model FILE.jsonl")
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
    opened = open_ollama(server, model, patience, wanted.think)
    with _in_turn(server.endpoint.label, wanted, patience, opened) as engine:
        yield engine


def _openai(wanted: Wanted, door: Door, patience: Patience) -> AbstractContextManager[Engine]:
    from reviewbot.engines.openai_compatible import open_openai
    from reviewbot.engines.openai_server import OpenAIServer

    if not wanted.url:
        raise UsageError("--engine openai needs --url", OPENAI_URLS)
    server = OpenAIServer(wanted.url, door, wanted.key)
    opened = open_openai(server, wanted.model, patience, wanted.window, wanted.memory)
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
    opened = open_embedded(model, door, patience, loading_of(wanted, model.path.name))
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

    found, why_not = _reachable_ollama(wanted, door, patience)
    if found:
        from reviewbot.engines.ollama import open_ollama

        server, model = found
        opened = open_ollama(server, model, patience, wanted.think)
        return _in_turn(server.endpoint.label, wanted, patience, opened)
    named = wanted.model
    if named and not _is_embedded(named) and not _was_pulled(named, wanted.models_folder):
        raise _unknown(named, why_not)
    if installed() and (named or first_on_disk(wanted.models_folder)):
        return _embedded(wanted, door, patience)
    extra = "" if installed() else f"{INSTALL_EMBEDDED} && "
    raise EngineUnavailable(
        f"no engine to review with: {why_not}, and no weights are on disk",
        f"{extra}{PULL_EMBEDDED}\n   or, with Ollama: {PULL_OLLAMA}",
    )


def _unknown(model: str, why_not: str) -> EngineUnavailable:
    from reviewbot.models.hub_name import hub_name

    said = f"no engine here has the model {model!r}: {why_not}"
    if name := hub_name(model):
        return EngineUnavailable(
            said, f"reviewbot models pull {name}\n   or, with Ollama: ollama pull {model}"
        )
    known = nearest(model, [entry.name for entry in all_weights()])
    return EngineUnavailable(f"{said}; {known}")


def _was_pulled(model: str, folder: Path) -> bool:
    """Whether it is a file of Hugging Face's that `models pull` fetched: Ollama's models may have
    the same names, and go first."""
    from reviewbot.models import hub_disk
    from reviewbot.models.hub_name import hub_name

    name = hub_name(model)
    return name is not None and hub_disk.find(name, folder) is not None


def _is_embedded(model: str) -> bool:
    return model.endswith(".gguf") or model in {entry.name for entry in all_weights()}


def _reachable_ollama(
    wanted: Wanted, door: Door, patience: Patience
) -> tuple[tuple[OllamaServer, str] | None, str]:
    """An Ollama that is there and its model: the wanted one, or a known one; else why not."""
    from reviewbot.engines.ollama_server import OllamaServer

    if wanted.model and _is_embedded(wanted.model):
        return None, f"{wanted.model} is a model of the embedded engine"
    try:
        server = OllamaServer(door.endpoint(wanted.ollama_url), door, wanted.key, patience.ends_at)
        names = [held.name for held in server.held() if not held.remote]
    except (EngineUnavailable, RefusedError) as error:
        if wanted.url:
            raise
        return None, error.message
    if wanted.model:
        there = wanted.model in names or f"{wanted.model}:latest" in names
        return (server, wanted.model) if there else None, f"Ollama does not hold {wanted.model}"
    known = preferred(names)
    return (server, known) if known else None, (
        "Ollama holds no model that is known to review code"
    )
