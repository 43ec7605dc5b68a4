"""What vLLM 0.32.0 answered, recorded on a CPU with SmolLM2-135M (`vllm_0_32_0.json`), read by the
engine over a real socket. docs/fleet.md says how it was run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.openai_compatible import OpenAIEngine, open_openai
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.errors import EngineUnavailable, ReplyError, UsageError
from reviewbot.network import Door
from reviewbot.prompt import Finish, Message, Prompt
from tests.engines.conftest import PROMPT
from tests.engines.fake_openai import CHAT, FakeOpenAI, Reply, running, saying, then

_RECORDED = json.loads(Path(__file__).with_name("vllm_0_32_0.json").read_text())
MODEL = "smollm2-135m"


def _answer(name: str) -> Reply:
    one = _RECORDED["answers"][name]
    return saying(one["status"], one["text"], content_type=one["type"])


@pytest.fixture
def vllm() -> Iterator[FakeOpenAI]:
    routes = {"/v1/models": _answer("models"), "/tokenize": _answer("tokenize")}
    with running(FakeOpenAI({}, chat=_answer("schema"), instead=routes)) as fake:
        yield fake


def _open(fake: FakeOpenAI, model: str | None = MODEL) -> OpenAIEngine:
    with open_openai(OpenAIServer(fake.url, Door()), model, Patience(5)) as engine:
        return engine


def _says_nothing(_: str) -> None:
    pass


def test_window_tokens_and_no_slots_are_told(vllm: FakeOpenAI) -> None:
    engine = _open(vllm)
    assert (engine.info.window, engine.slots, engine.info.notes) == (8192, None, ())
    counted = json.loads(_RECORDED["answers"]["tokenize"]["text"])
    assert engine.count_tokens(PROMPT) == counted["count"] == len(counted["tokens"])


def test_a_reply_by_a_schema_is_read_with_what_was_kept_of_its_prompt(vllm: FakeOpenAI) -> None:
    vllm.chat = _answer("schema again")
    completion = _open(vllm).complete(PROMPT, _says_nothing)
    # A model this small fills the reply with the blanks that the schema leaves it.
    assert completion.text.split() == ["{", '"findings":', "["]
    assert completion.finish is Finish.LENGTH
    usage = _usage("schema again")
    assert completion.prompt_tokens == usage["prompt_tokens"] > 0
    assert completion.completion_tokens == usage["completion_tokens"] > 0
    assert completion.cached_tokens == usage["prompt_tokens_details"]["cached_tokens"] == 128


def _usage(name: str) -> Any:
    rows = _RECORDED["answers"][name]["text"].splitlines()
    events = [json.loads(row[6:]) for row in rows if row.startswith("data: {")]
    (usage,) = (event["usage"] for event in events if event.get("usage"))
    return usage


def test_the_words_of_a_judgement_come_with_their_probabilities(vllm: FakeOpenAI) -> None:
    vllm.chat = _answer("words")
    asked = Prompt((Message("user", "which?"),), max_tokens=1, schema="", choice=("a", "b"))
    completion = _open(vllm).complete(asked, _says_nothing)
    assert len(completion.likeliest) == 3
    assert all(probability < 0 for _, probability in completion.likeliest)


def test_a_schema_that_is_refused_in_the_stream_is_asked_for_in_a_weaker_form(
    vllm: FakeOpenAI,
) -> None:
    """The stream has begun with 200 by then."""
    assert _RECORDED["answers"]["grammar refused"]["status"] == 200
    vllm.chat = then(_answer("grammar refused"), _answer("schema"))
    assert _open(vllm).complete(PROMPT, _says_nothing).text
    forms = [body["response_format"]["type"] for body in vllm.asked(CHAT)]
    assert forms == ["json_schema", "json_object"]


def test_a_prompt_that_is_too_long_and_a_model_that_is_not_there_are_told(
    vllm: FakeOpenAI,
) -> None:
    vllm.chat = _answer("too long")
    with pytest.raises(ReplyError, match="maximum context length is 8192 tokens"):
        _open(vllm).complete(PROMPT, _says_nothing)
    vllm.chat = _answer("no such model")
    with pytest.raises(EngineUnavailable, match=r"does not exist.*it holds smollm2-135m"):
        _open(vllm).complete(PROMPT, _says_nothing)


def test_an_adapter_is_one_model_more_and_is_named(vllm: FakeOpenAI) -> None:
    with pytest.raises(UsageError, match="which model"):
        _open(vllm, None)
    engine = _open(vllm, "team")
    assert (engine.info.model, engine.info.window) == ("team", 8192)
