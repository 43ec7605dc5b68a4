"""The engine for OpenAI-compatible servers, against one of each maker on real sockets."""

from __future__ import annotations

import json
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import trustme

from reviewbot.engines import openai_again, openai_server
from reviewbot.engines.base import Patience
from reviewbot.engines.openai_compatible import OpenAIEngine, open_openai
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.errors import EngineError, EngineUnavailable, RefusedError, ReplyError, UsageError
from reviewbot.network import Door
from reviewbot.prompt import Completion, Finish, Message
from tests.engines import fake_openai as fakes
from tests.engines.conftest import PROMPT
from tests.engines.fake_openai import CHAT, MODEL, FakeOpenAI, Reply, running
from tests.serving import Handler, Served, serving, unused_port

_PATIENCE = Patience(timeout=5)


@pytest.fixture
def server() -> Iterator[FakeOpenAI]:
    with running(fakes.llama_cpp()) as fake:
        yield fake


def _open(fake: FakeOpenAI, patience: Patience = _PATIENCE, **more: Any) -> OpenAIEngine:
    model, window = more.pop("model", None), more.pop("window", None)
    server = OpenAIServer(
        more.pop("url", fake.url), more.pop("door", Door()), more.pop("key", None)
    )
    with open_openai(server, model, patience, window) as engine:
        return engine


def _complete(fake: FakeOpenAI, patience: Patience = _PATIENCE) -> Completion:
    return _open(fake, patience).complete(PROMPT, lambda _: None)


def _fails(fake: FakeOpenAI, error: type[EngineError], match: str, **patience: Any) -> EngineError:
    """The error with which a prompt fails, once the engine was opened without one."""
    engine = _open(fake, replace(Patience(timeout=5.0), **patience))
    with pytest.raises(error, match=match) as caught:
        engine.complete(PROMPT, lambda _: None)
    return caught.value


# What each server tells of itself


@pytest.mark.parametrize(
    ("make", "window", "tokens"),
    [
        (fakes.llama_cpp, 8192, 27),
        (fakes.vllm, 16384, 31),
        (fakes.lm_studio, 6000, None),
        (fakes.old_lm_studio, 7000, None),
        (fakes.localai, 5000, 23),
    ],
)
def test_window_and_tokens_are_read_where_the_server_tells_them(
    make: Callable[[], FakeOpenAI], window: int, tokens: int | None
) -> None:
    with running(make()) as fake:
        engine = _open(fake)
        assert (engine.info.name, engine.info.model) == ("openai", MODEL)
        assert (engine.info.window, engine.info.notes) == (window, ())
        assert engine.count_tokens(PROMPT) == tokens
        assert engine.complete(PROMPT, lambda _: None).text == '{"findings": []}'
        assert engine.family.name == "qwen2.5-coder"


@pytest.mark.parametrize(
    ("make", "slots"),
    [
        (fakes.llama_cpp, 2),
        (lambda: fakes.behind_a_router(fakes.llama_cpp(), 3, 1), 6),
        (fakes.vllm, None),
        (lambda: fakes.behind_a_router(fakes.vllm(), 4), 16),
        (lambda: fakes.behind_a_router(fakes.vllm(), 4000), 64),
        (lambda: fakes.behind_a_router(fakes.vllm(), 0, 2), None),
    ],
)
def test_the_slots_of_a_server_and_of_all_that_stand_behind_a_router(
    make: Callable[[], FakeOpenAI], slots: int | None
) -> None:
    with running(make()) as fake:
        assert _open(fake).slots == slots


def test_the_list_of_models_tells_a_window_where_nothing_else_does(server: FakeOpenAI) -> None:
    server.routes["/props"] = lambda _: {"default_generation_settings": {"n_ctx": 0}}
    assert _open(server).info.window == 8192


def test_older_llama_cpp_counts_the_text_alone(server: FakeOpenAI) -> None:
    del server.routes["/v1/chat/completions/input_tokens"]
    assert _open(server).count_tokens(PROMPT) == len(PROMPT.text)


