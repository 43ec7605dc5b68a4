"""Which model, quantisation and context suit a machine: the best in the catalogue's order that
fits into its memory and, without a GPU, answers in bearable time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from reviewbot.models.card import Card, guide, tables
from reviewbot.models.gpus import Gpu
from reviewbot.models.hardware import Machine
from reviewbot.models.lookup import by_name
from reviewbot.models.memory import GIB, Device, Load, Need, kv_bytes, need
from reviewbot.settings import CacheType

Task = Literal["review", "reasoning"]
TASKS: tuple[Task, ...] = ("review", "reasoning")

# Tokens wanted, and at least. A prompt of a review with its reply stays under 4,096; a thought
# takes some thousands more.
_CONTEXTS: dict[Task, tuple[int, int]] = {"review": (8192, 4096), "reasoning": (16384, 8192)}
_CACHES: tuple[CacheType, ...] = ("f16", "q8_0")
# Below 4 bits a smaller model is better; F16 gains nothing over Q8_0.
_QUANTIZATIONS = ("Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M")

# A display and other programs hold some of a GPU; of memory they hold more.
_OF_GPU = 0.9
_OF_MEMORY = 0.8
# Each further GPU has a context of its own, as the first has in the overhead.
_SECOND_GPU = GIB // 2

# Measured on 2 cores with Qwen2.5-Coder-1.5B at Q4_K_M: tokens a second. Other models and machines
# are taken to be faster or slower by cores, parameters and bits, which is rough.
_READ, _WRITE = 54.0, 19.0
_MEASURED_CORES, _MEASURED_PARAMETERS, _MEASURED_BITS = 2, 1.54e9, 4.89
# Tokens read and written for one chunk, and how many seconds that may take.
_CHUNK: dict[Task, tuple[int, int]] = {"review": (1000, 200), "reasoning": (1000, 2000)}
BEARABLE: dict[Task, float] = {"review": 120.0, "reasoning": 300.0}


@dataclass(frozen=True, slots=True)
class Room:
    """Where a model would be loaded, how many bytes it may take there, and why so many."""

    device: Device
    bytes: int
    reason: str
    cores: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """`most_context`: tokens that would fit. `seconds`: for one chunk, on a CPU only."""

    task: Task
    room: Room
    card: Card
    load: Load
    need: Need
    most_context: int
    seconds: float | None


def rooms_of(machine: Machine) -> tuple[Room, ...]:
    """The GPUs' free memory, then a part of the machine's: a GPU may be too small or too full."""
    memory = machine.memory or 0 if machine.available is None else machine.available
    reason = f"{_OF_MEMORY:.0%} of the memory that is available, without a GPU"
    cpu = Room("cpu", int(memory * _OF_MEMORY), reason, machine.cores)
    if not machine.gpus:
        return (cpu,)
    free = sum(_free(gpu) for gpu in machine.gpus) - (len(machine.gpus) - 1) * _SECOND_GPU
    return Room("gpu", max(0, free), "free on the GPU"), cpu


def _free(gpu: Gpu) -> int:
    return gpu.free if gpu.free is not None else int(gpu.total * _OF_GPU)


def room_of_vram(gib: int) -> Room:
    return Room("gpu", int(gib * GIB * _OF_GPU), f"{_OF_GPU:.0%} of a GPU with {gib} GiB")


def choose(task: Task, rooms: tuple[Room, ...]) -> Choice | None:
    """The first model of the catalogue's order that fits into the first room that any fits into,
    at the most bits that fit."""
    found = (_choose(task, room) for room in rooms)
    return next((choice for choice in found if choice is not None), None)


def _choose(task: Task, room: Room) -> Choice | None:
    for name in tables()["recommend"][task]:
        card = by_name(name)
        for load in _loads(task, card, room.device):
            found = need(card, load)
            seconds = chunk_seconds(task, card, load, room.cores)
            if found is None or found.total > room.bytes:
                continue
            if seconds is None or seconds <= BEARABLE[task]:
                most = most_context(card, load, room.bytes - found.total + found.kv)
                return Choice(task, room, card, load, found, most, seconds)
    return None


def most_context(card: Card, load: Load, left: int) -> int:
    """How many tokens of context fit into the bytes `left` for the cache, in whole thousands
    (1,024), at most what the model was trained on."""
    if card.shape is None:
        return 0
    step = kv_bytes(card.shape, 1024, load.slots, load.cache)
    return min(left // step * 1024, card.context)


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second."""

    read: float
    written: float

    def chunk(self, task: Task) -> float:
        """Seconds for one chunk."""
        read, written = _CHUNK[task]
        return read / self.read + written / self.written


def cpu_speed(card: Card, quantization: str, cores: int) -> Speed:
    """How fast a model reads and writes without a GPU, roughly."""
    faster = cores / _MEASURED_CORES * _MEASURED_PARAMETERS / (card.active or card.parameters)
    return Speed(_READ * faster, _WRITE * faster * _MEASURED_BITS / _bits(card, quantization))


def _bits(card: Card, quantization: str) -> float:
    """Bits a weight: by the guide, else by the size of the file."""
    known = guide().get(quantization)
    if known is not None:
        return known.bits
    return 8 * card.bytes / card.parameters if card.bytes else _MEASURED_BITS


def chunk_seconds(task: Task, card: Card, load: Load, cores: int) -> float | None:
    """How long one chunk takes on a CPU, roughly; None on a GPU, where it is no matter."""
    if load.device == "gpu":
        return None
    return cpu_speed(card, load.quantization, cores).chunk(task)


def _loads(task: Task, card: Card, device: Device) -> Iterator[Load]:
    """Ways to load a model, the best first: a shorter context is the last resort, since a cut
    prompt is no review; a smaller cache costs a setting of the server, so fewer bits come first."""
    quantizations = [name for name in _QUANTIZATIONS if name in card.quantizations]
    for context in _CONTEXTS[task]:
        for cache in _CACHES:
            for quantization in quantizations:
                yield Load(quantization, min(context, card.context), 1, cache, device)
