"""Which engine would review here, with which model: what `auto` would take, found without loading
anything. Only what the settings allow is contacted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reviewbot.engines.base import Patience
from reviewbot.engines.detect import needs_embedded, opener, speaks_openai
from reviewbot.engines.local_model import first_on_disk, local_model
from reviewbot.engines.presence import is_embedded, was_pulled
from reviewbot.engines.wanted import Wanted
from reviewbot.errors import EngineUnavailable, RefusedError, ReviewbotError
from reviewbot.models.catalog import family_of, preferred
from reviewbot.network import Door
from reviewbot.prompting.budget import USUAL_WINDOW

# Seconds; nothing is loaded, so nothing has a reason to take longer.
_PATIENCE = Patience(timeout=10)


@dataclass(frozen=True, slots=True)
class Answering:
    """What would answer a review. `url` is that of a server that other tools can ask, too; the
    embedded engine is none. `window` in tokens, as a review asks for it."""

    engine: Literal["ollama", "openai", "embedded"]
    model: str
    url: str | None
    window: int
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing would answer, whether an Ollama is there at least, and whether llama.cpp is."""

    why: str
    ollama: bool = False
    embedded: bool = False


def answering(wanted: Wanted, door: Door) -> Answering | Nothing:
    try:
        return _answering(wanted, door)
    except ReviewbotError as error:
        return Nothing(error.message)


def _answering(wanted: Wanted, door: Door) -> Answering | Nothing:
    if wanted.engine == "scripted":
        return Nothing("the scripted engine reads a file, and is for tests")
    if needs_embedded(wanted):
        return _embedded(wanted) or Nothing("no weights for the embedded engine", embedded=True)
    if wanted.engine == "openai" or (wanted.engine == "auto" and speaks_openai(wanted, door)):
        return _openai(wanted, door)
    there = _ollama(wanted, door)
    if isinstance(there, Answering) or wanted.engine == "ollama" or wanted.url:
        return there
    return _embedded(wanted) or replace(there, embedded=_installed())


def _openai(wanted: Wanted, door: Door) -> Answering:
    with opener(replace(wanted, engine="openai"), door, _PATIENCE)() as engine:
        info = engine.info
    return Answering("openai", info.model, wanted.url, info.window or USUAL_WINDOW)


def _ollama(wanted: Wanted, door: Door) -> Answering | Nothing:
    from reviewbot.engines.ollama_load import chosen
    from reviewbot.engines.ollama_server import OllamaServer
    from reviewbot.engines.ollama_window import Window

    named = wanted.model
    if named and (is_embedded(named) or was_pulled(named, wanted.models_folder)):
        return Nothing(f"{named} is a model of the embedded engine")
    try:
        server = OllamaServer(door.endpoint(wanted.ollama_url), door, wanted.key)
        names = [held.name for held in server.held() if not held.remote]
    except (EngineUnavailable, RefusedError) as error:
        return Nothing(error.message)
    model = named or preferred(names)
    if model is None:
        return Nothing("Ollama holds no model that is known to review code", ollama=True)
    held, shown = chosen(server, model)
    window = Window.of(held.name, shown, wanted.wish).wanted
    others = tuple(name for name in names if name != held.name and family_of(name).review)
    return Answering("ollama", held.name, wanted.ollama_url, window, others)


def _embedded(wanted: Wanted) -> Answering | None:
    """None where it is not installed, or has no weights."""
    from reviewbot.engines.embedded import usual_window

    if not _installed():
        return None
    name = wanted.model or first_on_disk(wanted.models_folder)
    if name is None:
        return None
    file = local_model(name, wanted.models_folder).path.name
    window = wanted.window or usual_window(file, wanted.think)
    return Answering("embedded", name, None, window)


def _installed() -> bool:
    from reviewbot.engines.embedded import installed

    return installed()
