"""Loading a model: the line for the person, the window, and memory that does not suffice."""

from __future__ import annotations

import json

import pytest

from reviewbot.engines import ollama_load
from reviewbot.engines.base import Patience
from reviewbot.errors import EngineUnavailable
from tests.engines.calling import complete, engine_of, opened
from tests.engines.fake_ollama import CODER, FakeOllama, Reply, loaded, saying, stream, tag, then

_LOADED = saying(200, json.dumps({"model": CODER, "done": True, "done_reason": "load"}))


def _waits(ollama: FakeOllama) -> list[str]:
    """What a person is told while the engine is opened."""
    told: list[str] = []
    engine_of(ollama, patience=Patience(5, None, told.append))
    return told


# Whether it is loaded


def test_a_model_that_is_not_in_memory_is_loaded_after_a_line_that_says_so(
    ollama: FakeOllama,
) -> None:
    assert _waits(ollama) == [f"loading {CODER} into Ollama's memory"]
    (body,) = ollama.preloads
    assert body["options"] == {"num_ctx": 8192}


def test_the_line_comes_before_the_load(ollama: FakeOllama) -> None:
    ollama.preload = saying(500, '{"error":"no"}')
    told: list[str] = []
    with pytest.raises(EngineUnavailable, match=f"cannot load {CODER}: HTTP 500: no"):
        engine_of(ollama, patience=Patience(5, None, told.append))
    assert len(told) == 1


@pytest.mark.parametrize("context", [8192, 32768])
def test_a_model_in_memory_with_room_enough_is_taken_as_it_is(
    ollama: FakeOllama, context: int
) -> None:
    ollama.running = [loaded(CODER, context)]
    assert _waits(ollama) == []
    assert complete(ollama).text == '{"findings":[]}'
    assert opened(ollama).window == context
    assert ollama.preloads == []
    assert {body["options"]["num_ctx"] for body in ollama.chats} == {context}


@pytest.mark.parametrize("context", [0, 4096, 8191])
def test_a_model_in_memory_with_too_little_room_is_loaded_anew(
    ollama: FakeOllama, context: int
) -> None:
    ollama.running = [loaded(CODER, context)]
    assert len(_waits(ollama)) == 1
    assert ollama.preloads[0]["options"]["num_ctx"] == 8192


def test_no_more_is_asked_than_is_needed(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 8192)]
    complete(ollama)
    paths = [one.path for one in ollama.served.seen]
    assert paths == ["/api/tags", "/api/ps", "/api/show", "/api/ps", "/api/chat"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_full_queue_is_waited_for(ollama: FakeOllama, status: int) -> None:
    busy = saying(status, '{"error":"server busy"}')
    ollama.preload = then(busy, busy, _LOADED)
    assert opened(ollama).model == CODER
    assert len(ollama.preloads) == 3


def test_a_queue_that_stays_full_is_given_up(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ollama_load, "BUSY_SECONDS", 0.3)
    ollama.preload = saying(503, '{"error":"server busy"}')
    with pytest.raises(EngineUnavailable, match="HTTP 503: server busy") as caught:
        opened(ollama)
    assert caught.value.remedy == "try again later"


def test_a_bare_403_tells_of_the_host_header(ollama: FakeOllama) -> None:
    ollama.preload = saying(403, "")
    with pytest.raises(EngineUnavailable) as caught:
        opened(ollama)
    assert "Host: localhost" in caught.value.remedy


# The window


def test_a_shorter_trained_context_is_the_window(ollama: FakeOllama) -> None:
    ollama.trained = 2048
    assert opened(ollama).window == 2048
    assert ollama.preloads[0]["options"]["num_ctx"] == 2048


def test_a_window_over_the_trained_one_is_kept_but_not_used(ollama: FakeOllama) -> None:
    """Before 0.30 `/api/ps` tells what was asked for."""
    ollama.trained = 2048
    ollama.running = [loaded(CODER, 16384)]
    assert opened(ollama).window == 2048
    complete(ollama)
    assert ollama.preloads == []
    assert ollama.chats[0]["options"]["num_ctx"] == 16384


def test_the_window_is_what_the_server_loaded(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 4096)]
    assert opened(ollama).window == 4096


def test_a_window_that_the_server_shrank_does_not_change_what_is_asked_for(
    ollama: FakeOllama,
) -> None:
    """Another `num_ctx` than the one it was loaded with would load the model again."""
    ollama.running = [loaded(CODER, 4096)]
    complete(ollama)
    assert [body["options"]["num_ctx"] for body in ollama.asked("/api/chat")] == [8192, 8192]


