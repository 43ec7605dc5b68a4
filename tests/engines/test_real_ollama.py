"""Against a real Ollama, at REVIEWBOT_TEST_OLLAMA (a URL on loopback) with any model in it.

Run with 0.24.0 and 0.32.15, each with Qwen2.5-Coder-0.5B and SmolLM2-135M; what is about loading
and thinking with 0.32.15 on a CPU, with a model of SmolLM2's weights and a template that thinks.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.ollama import OllamaEngine, open_ollama
from reviewbot.engines.ollama_chat import Call, request_body
from reviewbot.engines.ollama_server import OllamaServer
from reviewbot.engines.ollama_think import Thinking
from reviewbot.engines.ollama_window import WINDOW, Wish, trained_window
from reviewbot.errors import ReplyError, UsageError
from reviewbot.network import Door
from reviewbot.prompt import THOUGHT_TOKENS, Finish, Message, Prompt, Think
from reviewbot.prompting.render import Renderer
from tests.conftest import Repository, Reviewbot, required

pytestmark = pytest.mark.ollama

# Read at import: the tests themselves run without any of our variables.
URL = os.environ.get("REVIEWBOT_TEST_OLLAMA", "")
PATIENCE = Patience(300)
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"ok": {"enum": ["yes"]}},
        "required": ["ok"],
        "additionalProperties": False,
    }
)


@pytest.fixture
def server() -> OllamaServer:
    if not URL:
        required("ollama")
    door = Door()
    return OllamaServer(door.endpoint(URL), door, None)


def _can_think(server: OllamaServer, model: str) -> bool:
    shown = server.post("POST", "/api/show", {"model": model})
    return Thinking.of(shown) is not Thinking.NEVER


def _smallest(server: OllamaServer, *, thinks: bool) -> str:
    """The smallest model that can think, or that cannot. All are unloaded: two models with the
    same weights share what is in memory, and `/api/ps` names one of them (seen with 0.32.15)."""
    for held in server.held():
        if server.in_memory(held.name):
            _unload(server, held.name)
    for held in sorted(server.held(), key=lambda one: one.size):
        if _can_think(server, held.name) is thinks:
            return held.name
    pytest.skip(f"no model there that {'can' if thinks else 'cannot'} think")


def _unload(server: OllamaServer, model: str) -> None:
    server.post("POST", "/api/chat", {"model": model, "messages": [], "keep_alive": 0})
    ends_at = time.monotonic() + 60
    while server.in_memory(model) and time.monotonic() < ends_at:
        time.sleep(0.1)


@pytest.fixture
def model(server: OllamaServer) -> str:
    return _smallest(server, thinks=False)


@pytest.fixture
def thinker(server: OllamaServer) -> str:
    return _smallest(server, thinks=True)


@pytest.fixture
def engine(server: OllamaServer, model: str) -> Iterator[OllamaEngine]:
    with open_ollama(server, model, PATIENCE) as opened:
        yield opened


def test_reply_obeys_the_schema_and_is_counted(engine: OllamaEngine) -> None:
    prompt = Prompt((Message("user", "Answer yes, in JSON."),), SCHEMA, 40)
    pieces: list[str] = []
    completion = engine.complete(prompt, pieces.append)
    assert completion.finish is Finish.STOP
    assert json.loads(completion.text) == {"ok": "yes"}
    assert completion.prompt_tokens > 5
    assert completion.completion_tokens > 0
    assert "".join(pieces) == completion.text


def _waits(server: OllamaServer, model: str) -> list[str]:
    told: list[str] = []
    with open_ollama(server, model, replace(PATIENCE, on_wait=told.append)):
        return told


def test_loading_is_told_and_done_once(server: OllamaServer, model: str) -> None:
    assert _waits(server, model) == [f"loading {model} into Ollama's memory"]
    assert _waits(server, model) == []


def test_a_longer_window_in_memory_is_used_without_another_load(
    server: OllamaServer, model: str
) -> None:
    shown = server.post("POST", "/api/show", {"model": model})
    longer = min(WINDOW + 1024, trained_window(shown) or WINDOW)
    options = {"num_ctx": longer}
    server.post("POST", "/api/chat", {"model": model, "messages": [], "options": options}, 300)
    assert _waits(server, model) == []
    with open_ollama(server, model, PATIENCE) as engine:
        assert engine.info.window == longer
        body = request_body(Call(engine._model, _SHORT, "off", bounded=False)) | {"stream": False}
        last = server.post("POST", "/api/chat", body, 300)
    assert last["load_duration"] < 1e9  # nanoseconds; a load takes some seconds


def test_the_users_window_is_loaded_once_and_takes_less_memory(
    server: OllamaServer, model: str
) -> None:
    with open_ollama(server, model, PATIENCE):
        usual = server.in_memory(model)
    with open_ollama(server, model, PATIENCE, Wish(window=3000)) as engine:
        assert (engine.info.window, engine.info.notes) == (3000, ())
        asked = server.in_memory(model)
        body = request_body(Call(engine._model, _SHORT, "off", bounded=False)) | {"stream": False}
        last = server.post("POST", "/api/chat", body, 300)
        again = server.in_memory(model)
    assert usual is not None
    assert asked is not None
    assert again is not None
    assert asked.context == again.context == 3000
    assert asked.size < usual.size
    assert last["load_duration"] < 1e9  # nanoseconds; a load takes some seconds
    told: list[str] = []
    with open_ollama(server, model, replace(PATIENCE, on_wait=told.append), Wish(window=3000)):
        assert told == []


def test_a_window_over_the_trained_one_is_cut_and_noted(server: OllamaServer, model: str) -> None:
    trained = trained_window(server.post("POST", "/api/show", {"model": model}))
    with open_ollama(server, model, PATIENCE, Wish(window=4_000_000)) as engine:
        loaded = server.in_memory(model)
        assert loaded is not None
        assert engine.info.window == loaded.context == trained
        (note,) = engine.info.notes
    assert note.startswith(f"the window is {trained} tokens, not 4000000: ")


def test_a_model_on_a_cpu_is_no_spill(engine: OllamaEngine, server: OllamaServer) -> None:
    loaded = server.in_memory(engine.info.model)
    assert loaded is not None
    assert bool(engine.info.notes) == (0 < loaded.on_gpu < loaded.size)


_SHORT = Prompt((Message("user", "Answer yes, in JSON."),), SCHEMA, 40)


@pytest.mark.parametrize("level", ["off", "low"])
def test_a_model_that_thinks_answers_at_every_level(
    server: OllamaServer, thinker: str, level: Think
) -> None:
    with open_ollama(server, thinker, PATIENCE, Wish(think=level)) as engine:
        completion = engine.complete(replace(_SHORT, think=level), lambda _: None)
    assert json.loads(completion.text) == {"ok": "yes"}
    assert bool(completion.thought) == (level != "off")
    assert completion.completion_tokens > 0


def test_a_thought_over_its_bound_is_cut_at_a_real_server(
    server: OllamaServer, thinker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(THOUGHT_TOKENS, "low", 3)
    prompt = Prompt((Message("user", "Tell a long story."),), SCHEMA, 40, think="low")
    with open_ollama(server, thinker, PATIENCE, Wish(think="low")) as engine:
        completion = engine.complete(prompt, lambda _: None)
    assert json.loads(completion.text) == {"ok": "yes"}
    assert 0 < len(completion.thought) < 200


def test_a_model_that_cannot_think_is_not_asked_to(engine: OllamaEngine) -> None:
    assert engine.complete(replace(_SHORT, think="high"), lambda _: None).thought == ""


def test_a_cut_prompt_would_be_told(engine: OllamaEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `truncate` this server cuts where its model's template is Ollama's own, and refuses
    where it is the file's."""

    def cutting(call: Call) -> dict[str, Any]:
        body = request_body(call)
        del body["truncate"]
        return body

    monkeypatch.setattr("reviewbot.engines.ollama.request_body", cutting)
    engine._model = replace(engine._model, num_ctx=512, window=512)
    prompt = Prompt((Message("user", "word " * 1000),), SCHEMA, 40)
    with pytest.raises(ReplyError, match=r"cut the prompt: it read only|exceed"):
        engine.complete(prompt, lambda _: None)