def test_a_window_that_nobody_tells_is_a_cautious_one_and_is_told() -> None:
    with running(fakes.gateway()) as fake:
        info = _open(fake).info
        assert info.window == 4096
        assert "4096 tokens are assumed; --window N" in info.notes[0]
        info = _open(fake, window=9000).info
        assert (info.window, info.notes) == (9000, ())


def test_the_smaller_of_the_told_and_the_set_window_holds(server: FakeOpenAI) -> None:
    assert _open(server, window=100_000).info.window == 8192
    assert _open(server, window=2000).info.window == 2000


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/"])
def test_the_url_may_end_with_v1_or_not(server: FakeOpenAI, end: str) -> None:
    engine = _open(server, url=server.url + end)
    engine.complete(PROMPT, lambda _: None)
    assert engine.info.window == 8192
    assert len(server.asked(CHAT)) == 1
    assert {one.headers["accept-encoding"] for one in server.served.seen} == {"identity"}


def test_a_server_behind_a_path_and_one_on_a_unix_socket(tmp_path: Path) -> None:
    fake = fakes.llama_cpp()
    with running(fake, path=tmp_path / "s.sock"):
        assert _complete(fake).finish is Finish.STOP
    with running(FakeOpenAI({"/llm/v1/models": fakes.listing({"id": MODEL})})) as behind:
        assert _open(behind, url=f"{behind.url}/llm/v1").info.model == MODEL


# Which model


def test_the_model_of_many_is_the_one_named_or_the_one_known_to_review() -> None:
    fake = fakes.gateway()
    names = ("llama3", "text-embed-x", "deepseek-r1", MODEL)
    fake.routes["/v1/models"] = fakes.listing(*({"id": name} for name in names))
    with running(fake):
        assert _open(fake).info.model == MODEL
        assert _open(fake, model="llama3").info.model == "llama3"
        with pytest.raises(UsageError, match="no model 'lama3'; did you mean \"llama3\""):
            _open(fake, model="lama3")
        fake.routes["/v1/models"] = fakes.listing({"id": "a"}, {"id": "b"})
        with pytest.raises(UsageError, match="which model\\? it holds a, b"):
            _open(fake)


def test_a_gateway_without_a_list_takes_the_name_it_is_given() -> None:
    with running(FakeOpenAI({})) as fake:
        assert _open(fake, model="x").info.model == "x"
        with pytest.raises(UsageError, match="it lists no model"):
            _open(fake)


@pytest.mark.parametrize("name", ["qwen3-coder:480b-cloud", "gpt-oss:cloud"])
def test_a_cloud_model_is_refused_before_anything_is_sent(server: FakeOpenAI, name: str) -> None:
    with pytest.raises(RefusedError, match="does not run on this machine"):
        _open(server, model=name)
    assert server.served.seen == []


def test_localais_proxy_to_a_cloud_is_refused_before_a_prompt_is_sent() -> None:
    with running(fakes.localai("cloud-proxy")) as fake:
        with pytest.raises(RefusedError, match="cloud-proxy sends the code on"):
            _open(fake)
        assert fake.asked(CHAT) == []


def test_ollama_is_not_spoken_to_in_this_way() -> None:
    fake = fakes.gateway()
    facts = {"general.architecture": "qwen2", "qwen2.context_length": 32768}
    fake.routes["/api/show"] = lambda _: {"model_info": facts}
    with running(fake), pytest.raises(UsageError, match="is Ollama"):
        _open(fake)


def test_the_key_is_the_one_that_was_given(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "ambient")
    server.key = "mine"
    _open(server, key="mine")
    assert {one.headers["authorization"] for one in server.served.seen} == {"Bearer mine"}
    with pytest.raises(EngineUnavailable, match="HTTP 401: Invalid API Key") as caught:
        _open(server)
    assert "REVIEWBOT_API_KEY" in caught.value.remedy
    assert "authorization" not in server.served.seen[-1].headers


