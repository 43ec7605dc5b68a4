"""The model that a review here would use, as the engine tells before it is loaded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from reviewbot.models.card import Card, Shape, guide
from reviewbot.models.catalog import all_weights
from reviewbot.models.hardware import Machine
from reviewbot.models.lookup import find
from reviewbot.models.memory import Load, Need, need
from reviewbot.models.recommend import Room, choose, rooms_of


@dataclass(frozen=True, slots=True)
class Placed:
    """Bytes of a model that is loaded: in all, and of them on the GPU."""

    size: int = 0
    on_gpu: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """`card` has the quantisation and the size of the file at hand; `catalogued` is the
    catalogue's own, None for a model that it does not know. `placed`: where it is loaded now;
    `others`: what other loaded models take, which give way to it."""

    engine: Literal["ollama", "embedded"]
    name: str
    card: Card
    catalogued: Card | None
    load: Load
    placed: Placed | None = None
    others: Placed = Placed()

    def need(self, room: Room) -> Need | None:
        """What it takes in a room; None where its shape is not known."""
        return need(self.card, replace(self.load, device=room.device))

    def rooms(self, machine: Machine) -> tuple[Room, ...]:
        """Where it could be loaded, were it and the others not there. xllamacpp's usual build
        uses no GPU but Apple's."""
        own = self.placed or Placed()
        back = {
            "gpu": own.on_gpu + self.others.on_gpu,
            "cpu": own.size - own.on_gpu + self.others.size - self.others.on_gpu,
        }
        rooms = rooms_of(machine)
        if self.engine == "embedded" and not any(gpu.unified for gpu in machine.gpus):
            rooms = rooms[-1:]
        return tuple(replace(room, bytes=room.bytes + back[room.device]) for room in rooms)


def of_ollama(name: str, size: int, shown: dict[str, Any], load: Load) -> Subject | None:
    """`size` in bytes as `/api/tags` says, `shown` what `/api/show` says; None where neither the
    catalogue nor the server tells enough."""
    details = shown.get("details") or {}
    known = _only(name)
    quantization = str(details.get("quantization_level") or (known and known.quantization) or "?")
    card = known or _card(name, shown)
    if card is None:
        return None
    sized = replace(card, quantization=quantization, bytes=size or card.bytes)
    return Subject("ollama", name, sized, known, replace(load, quantization=quantization))


def of_file(name: str, file: str, size: int, load: Load) -> Subject | None:
    """A GGUF file; None where the catalogue does not know the model."""
    known = _only(name)
    if known is None:
        return None
    quantization = quantization_of(file) or known.quantization or "?"
    sized = replace(known, quantization=quantization, bytes=size)
    return Subject("embedded", name, sized, known, replace(load, quantization=quantization))


def quantization_of(name: str) -> str | None:
    """The quantisation that a file's name ends with.

    >>> quantization_of("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
    'Q4_K_M'
    """
    found = re.search(r"[-.](q\d\w*|fp?16)(?:\.gguf)?$", name.lower())
    if found is None:
        return None
    said = found[1].upper().replace("FP16", "F16")
    return next((known for known in guide() if known == said), said)


def home(rooms: tuple[Room, ...]) -> Room:
    """The room to load a model into: the first that holds any model that can review. The GPU in
    many processors has half a gigabyte, and its driver lists it like any other."""
    return next((room for room in rooms if choose("review", (room,))), rooms[-1])


def pull_command(card: Card, quantization: str, engine: str = "ollama") -> str:
    """How a model is fetched: for the embedded engine by its own command, where it has one."""
    name = card.name.replace(":", "-")
    if engine == "embedded" and name in {entry.name for entry in all_weights()}:
        return f"reviewbot models pull {name}"
    return f"ollama pull {card.tag(quantization)}"


def _only(name: str) -> Card | None:
    found = find(name)
    return found[0] if len(found) == 1 else None


def _card(name: str, shown: dict[str, Any]) -> Card | None:
    """What `/api/show` tells of a model that the catalogue does not know."""
    facts = shown.get("model_info") or {}
    kind = facts.get("general.architecture")
    parameters = facts.get("general.parameter_count")
    if not isinstance(parameters, int):
        return None
    return Card(
        name=name,
        family="",
        thinks="thinking" in (shown.get("capabilities") or ()),
        hub="",
        parameters=parameters,
        context=int(facts.get(f"{kind}.context_length") or 0),
        licence="",
        sources={},
        shape=_shape({str(key).removeprefix(f"{kind}."): facts[key] for key in facts}),
    )


def _shape(facts: dict[str, Any]) -> Shape | None:
    """None where a figure is missing, or differs from layer to layer."""
    heads = facts.get("attention.head_count")
    kv_heads = facts.get("attention.head_count_kv")
    layers, width = facts.get("block_count"), facts.get("embedding_length")
    if not (isinstance(layers, int) and isinstance(kv_heads, int) and isinstance(heads, int)):
        return None
    head = width // heads if isinstance(width, int) and heads else 0
    key, value = (facts.get(f"attention.{part}_length") or head for part in ("key", "value"))
    return Shape(layers, kv_heads, int(key), int(value)) if key and value else None
