"""What an engine tells of a model before it is loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reviewbot.doctor import subject as subjects
from reviewbot.doctor.subject import Placed, Subject, home, pull_command, quantization_of
from reviewbot.models.card import Shape
from reviewbot.models.gpus import GIB, Gpu
from reviewbot.models.lookup import by_name
from reviewbot.models.memory import Load, need
from tests.doctor.conftest import CARD, machine

_LOAD = Load("?", 8192)
# /api/show of a model that its owner made: fields of the Qwen 1.5B file.
_OWN: dict[str, Any] = {
    "details": {"quantization_level": "Q4_K_M"},
    "model_info": {
        "general.architecture": "qwen2",
        "general.parameter_count": 1_543_714_304,
        "qwen2.block_count": 28,
        "qwen2.context_length": 32768,
        "qwen2.embedding_length": 1536,
        "qwen2.attention.head_count": 12,
        "qwen2.attention.head_count_kv": 2,
    },
    "capabilities": ["completion", "thinking"],
}


def ollama(name: str, placed: Placed | None = None, **shown: Any) -> Subject:
    found = subjects.of_ollama(name, 0, shown, _LOAD)
    assert found is not None
    return replace(found, placed=placed)


def embedded(name: str = "qwen2.5-coder-1.5b") -> Subject:
    file = f"{name}-instruct-q4_k_m.gguf"
    found = subjects.of_file(name, file, 1_117_320_768, _LOAD)
    assert found is not None
    return found


def test_a_model_of_the_catalogue_has_the_size_and_quantisation_of_its_file() -> None:
    said = {"details": {"quantization_level": "Q8_0"}}
    name = "qwen2.5-coder:7b-instruct-q8_0"
    found = subjects.of_ollama(name, 8_100_000_000, said, _LOAD)
    assert found is not None
    assert found.catalogued == by_name("qwen2.5-coder:7b")
    assert (found.load.quantization, found.load.context) == ("Q8_0", 8192)
    (room,) = found.rooms(machine())[-1:]
    needed = found.need(room)
    assert needed is not None
    assert needed.weights == 8_100_000_000


def test_of_a_model_that_the_catalogue_does_not_know_the_server_tells() -> None:
    found = subjects.of_ollama("ours:latest", 986_062_089, _OWN, _LOAD)
    assert found is not None
    assert found.catalogued is None
    assert found.card.shape == Shape(28, 2, 128, 128)
    assert found.card.thinks
    known = need(by_name("qwen2.5-coder:1.5b"), replace(_LOAD, quantization="Q4_K_M"))
    assert found.need(found.rooms(machine(CARD))[0]) == known


@pytest.mark.parametrize("field", ["block_count", "attention.head_count_kv", "embedding_length"])
def test_a_figure_that_is_missing_is_not_invented(field: str) -> None:
    facts = {**_OWN["model_info"], f"qwen2.{field}": []}
    found = subjects.of_ollama("ours:latest", 10**9, _OWN | {"model_info": facts}, _LOAD)
    assert found is not None
    assert found.need(found.rooms(machine())[0]) is None


def test_a_model_of_which_nothing_is_told_is_left_out() -> None:
    assert subjects.of_ollama("ours:latest", 10**9, {}, _LOAD) is None
    assert subjects.of_file("ours", "ours.gguf", 10**9, _LOAD) is None


@pytest.mark.parametrize(
    ("file", "quantization"),
    [("a-7b-q5_k_m.gguf", "Q5_K_M"), ("a.fp16.gguf", "F16"), ("a-Q4_1", "Q4_1"), ("a.gguf", None)],
)
def test_the_quantisation_of_a_file(file: str, quantization: str | None) -> None:
    assert quantization_of(file) == quantization


def test_what_loaded_models_take_is_room_for_this_one() -> None:
    plain = ollama("qwen2.5-coder:7b")
    crowded = replace(plain, placed=Placed(5 * GIB, 3 * GIB), others=Placed(2 * GIB, GIB))
    before, after = (one.rooms(machine(CARD)) for one in (plain, crowded))
    assert [room.bytes for room in after] == [before[0].bytes + 4 * GIB, before[1].bytes + 3 * GIB]


def test_the_embedded_engine_uses_no_gpu_but_apples() -> None:
    apple = Gpu("Apple", "M2", 16 * GIB, 10 * GIB, unified=True)
    assert [room.device for room in embedded().rooms(machine(CARD))] == ["cpu"]
    assert [room.device for room in embedded().rooms(machine(apple))] == ["gpu", "cpu"]


def test_a_gpu_of_half_a_gigabyte_is_no_home() -> None:
    small = Gpu("AMD", "a processor's own", GIB // 2, GIB // 2)
    rooms = ollama("qwen2.5-coder:1.5b").rooms(machine(small))
    assert (rooms[0].device, home(rooms).device) == ("gpu", "cpu")


def test_the_command_is_the_engines_own_where_it_has_one() -> None:
    small, large = by_name("qwen2.5-coder:1.5b"), by_name("qwen2.5-coder:7b")
    own = "reviewbot models pull qwen2.5-coder-1.5b"
    assert pull_command(small, "Q4_K_M", "embedded") == own
    assert pull_command(small, "Q4_K_M") == "ollama pull qwen2.5-coder:1.5b"
    assert pull_command(large, "Q6_K", "embedded").endswith(":7b-instruct-q6_K")