# Structured output


def _formats(fake: FakeOpenAI) -> list[str | None]:
    return [body.get("response_format", {}).get("type") for body in fake.asked(CHAT)]


def test_the_form_is_learnt_once_for_the_run(server: FakeOpenAI) -> None:
    refused = fakes.saying(400, {"error": {"message": "response_format is not supported"}})
    server.chat = fakes.then(refused, refused, fakes.says("{}"))
    engine = _open(server)
    for _ in range(3):
        assert engine.complete(PROMPT, lambda _: None).text == "{}"
    assert _formats(server) == ["json_schema", "json_object", None, None, None]


def test_a_refusal_of_another_kind_does_not_weaken_the_form(server: FakeOpenAI) -> None:
    overflow = {"error": {"message": "request (9000 tokens) exceeds the available context size"}}
    server.chat = fakes.saying(400, overflow)
    _fails(server, ReplyError, "exceeds the available context size")
    assert _formats(server) == ["json_schema"]


def test_a_server_that_refuses_every_form_fails_the_chunk(server: FakeOpenAI) -> None:
    server.chat = fakes.saying(400, {"error": {"message": "bad grammar"}})
    _fails(server, ReplyError, "bad grammar")
    assert len(server.asked(CHAT)) == 3


# Thought


@pytest.mark.parametrize(
    "reply",
    [
        fakes.stream(fakes.delta("", reasoning_content="hm"), fakes.delta("{}", "stop")),
        fakes.stream(fakes.delta("", reasoning="hm"), fakes.delta("{}", "stop")),
        fakes.says("<think>hm</think>{}"),
        fakes.says("hm</think>{}"),
    ],
)
def test_thought_is_kept_apart(server: FakeOpenAI, reply: Reply) -> None:
    server.chat = reply
    completion = _complete(server)
    assert (completion.text, completion.thought) == ("{}", "hm")


def test_a_thought_that_leaves_no_room_is_told(server: FakeOpenAI) -> None:
    server.chat = fakes.stream(fakes.delta("", "length", reasoning_content="hm"))
    _fails(server, ReplyError, "thought took all the tokens")


# What goes wrong with one reply


@pytest.mark.parametrize(
    ("reply", "match"),
    [
        (fakes.saying(500, {"error": {"message": "cudaMalloc failed"}}), "HTTP 500: cudaMalloc"),
        (fakes.saying(500, "<html>\x1b[31m"), r"HTTP 500: <html>\[31m"),
        (fakes.saying(200, {"error": "Trying to keep the first"}), "failed: Trying to keep"),
        (fakes.saying(200, {"error": {"message": "n_ctx"}}), "failed: n_ctx"),
        (fakes.saying(200, "<html>"), "no JSON"),
        (fakes.stream({"error": {"message": "slot lost"}}), "failed: slot lost"),
        (fakes.stream({"object": "error", "message": "too long"}), "failed: too long"),
        (fakes.saying(200, "error: out of it\n\n", content_type="text/event-stream"), "out of it"),
        (fakes.says("", "stop"), "the reply is empty"),
        (fakes.says(" \n", "stop"), "the reply is empty"),
        (fakes.saying(200, "\x1f\x8b", content_encoding="gzip"), "compresses"),
    ],
)
def test_a_reply_that_is_none_fails_its_chunk_alone(
    server: FakeOpenAI, reply: Reply, match: str
) -> None:
    server.chat = fakes.then(reply, fakes.says("{}"))
    engine = _open(server)
    with pytest.raises(ReplyError, match=match):
        engine.complete(PROMPT, lambda _: None)
    assert engine.complete(PROMPT, lambda _: None).text == "{}"


def test_a_gateway_that_does_not_stream_is_understood(server: FakeOpenAI) -> None:
    choice = {"message": {"content": "{}"}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 5, "completion_tokens": float("nan")}
    server.chat = fakes.saying(200, json.dumps({"choices": [choice], "usage": usage}, indent=1))
    assert _complete(server) == Completion("{}", Finish.STOP, 5, 0)


