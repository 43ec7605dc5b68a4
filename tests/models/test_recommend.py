"""What is recommended fits, is the best that fits, and its arithmetic adds up."""

from __future__ import annotations

import pytest

from reviewbot.models.card import guide, tables
from reviewbot.models.gpus import Gpu
from reviewbot.models.hardware import Machine
from reviewbot.models.lookup import by_name
from reviewbot.models.memory import GIB, Load, kv_bytes, need
from reviewbot.models.recommend import (
    TASKS,
    Choice,
    Room,
    Task,
    choose,
    chunk_seconds,
    most_context,
    room_of_vram,
    rooms_of,
)

_SIZES = (4, 8, 12, 16, 24, 48)
_LEAST: dict[Task, int] = {"review": 4096, "reasoning": 8192}


def _chosen(task: Task, room: Room) -> Choice:
    choice = choose(task, (room,))
    assert choice is not None
    return choice


@pytest.mark.parametrize(
    ("vram", "review", "reasoning"),
    [
        (4, "qwen2.5-coder:3b Q5_K_M", "deepseek-r1:1.5b Q8_0"),
        (8, "qwen2.5-coder:7b Q5_K_M", "deepseek-r1:8b-llama-distill-q4_K_M Q4_K_M"),
        (12, "qwen2.5-coder:14b Q4_K_M", "deepseek-r1:14b Q4_K_M"),
        (16, "qwen2.5-coder:14b Q6_K", "deepseek-r1:14b Q4_K_M"),
        (24, "qwen2.5-coder:32b Q4_K_M", "deepseek-r1:32b Q4_K_M"),
        (48, "qwen2.5-coder:32b Q8_0", "deepseek-r1:70b Q4_K_M"),
    ],
)
def test_the_model_for_a_gpu(vram: int, review: str, reasoning: str) -> None:
    room = room_of_vram(vram)
    found = [_chosen(task, room) for task in TASKS]
    assert [f"{c.card.name} {c.load.quantization}" for c in found] == [review, reasoning]


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("vram", _SIZES)
def test_a_choice_fits_and_nothing_better_does(vram: int, task: Task) -> None:
    room = room_of_vram(vram)
    choice = _chosen(task, room)
    assert choice.need == need(choice.card, choice.load)
    assert choice.need.total <= room.bytes
    order = tables()["recommend"][task]
    for name in order[: order.index(choice.card.name)]:
        least = need(by_name(name), Load("Q4_K_M", _LEAST[task], 1, "q8_0"))
        assert least is not None
        assert least.total > room.bytes
    bits = guide()[choice.load.quantization].bits
    for other in choice.card.quantizations:
        if bits < guide()[other].bits < guide()["F16"].bits:
            more = need(
                choice.card,
                Load(other, choice.load.context, 1, choice.load.cache, choice.load.device),
            )
            assert more is None or more.total > room.bytes


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("vram", _SIZES)
def test_the_most_context_fits_and_one_step_more_does_not(vram: int, task: Task) -> None:
    room = room_of_vram(vram)
    choice = _chosen(task, room)
    shape, load = choice.card.shape, choice.load
    assert shape is not None
    rest = choice.need.total - choice.need.kv
    assert rest + kv_bytes(shape, choice.most_context, 1, load.cache) <= room.bytes
    assert choice.most_context >= load.context
    if choice.most_context < choice.card.context:
        assert rest + kv_bytes(shape, choice.most_context + 1024, 1, load.cache) > room.bytes


def test_a_larger_gpu_never_gets_a_worse_model() -> None:
    for task in TASKS:
        order = tables()["recommend"][task]
        ranks = [order.index(_chosen(task, room_of_vram(size)).card.name) for size in _SIZES]
        assert ranks == sorted(ranks, reverse=True)


def test_no_room_no_choice() -> None:
    assert choose("review", (Room("gpu", GIB, "small"),)) is None
    assert choose("reasoning", (Room("cpu", 0, "none"),)) is None


def test_the_room_on_gpus_is_what_is_free_on_them() -> None:
    one = Gpu("NVIDIA", "A", 24 * GIB, 20 * GIB)
    untold = Gpu("AMD", "B", 10 * GIB, None)
    assert rooms_of(Machine((one,), 8, 64 * GIB, 60 * GIB))[0].bytes == 20 * GIB
    assert rooms_of(Machine((untold,), 8, 64 * GIB, 60 * GIB))[0].bytes == 9 * GIB
    both = rooms_of(Machine((one, one), 8, 64 * GIB, None))[0]
    assert (both.device, both.bytes) == ("gpu", 40 * GIB - GIB // 2)


def test_where_the_gpu_is_full_or_small_the_processor_takes_over() -> None:
    full = Gpu("NVIDIA", "A", 24 * GIB, 0)
    rooms = rooms_of(Machine((full,), 8, 16 * GIB, 15 * GIB))
    assert [(room.device, room.bytes) for room in rooms] == [("gpu", 0), ("cpu", 12 * GIB)]
    choice = choose("review", rooms)
    assert choice is not None
    assert choice.room == rooms[1]
    assert choice.load.device == "cpu"


def test_without_a_gpu_the_room_is_a_part_of_memory() -> None:
    assert rooms_of(Machine((), 8, 64 * GIB, 20 * GIB)) == (
        Room("cpu", 16 * GIB, "80% of the memory that is available, without a GPU", 8),
    )
    assert rooms_of(Machine((), 8, 10 * GIB, None))[0].bytes == 8 * GIB
    assert rooms_of(Machine((), 8, None, None))[0].bytes == 0


def test_on_a_cpu_time_is_the_limit() -> None:
    memory = 16 * GIB
    slow, fast = (_chosen("review", Room("cpu", memory, "", cores)) for cores in (2, 32))
    assert slow.card.name == "qwen2.5-coder:3b"
    assert fast.card.parameters > 7e9
    assert slow.seconds is not None
    assert slow.seconds <= 120
    assert slow.need.overhead > slow.need.weights // 2


def test_seconds_are_the_measured_ones_for_the_measured_model() -> None:
    card = by_name("qwen2.5-coder:1.5b")
    load = Load("Q4_K_M", 8192, device="cpu")
    assert chunk_seconds("review", card, load, 2) == pytest.approx(1000 / 54 + 200 / 19, rel=0.01)
    assert chunk_seconds("review", card, Load("Q4_K_M", 8192), 2) is None


def test_of_a_mixture_the_active_experts_count() -> None:
    card = by_name("qwen3-coder:30b")
    seconds = chunk_seconds("review", card, Load("Q4_K_M", 8192, device="cpu"), 2)
    assert seconds is not None
    assert seconds < 120


def test_no_shape_no_context() -> None:
    assert most_context(by_name("deepseek-v3"), Load("Q4_K_M", 8192), 10 * GIB) == 0