def test_prompt_over_the_window_is_refused_and_not_cut(engine: OllamaEngine) -> None:
    prompt = Prompt((Message("user", "word " * 20_000),), SCHEMA, 40)
    with pytest.raises(ReplyError, match="exceed"):
        engine.complete(prompt, lambda _: None)


def test_reply_at_its_limit_is_told(engine: OllamaEngine) -> None:
    schema = '{"type":"array","items":{"enum":["again"]},"minItems":200}'
    prompt = Prompt((Message("user", "Repeat the word."),), schema, 12)
    assert engine.complete(prompt, lambda _: None).finish is Finish.LENGTH


def test_window_is_the_loaded_one(engine: OllamaEngine, server: OllamaServer) -> None:
    loaded = server.in_memory(engine.info.model)
    assert loaded is not None
    assert engine.info.window == loaded.context


def test_estimate_is_not_below_the_count(engine: OllamaEngine) -> None:
    from reviewbot.prompting.budget import estimate_tokens

    prompt = Renderer().review(None)
    assert engine.complete(prompt, lambda _: None).prompt_tokens <= estimate_tokens(prompt.text)


def test_model_that_is_not_there(server: OllamaServer) -> None:
    with pytest.raises(UsageError, match="has no model"), open_ollama(server, "no:1b", PATIENCE):
        pass


def test_review_through_a_real_server(
    reviewbot: Reviewbot, repository: Repository, server: OllamaServer, model: str
) -> None:
    repository.stage("a.py", "def half(x):\n    return x / 0\n")
    chosen = ("--engine", "ollama", "--url", URL, "--model", model)
    report = reviewbot("review", *chosen, "--format", "json", timeout=600).report
    assert report["usage"]["calls"] == 1
    assert report["usage"]["prompt_tokens"] > 100
    assert report["privacy"]["connections"] == [server.endpoint.label]
    assert [entry["reviewed"] + entry["failed"] for entry in report["coverage"]] == [2]
