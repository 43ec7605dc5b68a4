"""Loading a model: the line for the person, the window, and memory that does not suffice."""

from __future__ import annotations

import json

import pytest

from reviewbot.engines import ollama_load
from reviewbot.engines.base import Patience
from reviewbot.errors import EngineUnavailable, ReplyError
from tests.engines.calling import complete, engine_of, opened
from tests.engines.conftest import PROMPT
from tests.engines.fake_ollama import (
    CODER,
    FakeOllama,
    Reply,
    last,
    loaded,
    piece,
    saying,
    stream,
    tag,
    then,
)
from tests.serving import Handler, Served

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


# The user's window


@pytest.mark.parametrize("context", [None, 4096, 8192, 32768])
def test_the_users_window_is_the_one_of_every_request(
    ollama: FakeOllama, context: int | None
) -> None:
    """Also where a longer one is in memory: who asks for less wants the memory."""
    ollama.running = [loaded(CODER, context)] if context else []
    ollama.preload = _loading(ollama, 3000)
    engine = engine_of(ollama, window=3000)
    engine.complete(PROMPT, lambda _: None)
    assert engine.info.window == 3000
    assert engine.info.notes == ()
    asked = [body["options"]["num_ctx"] for body in ollama.asked("/api/chat")]
    assert asked == [3000, 3000]


def _loading(ollama: FakeOllama, context: int) -> Reply:
    """The server loads the model with that window, in place of what was in memory."""

    def reply(handler: Handler, served: Served) -> None:
        ollama.running = [loaded(CODER, context)]
        _LOADED(handler, served)

    return reply


def test_a_model_in_memory_with_the_users_window_is_taken_as_it_is(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 3000)]
    assert opened(ollama, window=3000).window == 3000
    assert ollama.preloads == []


def test_the_users_window_holds_the_thought_too(ollama: FakeOllama) -> None:
    ollama.capabilities = [*ollama.capabilities, "thinking"]
    assert engine_of(ollama, think="high", window=6000).info.window == 6000
    assert ollama.preloads[0]["options"]["num_ctx"] == 6000


def test_a_window_over_the_trained_one_is_cut_to_it_and_noted(ollama: FakeOllama) -> None:
    ollama.trained = 2048
    info = opened(ollama, window=5000)
    assert info.window == 2048
    assert info.notes == (f"the window is 2048 tokens, not 5000: {CODER} was trained with no more",)
    assert ollama.preloads[0]["options"]["num_ctx"] == 2048


def test_a_window_that_the_server_did_not_give_is_noted(ollama: FakeOllama) -> None:
    ollama.preload = _loading(ollama, 4096)
    info = opened(ollama, window=6000)
    assert info.window == 4096
    assert info.notes == (f"the window is 4096 tokens, not 6000: {CODER} was loaded with no more",)


def test_a_prompt_that_fills_the_users_window_was_cut(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece('{"findings":[]}'), last(prompt=2999))
    with pytest.raises(ReplyError, match="read only 2999 tokens"):
        engine_of(ollama, window=3000).complete(PROMPT, lambda _: None)


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


@pytest.mark.parametrize(
    ("window", "shorter"),
    [(None, "--window 4096"), (32768, "--window 16384"), (8191, ""), (3000, "")],
)
def test_a_shorter_window_is_advised_where_it_still_serves(
    ollama: FakeOllama, window: int | None, shorter: str
) -> None:
    ollama.preload = saying(500, '{"error":"out of memory"}')
    with pytest.raises(EngineUnavailable) as caught:
        opened(ollama, window=window)
    assert caught.value.remedy.partition(", or ")[2] == shorter


def test_a_spill_of_the_users_own_long_window_is_told_with_a_shorter_one(
    ollama: FakeOllama,
) -> None:
    ollama.running = [loaded(CODER, 32768, size=1000, on_gpu=750)]
    (note,) = opened(ollama, window=32768).notes
    assert "another program" not in note
    assert "--window 16384" in note


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
    assert "--window 8192" in note


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
