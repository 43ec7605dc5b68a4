"""Does the model fit, and what to do where it does not: out of memory, or spilled to the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reviewbot.doctor.check import Check, ok
from reviewbot.doctor.subject import Subject, home, pull_command
from reviewbot.models.card import Card, guide
from reviewbot.models.lookup import find
from reviewbot.models.memory import MIB, Need, need
from reviewbot.models.recommend import Room, most_context
from reviewbot.models.smaller import next_smaller

# Tokens. A prompt of a review with its reply stays under them.
_LEAST_CONTEXT = 4096
# Below 4 bits a smaller model is better.
_LEAST_BITS = 4.5
# No family has more sizes, each with as many quantisations.
_STEPS = 40

# How either engine is told to take half of the memory for its KV cache.
_SMALLER_CACHE = {
    "ollama": "OLLAMA_KV_CACHE_TYPE=q8_0 for the server",
    "embedded": "--cache-type q8_0",
}
_ELSEWHERE = "a server with more memory: --url, with --allow-host"


def memory_checks(subject: Subject, rooms: tuple[Room, ...]) -> Iterator[Check]:
    """A model that is loaded has shown whether it fits; of any other it is reckoned."""
    if subject.placed is None:
        yield from _reckoned(subject, rooms)
    elif 0 < subject.placed.on_gpu < subject.placed.size:
        yield _spilled(subject, rooms[0])
    else:
        where = "on the GPU" if subject.placed.on_gpu else "without a GPU"
        yield ok("memory", f"loaded, {_mib(subject.placed.size)} {where}")


def _spilled(subject: Subject, room: Room) -> Check:
    placed = subject.placed
    assert placed is not None  # noqa: S101
    part = 100 * (placed.size - placed.on_gpu) // placed.size
    text = f"{part} % of {subject.name} does not fit on the GPU and runs on the CPU, which is slow"
    return Check("warning", "memory", text, remedy(subject, room))


def _reckoned(subject: Subject, rooms: tuple[Room, ...]) -> Iterator[Check]:
    room = home(rooms)
    found = subject.need(room)
    if found is None:
        return
    needs = f"about {_mib(found.total)} needed with {subject.load.context:,} tokens of context"
    if found.total <= room.bytes:
        yield ok("memory", f"{needs}; room for {_mib(room.bytes)}: {room.reason}")
        return
    text = f"{needs}, but room for {_mib(room.bytes)} only: {room.reason}"
    if room.device == "gpu" and subject.engine == "ollama":
        text += f"; {_on_cpu(found, room)} % would run on the CPU, which is slow"
    yield Check("warning", "memory", text, remedy(subject, room))


def _on_cpu(found: Need, room: Room) -> int:
    return 100 * (found.total - room.bytes) // found.total


def remedy(subject: Subject, room: Room) -> str:
    """What would make it fit, with what it would need, the least loss first."""
    ways = [*_same_model(subject, room), *_smaller(subject, room)]
    return "; or ".join(ways) or _ELSEWHERE


def _same_model(subject: Subject, room: Room) -> Iterator[str]:
    load = replace(subject.load, device=room.device)
    if load.cache == "f16":
        cached = need(subject.card, replace(load, cache="q8_0"))
        if _fits(cached, room):
            yield f"{_SMALLER_CACHE[subject.engine]} ({_of(cached)})"
    if subject.catalogued is not None:
        yield from _fewer_bits(subject, subject.catalogued, room)
    now = need(subject.card, load)
    if now is not None:
        most = most_context(subject.card, load, max(0, room.bytes - now.total + now.kv))
        if _LEAST_CONTEXT <= most < load.context:
            yield f"a context of {most:,} tokens"


def _fewer_bits(subject: Subject, card: Card, room: Room) -> Iterator[str]:
    """The most bits of fewer than now that fit."""
    now = guide().get(subject.load.quantization)
    for name in reversed(guide()):
        if now is None or not _LEAST_BITS < guide()[name].bits < now.bits:
            continue
        found = need(card, replace(subject.load, quantization=name, device=room.device))
        if name in card.quantizations and _fits(found, room):
            yield f"{pull_command(card, name)} ({_of(found)})"
            return


def _smaller(subject: Subject, room: Room) -> Iterator[str]:
    """The first of the next smaller models that fits."""
    name = next_smaller(subject.name)
    for _ in range(_STEPS):
        found = find(name) if name else ()
        if len(found) != 1 or name is None:
            return
        card = found[0]
        load = replace(subject.load, quantization=card.quantization or "?", device=room.device)
        needed = need(card, load)
        if _another(card, subject) and _fits(needed, room):
            yield f"{pull_command(card, load.quantization, subject.engine)} ({_of(needed)})"
            return
        name = next_smaller(name)


def _another(card: Card, subject: Subject) -> bool:
    return subject.catalogued is None or card.name != subject.catalogued.name


def _fits(found: Need | None, room: Room) -> bool:
    return found is not None and found.total <= room.bytes


def _of(found: Need | None) -> str:
    return _mib(found.total) if found else ""


def _mib(size: int) -> str:
    return f"{-(-size // MIB):,} MiB"