@pytest.mark.parametrize(
    ("block", "match"),
    [
        (fakes.row(fakes.delta("\n  ")), "nothing but blanks"),
        (fakes.row(fakes.delta('{"quote": "x = 1"}, ')), "repeats itself"),
        (fakes.row(fakes.delta("", reasoning_content="Wait, let me see. ")), "repeats itself"),
        (fakes.row(fakes.delta(f"{'0123456789' * 50} {'abc' * 100}")), "longer than"),
        (b"x" * 65536, "a line without an end"),
        (fakes.row({"usage": "x" * 2_000_000}), "without an end"),
    ],
)
def test_a_reply_without_end_is_given_up_early_in_bounded_memory(
    server: FakeOpenAI, block: bytes, match: str
) -> None:
    written: list[int] = []
    server.chat = fakes.endless(block, 100_000_000, written)
    engine = _open(server)
    tracemalloc.start()
    with pytest.raises(ReplyError, match=match):
        engine.complete(PROMPT, lambda _: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(written) < 20_000_000
    assert peak < 20_000_000


def test_a_whole_reply_of_100_mb_is_refused_in_bounded_memory(server: FakeOpenAI) -> None:
    written: list[int] = []
    feed = fakes.endless(b'{"choices": "' + b"x\n" * 32768, 100_000_000, written)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    server.chat = lambda handler, served: (handler.wfile.write(head), feed(handler, served))[1]
    _fails(server, ReplyError, "longer than 1048576")
    assert sum(written) < 20_000_000


# What goes wrong with the server


def test_a_server_that_is_down_is_told_at_once() -> None:
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match=r"no server answers at 127\.0\.0\.1"):
        _open(fakes.gateway(), url=f"http://127.0.0.1:{unused_port()}")
    assert time.monotonic() - begun < 1


def test_a_server_whose_certificate_does_not_hold_is_not_told_as_one_that_is_down() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with running(fakes.vllm(), tls=context) as fake:
        url = f"https://localhost:{fake.served.port}"
        with pytest.raises(EngineUnavailable, match="its certificate does not hold") as caught:
            _listed(url)
        assert "SSL_CERT_FILE" in caught.value.remedy
        assert fake.served.seen == []


def test_a_server_without_tls_is_told_as_that(server: FakeOpenAI) -> None:
    with pytest.raises(EngineUnavailable, match="does not speak TLS"):
        _listed(server.url.replace("http:", "https:"))


def _listed(url: str) -> None:
    OpenAIServer(url, Door()).models(Patience(5))


def test_a_server_that_goes_down_in_mid_review_is_told_within_two_seconds() -> None:
    with running(fakes.llama_cpp()) as fake:
        engine = _open(fake)
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="no server answers"):
        engine.complete(PROMPT, lambda _: None)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize(
    "lost",
    [
        fakes.reset_in_mid_stream,
        fakes.stream(fakes.delta("{")),
        fakes.saying(502, "<html>Bad Gateway</html>"),
        fakes.saying(504, "<html>Gateway Time-out</html>"),
    ],
)
def test_a_prompt_that_was_lost_is_asked_once_more_and_no_more(
    server: FakeOpenAI, lost: Reply
) -> None:
    server.chat = fakes.then(lost, fakes.says("{}"), lost, lost, fakes.says("{}"))
    engine = _open(server)
    completion = engine.complete(PROMPT, lambda _: None)
    assert (completion.text, completion.retries) == ("{}", 1)
    with pytest.raises(ReplyError, match=r"brok|HTTP 50[24]") as caught:
        engine.complete(PROMPT, lambda _: None)
    assert caught.value.retries == 1
    assert len(server.asked(CHAT)) == 4


