"""Thinking: what is asked for, how it is read, and that there is always an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reviewbot.errors import ReplyError
from reviewbot.prompt import THOUGHT_TOKENS, Completion, Finish, Think
from tests.engines.calling import complete, engine_of, thinking
from tests.engines.conftest import PROMPT
from tests.engines.fake_ollama import (
    CODER,
    FakeOllama,
    last,
    loaded,
    piece,
    stream,
    tag,
    then,
    thought,
)

_ANSWER = stream(piece("{}"), last())
# /api/show of gpt-oss, by Ollama's source (server/routes.go, shouldUseHarmony); not seen.
_GPT_OSS = {"details": {"family": "gptoss", "families": ["gptoss"]}}


def _long(pieces: int) -> list[Any]:
    return [thought(f" {number}") for number in range(pieces)]


# What is asked for


def test_think_is_sent_only_to_a_model_that_lists_it(ollama: FakeOllama) -> None:
    complete(ollama)
    complete(ollama, prompt=replace(PROMPT, think="high"))
    ollama.capabilities = ["completion", "thinking"]
    complete(ollama)
    plain, wanted, able = ollama.chats
    assert "think" not in plain
    assert "think" not in wanted
    assert wanted["options"]["num_predict"] == PROMPT.max_tokens
    assert able["think"] is False
    assert all("think" not in body for body in ollama.preloads)


@pytest.mark.parametrize("level", ["low", "medium", "high"])
def test_a_thought_has_room_in_the_reply_and_in_the_window(
    ollama: FakeOllama, level: Think
) -> None:
    thinking(level, ollama)
    (body,) = ollama.chats
    assert body["think"] is True
    assert body["options"]["num_predict"] == PROMPT.max_tokens + THOUGHT_TOKENS[level]
    assert body["options"]["num_ctx"] == 8192 + THOUGHT_TOKENS[level]


def test_without_a_word_of_the_user_the_family_says_how_much_room(ollama: FakeOllama) -> None:
    name = "deepseek-r1:7b"
    ollama.tags = [tag(name)]
    ollama.capabilities = ["completion", "thinking"]
    assert engine_of(ollama, name).info.window == 8192 + THOUGHT_TOKENS["medium"]
    assert engine_of(ollama, name, think="off").info.window == 8192 + THOUGHT_TOKENS["medium"]
    assert len(ollama.preloads) == 1  # there was room enough


def test_a_model_in_memory_without_room_for_the_thought_is_loaded_anew(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 8192)]
    thinking("high", ollama)
    assert ollama.preloads[0]["options"]["num_ctx"] == 8192 + THOUGHT_TOKENS["high"]


@pytest.mark.parametrize(
    ("level", "sent"), [("off", "low"), ("low", "low"), ("medium", "medium"), ("high", "high")]
)
def test_gpt_oss_takes_levels_and_is_never_switched_off(
    ollama: FakeOllama, level: Think, sent: Think
) -> None:
    ollama.shown = _GPT_OSS
    thinking(level, ollama)
    (body,) = ollama.chats
    assert body["think"] == sent
    assert body["options"]["num_predict"] == PROMPT.max_tokens + THOUGHT_TOKENS[sent]


# What comes


@pytest.mark.parametrize(
    "reply",
    [
        stream(thought("h"), thought("m"), piece("{}"), last()),
        stream(piece("<think>hm"), piece("</think>{}"), last()),
        stream(piece("hm</think>"), piece("{}"), last()),
        stream(thought("h"), piece("m</think>{}"), last()),
    ],
)
def test_a_thought_is_kept_apart(ollama: FakeOllama, reply: Any) -> None:
    ollama.chat = reply
    completion = thinking("low", ollama)
    assert (completion.text, completion.thought) == ("{}", "hm")
    assert completion.finish is Finish.STOP


def test_a_model_without_the_capability_may_write_its_thought_into_the_text(
    ollama: FakeOllama,
) -> None:
    ollama.chat = stream(piece("<think>hm</think>"), piece("{}"), last())
    assert complete(ollama) == Completion("{}", Finish.STOP, 29, 31, thought="hm")


def test_a_switch_that_is_not_honoured_does_no_harm(ollama: FakeOllama) -> None:
    """deepseek-r1, Ollama's issue 11010."""
    ollama.chat = stream(piece("<think>hm</think>{}"), last())
    assert thinking("off", ollama).text == "{}"


# Too much of it


def test_a_thought_over_its_bound_is_cut_and_the_answer_asked_for(ollama: FakeOllama) -> None:
    bound = THOUGHT_TOKENS["low"]
    ollama.chat = then(stream(*_long(bound + 500), piece("late"), last()), _ANSWER)
    completion = thinking("low", ollama)
    assert completion.text == "{}"
    assert completion.finish is Finish.STOP
    assert completion.thought.split() == [str(number) for number in range(bound + 1)]
    assert (completion.prompt_tokens, completion.completion_tokens) == (29, bound + 1 + 31)
    first, second = ollama.chats
    assert (first["think"], second["think"]) == (True, False)
    assert second["options"]["num_predict"] == PROMPT.max_tokens
    assert first["options"]["num_ctx"] == second["options"]["num_ctx"]


def test_a_thought_just_at_its_bound_is_whole(ollama: FakeOllama) -> None:
    ollama.chat = stream(*_long(THOUGHT_TOKENS["low"]), piece("{}"), last())
    assert thinking("low", ollama).text == "{}"
    assert len(ollama.chats) == 1


@pytest.mark.parametrize("reason", ["stop", "length"])
def test_a_thought_without_an_answer_is_followed_by_a_call_without_thought(
    ollama: FakeOllama, reason: str
) -> None:
    """0.32.15 with a schema: a model that ends its turn in the thought, `stop` and no content."""
    ollama.chat = then(stream(thought("hm"), last(reason)), _ANSWER)
    completion = thinking("low", ollama)
    assert completion == Completion("{}", Finish.STOP, 58, 62, thought="hm")


def test_the_pieces_of_both_calls_are_told(ollama: FakeOllama) -> None:
    ollama.chat = then(stream(thought("hm"), last(written=2)), _ANSWER)
    ollama.capabilities = ["completion", "thinking"]
    pieces: list[str] = []
    engine_of(ollama).complete(replace(PROMPT, think="low"), pieces.append)
    assert "".join(pieces) == "{}"
    assert pieces[0] == ""


@pytest.mark.parametrize("reason", ["stop", "length"])
def test_a_thought_that_leaves_no_answer_even_so_names_the_option(
    ollama: FakeOllama, reason: str
) -> None:
    ollama.chat = stream(thought("hm"), last(reason))
    with pytest.raises(ReplyError, match=r"thought .* the reply: try --think low"):
        thinking("high", ollama)
    assert len(ollama.chats) == 2


def test_gpt_oss_at_its_lowest_level_is_not_asked_twice(ollama: FakeOllama) -> None:
    ollama.shown = _GPT_OSS
    ollama.chat = stream(*_long(THOUGHT_TOKENS["low"] + 50), last("length"))
    with pytest.raises(ReplyError, match="took all the tokens"):
        thinking("off", ollama)
    assert len(ollama.chats) == 1


def test_gpt_oss_over_its_bound_is_asked_at_its_lowest_level(ollama: FakeOllama) -> None:
    ollama.shown = _GPT_OSS
    ollama.chat = then(stream(*_long(THOUGHT_TOKENS["medium"] + 1), last()), _ANSWER)
    assert thinking("medium", ollama).text == "{}"
    assert [body["think"] for body in ollama.chats] == ["medium", "low"]
