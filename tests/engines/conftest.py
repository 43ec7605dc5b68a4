from __future__ import annotations

from collections.abc import Iterator

import pytest

from reviewbot.engines.embedded import LocalModel, installed
from reviewbot.prompt import Message, Prompt
from tests.conftest import TEST_MODELS, required
from tests.engines.fake_ollama import FakeOllama, fake_ollama
from tests.serving import Served, serving

SCHEMA = '{"type":"object","properties":{"findings":{"type":"array"}},"required":["findings"]}'
PROMPT = Prompt((Message("system", "Review."), Message("user", "+ eval(x)")), SCHEMA, 64)


@pytest.fixture
def ollama() -> Iterator[FakeOllama]:
    with fake_ollama() as fake:
        yield fake


@pytest.fixture
def trap() -> Iterator[Served]:
    """A server that must see nothing."""
    with serving(lambda handler, _: handler.say("trapped")) as served:
        yield served
        assert served.seen == []


@pytest.fixture(scope="session")
def model() -> LocalModel:
    path = TEST_MODELS / "smollm2-135m-instruct-q4_1.gguf"
    if not installed() or not path.is_file():
        required("engine")
    return LocalModel(path, "smollm2-135m", "digest")