def test_a_server_killed_in_mid_review_and_restarted_answers_the_next_chunk() -> None:
    fake = fakes.llama_cpp()
    with running(fake):
        engine, port = _open(fake), fake.served.port
        fake.chat = fakes.reset_in_mid_stream
        with pytest.raises(ReplyError, match="broke"):
            engine.complete(PROMPT, lambda _: None)
    fake.chat = fakes.then(
        fakes.saying(503, {"error": {"message": "Loading model"}}), fakes.says("{}")
    )
    replies: list[str] = []
    asking = threading.Thread(
        target=lambda: replies.append(engine.complete(PROMPT, lambda _: None).text)
    )
    asking.start()
    time.sleep(0.3)
    with running(fake, port=port):
        asking.join(5)
    assert replies == ["{}"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(server: FakeOpenAI, status: int) -> None:
    busy = fakes.saying(status, {"error": {"message": "slow down"}})
    server.chat = fakes.then(busy, busy, fakes.says("{}"))
    completion = _complete(server, patience := Patience(timeout=5))
    assert (completion.text, completion.retries) == ("{}", 2)
    assert patience.refusals.latest is not None
    assert len(server.asked(CHAT)) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_given_up(
    server: FakeOpenAI, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_again, "BUSY_SECONDS", 0.5)
    server.chat = fakes.saying(status, {"error": {"message": "slow down"}})
    _fails(server, EngineUnavailable, f"HTTP {status}: slow down; it stays busy")
    assert 2 <= len(server.asked(CHAT)) <= 4


def test_a_server_that_is_full_of_other_prompts_of_ours_is_not_given_up(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_again, "BUSY_SECONDS", 0.5)
    engine = _open(server)
    busy = threading.Event()

    def answer(handler: Handler, served: Served) -> None:
        prompt = served.seen[-1].json["messages"][-1]["content"]
        is_late = prompt != "+ eval(x)"
        reply = fakes.saying(429, "{}") if is_late and not busy.is_set() else fakes.says("{}")
        reply(handler, served)

    server.chat = answer
    late = replace(PROMPT, messages=(Message("user", "late"),))
    found: list[Completion] = []
    asking = threading.Thread(target=lambda: found.append(engine.complete(late, lambda _: None)))
    asking.start()
    for _ in range(15):  # one and a half seconds: three times as long as a silent one is borne
        engine.complete(PROMPT, lambda _: None)
        time.sleep(0.1)
    busy.set()
    asking.join(10)
    assert found[0].retries > 2


def test_the_time_that_a_busy_server_asks_for_is_waited(server: FakeOpenAI) -> None:
    busy = fakes.saying(503, "{}", retry_after="1")
    server.chat = fakes.then(busy, fakes.says("{}"))
    begun = time.monotonic()
    assert _complete(server).text == "{}"
    assert 1 <= time.monotonic() - begun < 3


@pytest.mark.parametrize("after", ["7", formatdate(time.time() + 3600, usegmt=True), "9" * 99])
def test_a_time_past_the_deadline_is_not_waited(server: FakeOpenAI, after: str) -> None:
    server.chat = fakes.saying(429, "{}", retry_after=after)
    begun = time.monotonic()
    _fails(server, EngineUnavailable, "stays busy", ends_at=begun + 3)
    assert time.monotonic() - begun < 1


def test_of_a_proxys_page_the_title_is_told(server: FakeOpenAI) -> None:
    page = (
        "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>nginx</body>"
    )
    server.chat = fakes.saying(413, page, content_type="text/html")
    assert _fails(server, ReplyError, "HTTP 413").message.endswith("413: Request Entity Too Large")


def test_a_server_that_loads_its_model_is_waited_for(server: FakeOpenAI) -> None:
    loading = fakes.saying(503, {"error": {"message": "Loading model"}})
    listed = fakes.saying(200, {"data": [{"id": MODEL}]})
    server.instead["/v1/models"] = fakes.then(loading, loading, listed)
    assert _open(server).info.model == MODEL


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_router_that_asks_a_dead_worker_is_asked_again(server: FakeOpenAI, status: int) -> None:
    lost = fakes.saying(status, "Request failed: error sending request for url")
    listed = fakes.saying(200, {"data": [{"id": MODEL}]})
    server.instead["/v1/models"] = fakes.then(lost, lost, listed)
    assert _open(server).info.model == MODEL


def test_a_router_whose_worker_stays_dead_is_told(
    server: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_server, "LOST_SECONDS", 0.3)
    server.instead["/v1/models"] = fakes.saying(500, "Request failed: error sending request")
    with pytest.raises(EngineUnavailable, match="HTTP 500: Request failed"):
        _open(server)


def test_a_model_that_is_gone_is_told_with_what_is_there(server: FakeOpenAI) -> None:
    server.chat = fakes.saying(404, {"error": {"message": "model 'x' not found"}})
    error = _fails(server, EngineUnavailable, f"model 'x' not found; it holds {MODEL}")
    assert "--model" in error.remedy


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_with_the_remedy(server: FakeOpenAI, status: int) -> None:
    server.chat = fakes.saying(status, "")
    error = _fails(server, EngineUnavailable, f"HTTP {status}: no message")
    assert "REVIEWBOT_API_KEY" in error.remedy


@pytest.mark.parametrize("reply", [fakes.hang, fakes.hang_in_mid_stream])
def test_a_server_that_hangs_is_given_up(server: FakeOpenAI, reply: Reply) -> None:
    server.chat = reply
    _fails(server, EngineUnavailable, "does not answer in time", timeout=0.3)


@pytest.mark.parametrize(
    "reply",
    [
        fakes.hang,
        fakes.hang_in_mid_stream,
        fakes.dripping(b"X-A: b\r\n", head=b"HTTP/1.1 200 OK\r\n"),
        fakes.dripping(b": ping\n", head=fakes.STREAM_HEAD),
        fakes.dripping(b"d", head=fakes.STREAM_HEAD),
        fakes.dripping(b" ", head=b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"),
        fakes.dripping(b"e", head=b"HTTP/1.1 500 Oops\r\n\r\n"),
    ],
)
def test_no_server_holds_a_review_past_its_deadline(server: FakeOpenAI, reply: Reply) -> None:
    engine = _open(server)
    server.chat = reply
    begun = time.monotonic()
    engine = _open(server, Patience(60, begun + 0.6))
    with pytest.raises(EngineError, match=r"deadline has passed|HTTP 500"):
        engine.complete(PROMPT, lambda _: None)
    assert time.monotonic() - begun < 1.2


def test_another_kind_of_server_is_told() -> None:
    with (
        serving(lambda handler, _: handler.say("<html>It works!</html>")) as other,
        pytest.raises(EngineUnavailable, match="does not answer as a model server does"),
    ):
        _open(fakes.gateway(), url=other.url)


def test_a_redirect_is_not_followed(server: FakeOpenAI) -> None:
    with running(fakes.gateway()) as trap:
        server.chat = fakes.saying(307, "", location=f"{trap.url}{CHAT}")
        _fails(server, ReplyError, "HTTP 307")
        assert trap.served.seen == []


def test_every_connection_is_in_the_report(server: FakeOpenAI) -> None:
    door = Door()
    _open(server, door=door).complete(PROMPT, lambda _: None)
    assert door.connections == (f"127.0.0.1:{server.served.port}",)


# Slots


@pytest.mark.parametrize(
    ("fake", "slots"),
    [
        (fakes.llama_cpp(16384), 4),
        (fakes.llama_cpp(8192), 2),  # four prompts do not fit into the window that they share
        (fakes.llama_cpp(2048), 1),
        (fakes.lm_studio(), 1),
        (fakes.vllm(), None),
        (fakes.localai(), None),
    ],
)
def test_the_slots_are_those_that_the_server_tells_of(fake: FakeOpenAI, slots: int | None) -> None:
    with running(fake) as server:
        assert _open(server).slots == slots
