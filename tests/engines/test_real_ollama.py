"""Against a real Ollama, at REVIEWBOT_TEST_OLLAMA (a URL on loopback) with any model in it.

Run with 0.24.0 and 0.32.15, each with Qwen2.5-Coder-0.5B and SmolLM2-135M.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.ollama import OllamaEngine, open_ollama
from reviewbot.engines.ollama_server import OllamaServer
from reviewbot.errors import ReplyError, UsageError
from reviewbot.network import Door
from reviewbot.prompt import Finish, Message, Prompt
from reviewbot.prompting.render import Renderer
from tests.conftest import Repository, Reviewbot, required

pytestmark = pytest.mark.ollama

# Read at import: the tests themselves run without any of our variables.
URL = os.environ.get("REVIEWBOT_TEST_OLLAMA", "")
PATIENCE = Patience(300)
SCHEMA = '{"type":"object","properties":{"ok":{"enum":["yes"]}},"required":["ok"]}'


@pytest.fixture
def server() -> OllamaServer:
    if not URL:
        required("ollama")
    door = Door()
    return OllamaServer(door.endpoint(URL), door, None)


@pytest.fixture
def engine(server: OllamaServer) -> Iterator[OllamaEngine]:
    smallest = server.held()[-1]
    with open_ollama(server, smallest.name, PATIENCE) as opened:
        yield opened


def test_reply_obeys_the_schema_and_is_counted(engine: OllamaEngine) -> None:
    prompt = Prompt((Message("user", "Answer yes, in JSON."),), SCHEMA, 40)
    pieces: list[int] = []
    completion = engine.complete(prompt, pieces.append)
    assert completion.finish is Finish.STOP
    assert json.loads(completion.text) == {"ok": "yes"}
    assert completion.prompt_tokens > 5
    assert completion.completion_tokens > 0
    assert pieces == sorted(pieces)


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
    reviewbot: Reviewbot, repository: Repository, server: OllamaServer
) -> None:
    repository.stage("a.py", "def half(x):\n    return x / 0\n")
    chosen = ("--engine", "ollama", "--url", URL, "--model", server.held()[-1].name)
    report = reviewbot("review", *chosen, "--format", "json", timeout=300).report
    assert report["usage"]["calls"] == 1
    assert report["usage"]["prompt_tokens"] > 100
    assert report["privacy"]["connections"] == [server.endpoint.label]
    assert [entry["reviewed"] + entry["failed"] for entry in report["coverage"]] == [2]
