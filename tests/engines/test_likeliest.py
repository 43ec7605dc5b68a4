"""A prompt with a choice: how likely each word is, as each server tells it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import LocalModel, open_embedded
from reviewbot.engines.likeliest import likeliest
from reviewbot.engines.ollama import open_ollama
from reviewbot.engines.openai_compatible import OpenAIEngine, open_openai
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.network import Door
from reviewbot.prompt import Completion, Message, Prompt
from tests.engines import fake_ollama as ollamas
from tests.engines import fake_openai as openais
from tests.engines.calling import PATIENCE, server_at
from tests.engines.conftest import PROMPT
from tests.engines.fake_ollama import CODER, FakeOllama
from tests.engines.fake_openai import CHAT, FakeOpenAI

_CHOICE = replace(PROMPT, schema="", max_tokens=1, choice=("A", "B"))
# As llama.cpp b11434 tells it; the second token is of no interest.
_TOKENS: list[dict[str, Any]] = [
    {
        "token": "B",
        "logprob": -0.5,
        "bytes": [66],
        "top_logprobs": [
            {"token": "B", "logprob": -0.5, "bytes": [66]},
            {"token": " A", "logprob": -1.0, "bytes": [32, 65]},
            {"token": "A", "logprob": -3.0, "bytes": [65]},
            {"token": "", "logprob": -4.0, "bytes": []},
        ],
    },
    {"token": ".", "logprob": 0.0, "top_logprobs": [{"token": ".", "logprob": 0.0}]},
]
_TOLD = (("b", -0.5), ("a", -1.0))


def test_spellings_of_a_word_are_one_word() -> None:
    assert likeliest(_TOKENS) == _TOLD


@pytest.mark.parametrize(
    "tokens",
    [
        None,
        [],
        {},
        [None],
        [{"token": "A"}],
        [{"top_logprobs": None}],
        [{"top_logprobs": [{"token": "A", "logprob": None}, 3]}],
    ],
)
def test_what_tells_nothing_is_nothing(tokens: object) -> None:
    assert likeliest(tokens) == ()


def test_the_first_token_that_tells_any_counts() -> None:
    assert likeliest([{"token": "\n", "top_logprobs": []}, *_TOKENS]) == _TOLD


# Servers that speak OpenAI's API


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with openais.running(openais.llama_cpp()) as fake:
        yield fake


def _chosen(fake: FakeOpenAI) -> Completion:
    with open_openai(OpenAIServer(fake.url, Door()), None, Patience(5)) as engine:
        return engine.complete(_CHOICE, lambda _: None)


def _says_b(handler: Any, served: Any) -> None:
    told = openais.delta("B")
    told["choices"][0]["logprobs"] = {"content": _TOKENS}
    openais.stream(told, openais.delta("", "length"), openais.USAGE)(handler, served)


def test_a_server_is_asked_for_a_word_and_tells_its_probability(server: FakeOpenAI) -> None:
    server.chat = _says_b
    completion = _chosen(server)
    assert (completion.text, completion.likeliest) == ("B", _TOLD)
    (body,) = server.asked(CHAT)
    assert (body["logprobs"], body["top_logprobs"], body["max_tokens"]) == (True, 20, 1)
    assert "response_format" not in body


def test_a_server_that_knows_no_probabilities_still_answers(server: FakeOpenAI) -> None:
    refused = openais.saying(400, {"error": {"message": "unknown fields: top_logprobs, logprobs"}})
    server.chat = openais.then(refused, openais.says("B", "length"))
    completion = _chosen(server)
    assert (completion.text, completion.likeliest) == ("B", ())
    assert ["logprobs" in body for body in server.asked(CHAT)] == [True, False]


def test_a_choice_says_nothing_of_the_form_that_a_server_takes(server: FakeOpenAI) -> None:
    refused = openais.saying(400, {"error": {"message": "response_format is not supported"}})
    server.chat = openais.then(refused, openais.says("B"), refused, openais.says("{}"))
    with open_openai(OpenAIServer(server.url, Door()), None, Patience(5)) as engine:
        assert _ends(engine)
        engine.complete(_CHOICE, lambda _: None)
        assert engine.complete(PROMPT, lambda _: None).text == "{}"
    forms = [body.get("response_format", {}).get("type") for body in server.asked(CHAT)]
    assert forms == [None, None, "json_schema", "json_object"]


def _ends(engine: OpenAIEngine) -> bool:
    """A refusal that no weaker form helps against fails the call instead of asking for ever."""
    with pytest.raises(Exception, match="response_format"):
        engine.complete(_CHOICE, lambda _: None)
    return True


# Ollama


def test_ollama_is_asked_for_a_word_and_tells_its_probability(ollama: FakeOllama) -> None:
    ollama.chat = ollamas.stream(ollamas.piece("B", logprobs=_TOKENS), ollamas.last("length"))
    with open_ollama(server_at(ollama.url), CODER, PATIENCE) as engine:
        completion = engine.complete(_CHOICE, lambda _: None)
    assert (completion.text, completion.likeliest) == ("B", _TOLD)
    (body,) = ollama.chats
    assert (body["logprobs"], body["top_logprobs"]) == (True, 20)
    assert "format" not in body


# llama.cpp itself


@pytest.mark.engine
def test_llama_cpp_tells_the_probabilities_of_both_words(model: LocalModel) -> None:
    messages = (Message("user", "Which comes first in the alphabet, A or B? Answer A or B."),)
    prompt = Prompt(messages, "", 1, choice=("A", "B"))
    with open_embedded(model, Door(), Patience(60)) as engine:
        completion = engine.complete(prompt, lambda _: None)
    words = dict(completion.likeliest)
    assert {"a", "b"} <= set(words)
    assert completion.completion_tokens == 1
    assert 0.1 < sum(math.exp(value) for value in words.values()) <= 1.001
    assert list(words.values()) == sorted(words.values(), reverse=True)
