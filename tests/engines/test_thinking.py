"""The bound of a thought, piece by piece, and against a server that plays each way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.engines import thinking
from reviewbot.engines.base import Patience
from reviewbot.engines.forms import Forms
from reviewbot.engines.learnt import FORGETFUL
from reviewbot.engines.openai_compatible import OpenAIEngine
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.engines.thinking import Thought
from reviewbot.errors import ReplyError
from reviewbot.models.catalog import UNKNOWN, family_of
from reviewbot.network import Door
from reviewbot.prompt import THOUGHT_TOKENS, Completion, Finish, Prompt, Think
from reviewbot.report import EngineInfo
from tests.engines.conftest import PROMPT
from tests.serving import Handler, Request, Served, serving

_R1, _OSS = "deepseek-r1:7b", "gpt-oss:20b"
_BOUND = 10


@pytest.fixture(autouse=True)
def _short_thoughts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(THOUGHT_TOKENS, "low", _BOUND)


def _prompt(think: Think = "low") -> Prompt:
    return replace(PROMPT, think=think)


# What a request says


def test_a_model_without_a_thought_is_told_nothing() -> None:
    assert thinking.fields(_prompt(), UNKNOWN) == {}
    assert thinking.bound_of(_prompt(), UNKNOWN) is None


def test_a_thinking_model_is_told_to_think_or_not() -> None:
    family = family_of(_R1)
    on, off = thinking.fields(_prompt(), family), thinking.fields(_prompt("off"), family)
    assert on == {"chat_template_kwargs": {"enable_thinking": True}, "thinking_budget_tokens": 10}
    assert off == {"chat_template_kwargs": {"enable_thinking": False}}


@pytest.mark.parametrize(("think", "effort"), [("off", "low"), ("low", "low"), ("high", "high")])
def test_gpt_oss_is_told_its_effort(think: Think, effort: str) -> None:
    family = family_of(_OSS)
    assert family.thinks
    assert thinking.fields(_prompt(think), family)["reasoning_effort"] == effort


# Counting


def _over_at(pieces: list[tuple[str, str]], bound: int | None) -> int | None:
    thought = Thought(bound)
    return next((n for n, piece in enumerate(pieces, 1) if thought.is_over(*piece)), None)


@pytest.mark.parametrize("bound", [0, 1, 10])
def test_a_thought_is_over_a_few_pieces_behind_its_bound(bound: int) -> None:
    expected = bound + thinking._SLACK + 1
    assert _over_at([("", "hm")] * 100, bound) == expected
    assert _over_at([("<thi", ""), ("nk>hm", ""), *[("hm", "")] * 100], bound) == expected
    assert _over_at([("\n", ""), ("<think>", ""), *[("hm", "")] * 100], bound) == expected


def test_an_answer_is_never_over() -> None:
    assert _over_at([("<think>", ""), ("hm</thi", ""), ("nk>", ""), *[("{}", "")] * 99], 1) is None
    assert _over_at([("{", ""), *[("<think>", "")] * 99], 0) is None
    assert _over_at([("", "hm"), *[("x", "")] * 99], 0) is None
    assert _over_at([("", "hm")] * 99, None) is None


def test_what_is_cut_is_the_thought_within_its_bound() -> None:
    thought = Thought(2)
    for piece in ("<think>a", "b", "c", "d"):
        thought.is_over(piece, "")
    assert thought.cut() == Completion("", Finish.LENGTH, 0, 4, 0, "ab")
    assert thinking.answer_is_missing(thought.cut())
    assert thinking.answer_is_missing(Thought(0).cut())


# Asking


def _event(content: str = "", thought: str = "", finish: str | None = None) -> bytes:
    delta = {"content": content, "reasoning_content": thought}
    choice = {"choices": [{"delta": delta, "finish_reason": finish}]}
    return f"data: {json.dumps(choice)}\n\n".encode()


class _Server:
    """Thinks without end, unless it is told in a way that it knows."""

    def __init__(self) -> None:
        self.refuses: tuple[str, ...] = ()
        self.knows_continuing = True
        self.obeys_off = False
        self.bodies: list[dict[str, Any]] = []
        self.served: Served

    def answer(self, handler: Handler, request: Request) -> None:
        body = json.loads(request.body)
        self.bodies.append(body)
        known = [name for name in self.refuses if name in body]
        continues = "continue_final_message" in body
        if continues and not self.knows_continuing:
            known = ["continue_final_message: not a boolean, see json_schema"]
        if known:
            handler.say(json.dumps({"error": {"message": f"unknown {known[0]}"}}), 400)
            return
        kwargs = body.get("chat_template_kwargs") or {"enable_thinking": True}
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        if continues or (self.obeys_off and not kwargs["enable_thinking"]):
            handler.wfile.write(_event('{"findings":[]}') + _event(finish="stop"))
            handler.wfile.write(b'data: {"choices":[],"usage":{"completion_tokens":5}}\n\n')
            return
        for number in range(min(body["max_tokens"], 200)):
            handler.wfile.write(_event(thought=f"t{number} "))
        handler.wfile.write(_event(finish="length"))


@pytest.fixture
def server() -> Iterator[_Server]:
    made = _Server()
    with serving(made.answer) as made.served:
        yield made


def _engine(server: _Server, model: str = _R1) -> OpenAIEngine:
    patience = Patience(5)
    info = EngineInfo("openai", model, None, 4096)
    forms = Forms(FORGETFUL, (server.served.url,))
    return OpenAIEngine(OpenAIServer(server.served.url, Door()), info, patience, forms)


def _thought(count: int) -> str:
    return "".join(f"t{number} " for number in range(count)).strip()


def test_a_thought_past_its_bound_is_cut_and_answered(server: _Server) -> None:
    completion = _engine(server).complete(_prompt(), lambda _: None)
    assert (completion.text, completion.finish) == ('{"findings":[]}', Finish.STOP)
    assert completion.thought == _thought(_BOUND)
    assert completion.completion_tokens == _BOUND + thinking._SLACK + 1 + 5
    first, second = server.bodies
    assert first["max_tokens"] == PROMPT.max_tokens + _BOUND
    assert second["max_tokens"] == PROMPT.max_tokens
    assert second["messages"][:-1] == first["messages"]
    assert second["messages"][-1]["reasoning_content"].strip() == _thought(_BOUND)
    assert second["response_format"] == first["response_format"]


def test_a_thought_that_was_not_wanted_is_cut_at_once(server: _Server) -> None:
    completion = _engine(server).complete(_prompt("off"), lambda _: None)
    assert (completion.text, completion.thought) == ('{"findings":[]}', "")


def test_a_server_that_cannot_go_on_is_asked_without_a_thought_and_this_is_learnt(
    server: _Server,
) -> None:
    server.knows_continuing, server.obeys_off = False, True
    engine = _engine(server)
    for asked in (3, 5):
        completion = engine.complete(_prompt(), lambda _: None)
        assert completion.text == '{"findings":[]}'
        assert completion.thought == _thought(_BOUND)
        assert len(server.bodies) == asked
    assert server.bodies[-1]["response_format"]["type"] == "json_schema"
    assert "thinking_budget_tokens" not in server.bodies[-1]


def test_fields_that_are_refused_by_name_are_left_out_from_then_on(server: _Server) -> None:
    server.refuses = ("chat_template_kwargs", "thinking_budget_tokens")
    engine = _engine(server)
    assert engine.complete(_prompt(), lambda _: None).text == '{"findings":[]}'
    assert len(server.bodies) == 4
    engine.complete(_prompt(), lambda _: None)
    assert len(server.bodies) == 6
    assert not set(server.refuses) & server.bodies[-1].keys()


def test_a_server_that_only_ever_thinks_is_a_failed_reply(server: _Server) -> None:
    server.knows_continuing = False
    with pytest.raises(ReplyError, match="thought took all the tokens"):
        _engine(server).complete(_prompt(), lambda _: None)


def test_a_model_that_does_not_think_is_asked_once(server: _Server) -> None:
    with pytest.raises(ReplyError, match="thought took all"):
        _engine(server, "qwen2.5-coder:7b").complete(PROMPT, lambda _: None)
    (body,) = server.bodies
    assert body["max_tokens"] == PROMPT.max_tokens
    assert not {"chat_template_kwargs", "thinking_budget_tokens"} & body.keys()


def test_two_threads_that_learn_the_same_weaken_the_form_once(server: _Server) -> None:
    together = threading.Barrier(2, timeout=10)
    answer = server.answer

    def both(handler: Handler, request: Request) -> None:
        kind = json.loads(request.body).get("response_format", {}).get("type")
        if kind == "json_schema":
            together.wait()
            handler.say('{"error": {"message": "no json_schema here"}}', 400)
        else:
            answer(handler, request)

    server.obeys_off = True
    with serving(both) as server.served, ThreadPoolExecutor(2) as pool:
        engine = _engine(server)
        for completion in pool.map(lambda _: engine.complete(_prompt("off"), print), range(2)):
            assert completion.text == '{"findings":[]}'
    assert [body["response_format"]["type"] for body in server.bodies] == ["json_object"] * 2