def test_an_absent_trained_context_leaves_our_window(ollama: FakeOllama) -> None:
    ollama.shown = {"model_info": {}}
    assert opened(ollama).window == 8192


# Memory


@pytest.mark.parametrize(
    "said",
    [
        # Seen with 0.32.15 whose runner was given too little memory, for weights and for a cache.
        "llama-server process has terminated: exit status 1: ggml_aligned_malloc: insufficient"
        " memory (attempted to allocate 463.35 MB)",
        "llama_init_from_model: failed to initialize the context: failed to allocate buffer for kv"
        " cache",
        # By the sources of 0.12, 0.24 and 0.33; the last but two from the system.
        "model requires more system memory (9.0 GiB) than is available (2.1 GiB)",
        "unable to load full model on GPU",
        "llama runner process has terminated: cudaMalloc failed: out of memory",
        "llama-server reported out-of-memory during startup: ggml_backend_alloc: failed",
        "llama-server process has terminated: signal: killed",
        "model runner has unexpectedly stopped, this may be due to resource limitations",
        "Unable to allocate CUDA0 buffer",
    ],
)
def test_a_model_too_large_to_load_names_the_next_smaller_one(
    ollama: FakeOllama, said: str
) -> None:
    ollama.tags = [tag("qwen2.5-coder:14b")]
    ollama.preload = saying(500, json.dumps({"error": said}))
    with pytest.raises(EngineUnavailable, match=r"cannot load qwen2\.5-coder:14b: ") as caught:
        opened(ollama, "qwen2.5-coder:14b")
    assert said in caught.value.message
    remedy = caught.value.remedy
    assert remedy.startswith("ollama pull qwen2.5-coder:7b, then --model qwen2.5-coder:7b; ")
    assert "OLLAMA_KV_CACHE_TYPE=q8_0" in remedy
    assert "OLLAMA_FLASH_ATTENTION=1" in remedy


def test_a_model_that_nobody_knows_a_smaller_one_of_has_a_remedy(ollama: FakeOllama) -> None:
    ollama.preload = saying(500, '{"error":"out of memory"}')
    ollama.tags = [tag("mine:latest")]
    with pytest.raises(EngineUnavailable) as caught:
        opened(ollama, "mine")
    assert caught.value.remedy.startswith("take a smaller model; ")


def test_another_error_has_no_remedy_against_memory(ollama: FakeOllama) -> None:
    ollama.preload = saying(500, '{"error":"invalid file magic"}')
    with pytest.raises(EngineUnavailable, match="invalid file magic") as caught:
        opened(ollama)
    assert caught.value.remedy == ""


def test_a_model_that_spills_out_of_the_gpu_is_noted_with_what_helps(ollama: FakeOllama) -> None:
    ollama.tags = [tag("qwen2.5-coder:7b-instruct-q8_0")]
    ollama.running = [loaded("qwen2.5-coder:7b-instruct-q8_0", 8192, size=1000, on_gpu=750)]
    (note,) = opened(ollama, "qwen2.5-coder:7b-instruct-q8_0").notes
    assert note.startswith("25 % of qwen2.5-coder:7b-instruct-q8_0 does not fit on the GPU")
    assert "ollama pull qwen2.5-coder:7b-instruct-q6_K" in note
    assert "OLLAMA_KV_CACHE_TYPE=q8_0" in note


def test_a_spill_by_somebody_elses_long_window_is_told_as_that(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 32768, size=1000, on_gpu=750)]
    (note,) = opened(ollama).notes
    assert "with a window of 32768 tokens" in note
    assert f"ollama stop {CODER}" in note


@pytest.mark.parametrize("on_gpu", [0, 1000])
def test_a_model_wholly_on_one_side_is_not_noted(ollama: FakeOllama, on_gpu: int) -> None:
    ollama.running = [loaded(CODER, 8192, size=1000, on_gpu=on_gpu)]
    assert opened(ollama).notes == ()


@pytest.mark.parametrize("reply", [stream(), saying(200, "[]"), saying(200, "{")])
def test_a_load_that_is_answered_in_no_known_way_is_no_ollama(
    ollama: FakeOllama, reply: Reply
) -> None:
    ollama.preload = reply
    with pytest.raises(EngineUnavailable, match="does not answer as Ollama does"):
        opened(ollama)
