"""Which models are here, and what is said of one that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.engines.local_model import INSTALL_EMBEDDED
from reviewbot.errors import EngineUnavailable, RefusedError
from reviewbot.models.catalog import all_weights, preferred
from reviewbot.network import Door

if TYPE_CHECKING:
    from reviewbot.engines.base import Patience
    from reviewbot.engines.ollama_server import OllamaServer
    from reviewbot.engines.wanted import Wanted
    from reviewbot.models.absent import Absent


def is_embedded(model: str) -> bool:
    """Whether `auto` takes the model for one of the embedded engine's."""
    return model.endswith(".gguf") or model in {entry.name for entry in all_weights()}


def was_pulled(model: str, folder: Path) -> bool:
    """Whether it is a file of Hugging Face's that `models pull` fetched: Ollama's models may have
    the same names, and go first."""
    from reviewbot.models import hub_disk
    from reviewbot.models.hub_name import hub_name

    name = hub_name(model)
    return name is not None and hub_disk.find(name, folder) is not None


def no_engine_has(named: str, why: str, held: tuple[str, ...]) -> EngineUnavailable:
    told = what_is_absent(named, held)
    said = "; ".join(filter(None, (why, told.meant)))
    return EngineUnavailable(f"no engine here has the model {named!r}: {said}", told.remedy)


def what_is_absent(named: str, held: Sequence[str] = ()) -> Absent:
    """What to say of a model that no engine here has; `held` are the models of an Ollama."""
    from reviewbot.engines.embedded import installed
    from reviewbot.models.absent import absent

    told = absent(named, [entry.name for entry in all_weights()], held)
    if installed() or "reviewbot models pull" not in told.remedy:
        return told
    return replace(told, remedy=f"{INSTALL_EMBEDDED} && {told.remedy}")


@dataclass(frozen=True, slots=True)
class NoOllama:
    """Why no Ollama reviews, and what the one that is there holds."""

    why: str
    held: tuple[str, ...] = ()


def reachable_ollama(
    wanted: Wanted, door: Door, patience: Patience
) -> tuple[OllamaServer, str] | NoOllama:
    """An Ollama that is there and its model: the wanted one, or a known one; else why not."""
    from reviewbot.engines.ollama_server import OllamaServer

    if wanted.model and is_embedded(wanted.model):
        return NoOllama(f"{wanted.model} is a model of the embedded engine")
    try:
        server = OllamaServer(door.endpoint(wanted.ollama_url), door, wanted.key, patience.ends_at)
        names = tuple(held.name for held in server.held() if not held.remote)
    except (EngineUnavailable, RefusedError) as error:
        if wanted.url:
            raise
        return NoOllama(error.message)
    if wanted.model:
        there = wanted.model in names or f"{wanted.model}:latest" in names
        why = f"Ollama does not hold {wanted.model}"
        return (server, wanted.model) if there else NoOllama(why, names)
    known = preferred(names)
    why = "Ollama holds no model that is known to review code"
    return (server, known) if known else NoOllama(why, names)
