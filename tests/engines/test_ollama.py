"""The Ollama engine against a fake server, over real sockets."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import tracemalloc
from dataclasses import replace
from typing import Any

import pytest

from reviewbot.engines import ollama as ollama_engine
from reviewbot.engines.base import LONGEST_REPLY, Patience
from reviewbot.engines.ollama import open_ollama
from reviewbot.engines.ollama_server import OllamaServer
from reviewbot.errors import EngineUnavailable, RefusedError, ReplyError, UsageError
from reviewbot.network import Door
from reviewbot.prompt import Completion, Finish, Sampling
from tests.engines.calling import PATIENCE, complete, engine_of, opened, server_at
from tests.engines.conftest import PROMPT
from tests.engines.fake_ollama import (
    CODER,
    OVERFLOW_0_24,
    OVERFLOW_0_32,
    TINY,
    FakeOllama,
    Reply,
    begin,
    chunk,
    close_in_mid_stream,
    dripping,
    endless,
    fake_ollama,
    hang,
    hang_in_mid_stream,
    last,
    line,
    loaded,
    piece,
    reset_in_mid_stream,
    saying,
    stream,
    tag,
    then,
    thought,
)
from tests.serving import Handler, Served, serving, unused_port

_SHORT = Patience(timeout=0.3)


# A good reply, and what is asked for it


def test_a_reply_is_joined_and_counted(ollama: FakeOllama) -> None:
    pieces: list[str] = []
    completion = complete(ollama, on_piece=pieces.append)
    assert completion == Completion('{"findings":[]}', Finish.STOP, 29, 31)
    assert "".join(pieces) == '{"findings":[]}'


def test_the_request_forbids_to_cut_the_prompt_and_bounds_the_reply(ollama: FakeOllama) -> None:
    complete(ollama)
    (body,) = ollama.chats
    assert body["truncate"] is False
    assert body["stream"] is True
    assert body["options"]["num_predict"] == PROMPT.max_tokens > 0
    assert body["format"] == json.loads(PROMPT.schema)
    assert body["messages"] == [
        {"role": "system", "content": "Review."},
        {"role": "user", "content": "+ eval(x)"},
    ]
    assert "shift" not in body  # another value of it reloads the model


def test_the_window_and_the_stay_in_memory_are_the_same_in_every_call(ollama: FakeOllama) -> None:
    with open_ollama(server_at(ollama.url), CODER, PATIENCE) as engine:
        for _ in range(2):
            engine.complete(PROMPT, lambda _: None)
    bodies = ollama.asked("/api/chat")
    assert len(ollama.preloads) == 1
    assert {body["options"]["num_ctx"] for body in bodies} == {8192}
    assert {body["keep_alive"] for body in bodies} == {"30m"}
    assert engine.info.window == 8192


def test_sampling_is_the_prompts(ollama: FakeOllama) -> None:
    with open_ollama(server_at(ollama.url), CODER, PATIENCE) as engine:
        engine.complete(PROMPT, lambda _: None)
        sampling = Sampling(0.6, seed=7, top_p=0.95, top_k=20, min_p=0.0)
        engine.complete(replace(PROMPT, sampling=sampling), lambda _: None)
    first, second = (body["options"] for body in ollama.chats)
    assert (first["temperature"], first["seed"]) == (0, 0)
    assert not {"top_p", "top_k", "min_p"} & set(first)
    assert (second["top_k"], second["min_p"]) == (20, 0.0)
    assert (second["temperature"], second["seed"], second["top_p"]) == (0.6, 7, 0.95)


def test_the_engine_is_named_with_model_and_digest(ollama: FakeOllama) -> None:
    info = opened(ollama)
    assert (info.name, info.model) == ("ollama", CODER)
    assert info.digest == tag(CODER)["digest"]
    assert info.notes == ()


def test_latest_is_understood(ollama: FakeOllama) -> None:
    ollama.tags = [tag("qwen2.5-coder:latest")]
    assert opened(ollama, "qwen2.5-coder").model == "qwen2.5-coder:latest"


def test_a_line_separator_inside_a_string_does_not_end_the_line(ollama: FakeOllama) -> None:
    """llama.cpp writes U+2028 and U+0085 as they are, and JSON allows that."""
    text = '{"findings":"\u2028\u0085\x1c"}'
    ollama.chat = stream(piece(text), last())
    assert complete(ollama).text == text


def test_a_stream_in_blocks_that_are_no_lines_is_put_together(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        data = line(piece("é")) + b"\n" + line(last()).rstrip()
        for start in range(0, len(data), 7):
            chunk(handler, data[start : start + 7])
        chunk(handler, b"")

    ollama.chat = send
    assert complete(ollama).text == "é"


# Models that are not there, and models that are elsewhere


def test_an_absent_model_names_the_nearest_and_how_to_fetch_it(ollama: FakeOllama) -> None:
    with pytest.raises(UsageError, match=f'did you mean "{CODER}"') as caught:
        opened(ollama, "qwen2.5-codr:0.5b")
    assert caught.value.remedy == "fetch it with: ollama pull qwen2.5-codr:0.5b"


def test_an_empty_server_says_so(ollama: FakeOllama) -> None:
    ollama.tags = []
    with pytest.raises(UsageError, match="it holds none"):
        opened(ollama)


def test_a_model_that_vanished_since_it_was_listed_is_unavailable(ollama: FakeOllama) -> None:
    ollama.instead["/api/show"] = saying(404, f'{{"error":"model \'{CODER}\' not found"}}')
    with pytest.raises(EngineUnavailable, match="not found"):
        opened(ollama)


@pytest.mark.parametrize("name", ["gpt-oss:20b-cloud", "qwen3-coder-next:cloud", "x:7b-CLOUD"])
def test_a_cloud_tag_is_refused_before_anything_is_asked(ollama: FakeOllama, name: str) -> None:
    ollama.tags = [tag(name)]
    with pytest.raises(RefusedError, match="does not run on this machine"):
        opened(ollama, name)
    assert ollama.served.seen == []


def test_a_local_model_whose_name_ends_in_cloud_is_not_refused(ollama: FakeOllama) -> None:
    ollama.tags = [tag("my-cloud:latest")]
    assert opened(ollama, "my-cloud").model == "my-cloud:latest"


_REMOTE: dict[str, Any] = {"remote_host": "https://ollama.com:443", "remote_model": "gpt-oss:20b"}


def test_a_remote_model_in_the_list_is_refused_by_its_host(ollama: FakeOllama) -> None:
    ollama.tags = [tag("alias:7b", **_REMOTE)]
    with pytest.raises(RefusedError, match=r"https://ollama\.com:443"):
        opened(ollama, "alias:7b")
    assert ollama.preloads == []


def test_a_remote_model_in_the_list_is_refused_whatever_else_is_said_of_it(
    ollama: FakeOllama,
) -> None:
    ollama.tags = [tag("alias:7b", **_REMOTE)]
    ollama.shown = {"remote_host": "", "remote_model": ""}
    with pytest.raises(RefusedError, match=r"https://ollama\.com:443"):
        opened(ollama, "alias:7b")
    assert ollama.preloads == ollama.asked("/api/show") == []


@pytest.mark.parametrize("key", ["remote_host", "remote_model"])
def test_a_remote_model_that_only_show_tells_of_is_refused(ollama: FakeOllama, key: str) -> None:
    ollama.shown = {key: _REMOTE[key]}
    with pytest.raises(RefusedError, match="does not run on this machine"):
        opened(ollama)
    assert ollama.preloads == []


def test_a_remote_model_that_only_the_loading_tells_of_gets_no_code(ollama: FakeOllama) -> None:
    event = piece("", done=True, done_reason="load", **_REMOTE)
    ollama.preload = saying(200, json.dumps(event))
    with pytest.raises(RefusedError):
        complete(ollama)
    assert ollama.chats == []


def test_a_reply_from_a_remote_host_is_refused_at_its_first_piece(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        chunk(handler, line(piece("{", **_REMOTE)))
        served.over.wait(10)

    ollama.chat = send
    with pytest.raises(RefusedError, match=r"https://ollama\.com:443"):
        complete(ollama)


def test_held_marks_remote_models_and_puts_those_in_memory_first(ollama: FakeOllama) -> None:
    ollama.tags = [
        tag("small:1b", 10),
        tag("large:7b", 70),
        tag(TINY, 1),
        tag("far:1b", 0, **_REMOTE),
    ]
    ollama.running = [loaded(TINY, 2048)]
    held = server_at(ollama.url).held()
    assert [model.name for model in held] == [TINY, "large:7b", "small:1b", "far:1b"]
    assert [bool(model.remote) for model in held] == [False, False, False, True]


# Refusals


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, '{"error":"model runner has unexpectedly stopped"}', "HTTP 500: model runner has"),
        (499, '{"error":"request canceled"}', "HTTP 499: request canceled"),
        (400, OVERFLOW_0_24, "HTTP 400: the input length exceeds the context length$"),
        (400, OVERFLOW_0_32, r"HTTP 400: request \(57946 tokens\) exceeds .* increasing it$"),
        (400, '{"error":{"message":"no"}}', "HTTP 400: no$"),
        (400, '["error"]', r'HTTP 400: \["error"\]$'),
        (502, "<html>Bad Gateway</html>", "HTTP 502: <html>"),
        (301, "", "HTTP 301"),
    ],
)
def test_a_refused_prompt_is_a_failed_reply_in_the_servers_words(
    ollama: FakeOllama, status: int, body: str, said: str
) -> None:
    ollama.chat = saying(status, body)
    with pytest.raises(ReplyError, match=said):
        complete(ollama)


_BUSY = saying(503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}')


def test_a_full_queue_is_asked_again(ollama: FakeOllama) -> None:
    ollama.chat = then(_BUSY, _BUSY, stream(piece("{}"), last()))
    assert complete(ollama).text == "{}"
    assert len(ollama.chats) == 3


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_given_up(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(ollama_engine, "BUSY_SECONDS", 0.3)
    ollama.chat = saying(status, '{"error":"server busy"}')
    with pytest.raises(EngineUnavailable, match=f"HTTP {status}: server busy; it stays busy"):
        complete(ollama)
    assert len(ollama.chats) == 2


def test_the_time_that_a_busy_server_asks_for_is_not_waited_past_the_deadline(
    ollama: FakeOllama,
) -> None:
    ollama.chat = saying(429, "{}", retry_after="7")
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="stays busy"):
        complete(ollama, Patience(5, ends_at=begun + 5))
    assert time.monotonic() - begun < 4


def test_a_server_that_went_away_is_told_within_two_seconds() -> None:
    with fake_ollama() as ollama:
        engine = engine_of(ollama)
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="no Ollama answers") as caught:
        engine.complete(PROMPT, lambda _: None)
    assert "ollama serve" in caught.value.remedy
    assert time.monotonic() - begun < 4


def test_a_server_killed_in_mid_review_and_restarted_answers_the_next_chunk() -> None:
    with fake_ollama() as ollama:
        engine, port = engine_of(ollama), ollama.served.port
        ollama.chat = reset_in_mid_stream
        with pytest.raises(ReplyError, match="broke"):
            engine.complete(PROMPT, lambda _: None)
    replies: list[str] = []
    asking = threading.Thread(
        target=lambda: replies.append(engine.complete(PROMPT, lambda _: None).text)
    )
    asking.start()
    time.sleep(0.2)
    with fake_ollama(port):
        asking.join(5)
    assert replies == ['{"findings":[]}']


def test_a_model_that_is_gone_ends_the_review_with_the_command_that_fetches_it(
    ollama: FakeOllama,
) -> None:
    ollama.chat = saying(404, f'{{"error":"model \'{CODER}\' not found"}}')
    with pytest.raises(EngineUnavailable, match="HTTP 404: model") as caught:
        complete(ollama)
    assert caught.value.remedy == f"fetch it with: ollama pull {CODER}"


def test_memory_that_runs_out_names_the_next_smaller_model(ollama: FakeOllama) -> None:
    ollama.tags = [tag("qwen2.5-coder:7b")]
    ollama.chat = saying(500, '{"error":"llama-server: cudaMalloc failed: out of memory"}')
    with pytest.raises(EngineUnavailable, match="cudaMalloc") as caught:
        engine_of(ollama, "qwen2.5-coder:7b").complete(PROMPT, lambda _: None)
    assert caught.value.remedy.startswith("ollama pull qwen2.5-coder:3b, ")


def test_a_bare_403_tells_of_the_host_header(ollama: FakeOllama) -> None:
    ollama.chat = saying(403, "")
    with pytest.raises(EngineUnavailable) as caught:
        complete(ollama)
    assert "Host: localhost" in caught.value.remedy


@pytest.mark.parametrize(("status", "said"), [(401, ""), (403, '{"error":"no"}')])
def test_a_proxy_that_asks_for_a_key_is_told(ollama: FakeOllama, status: int, said: str) -> None:
    ollama.chat = saying(status, said)
    with pytest.raises(EngineUnavailable) as caught:
        complete(ollama)
    assert "REVIEWBOT_API_KEY" in caught.value.remedy


def test_a_refusal_without_an_end_is_cut(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        handler.send_response(500)
        handler.end_headers()
        for _ in range(5000):
            handler.wfile.write(b"x" * 10_000)

    ollama.chat = send
    with pytest.raises(ReplyError, match=r"HTTP 500: x{300}$"):
        complete(ollama)


def test_a_redirect_is_not_followed_with_the_code(ollama: FakeOllama, trap: Served) -> None:
    ollama.chat = saying(307, "", location=f"{trap.url}/api/chat")
    with pytest.raises(ReplyError, match="HTTP 307"):
        complete(ollama)


@pytest.mark.parametrize("path", ["/api/tags", "/api/ps", "/api/show"])
def test_a_redirected_question_is_not_followed_either(
    ollama: FakeOllama, trap: Served, path: str
) -> None:
    ollama.instead[path] = saying(307, "", location=f"{trap.url}{path}")
    with pytest.raises(EngineUnavailable):
        opened(ollama)


# Replies that go wrong


def test_an_error_in_mid_stream_is_a_failed_reply(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece("{"), {"error": "an error was encountered while running the model"})
    with pytest.raises(ReplyError, match="failed: an error was encountered"):
        complete(ollama)


def test_a_stream_that_ends_without_its_last_object_broke_off(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece('{"findings":[]}'))
    with pytest.raises(ReplyError, match="broke off"):
        complete(ollama)


def test_an_empty_stream_broke_off(ollama: FakeOllama) -> None:
    ollama.chat = stream()
    with pytest.raises(ReplyError, match="broke off"):
        complete(ollama)


@pytest.mark.parametrize("reply", [close_in_mid_stream, reset_in_mid_stream])
def test_a_connection_that_breaks_in_mid_stream_fails_its_chunk_alone(
    ollama: FakeOllama, reply: Reply
) -> None:
    ollama.chat = reply
    engine = engine_of(ollama)
    with pytest.raises(ReplyError, match="broke"):
        engine.complete(PROMPT, lambda _: None)
    ollama.chat = None
    assert engine.complete(PROMPT, lambda _: None).text == '{"findings":[]}'


@pytest.mark.parametrize("text", ["{", "[1]", '"word"', "null", "<html>", "\x00", "[" * 50_000])
def test_a_line_that_is_no_object_is_a_failed_reply(ollama: FakeOllama, text: str) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        chunk(handler, text.encode() + b"\n")
        chunk(handler, b"")

    ollama.chat = send
    with pytest.raises(ReplyError):
        complete(ollama)


@pytest.mark.parametrize(
    "event",
    [
        {"message": "text"},
        {"message": ["text"]},
        {"message": {"content": 5}},
        {"message": {"content": {"a": "b"}}},
        {"message": None},
        {"done": "no"},
    ],
)
def test_an_object_of_another_shape_raises_nothing_unforeseen(
    ollama: FakeOllama, event: object
) -> None:
    ollama.chat = stream(event, last())
    assert complete(ollama).finish in Finish


@pytest.mark.parametrize("value", ["many", [1], {"a": 1}, float("nan"), -1, None])
def test_a_count_that_is_no_number_is_not_told(ollama: FakeOllama, value: object) -> None:
    ollama.chat = stream(piece("{}"), last() | {"prompt_eval_count": value, "eval_count": value})
    assert complete(ollama) == Completion("{}", Finish.STOP)


def test_a_reply_cut_by_its_bound_is_not_whole(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece('{"find'), last("length"))
    assert complete(ollama).finish is Finish.LENGTH


def test_a_context_that_ran_over_is_a_failed_reply(ollama: FakeOllama) -> None:
    """0.24.0 with num_ctx 256: 24 tokens read and 314 written, `stop`, and half of it lost."""
    ollama.trained = 256
    ollama.chat = stream(piece("{}"), last("stop", prompt=24, written=314))
    with pytest.raises(ReplyError, match="ran over"):
        complete(ollama)


def test_a_context_that_is_just_full_is_whole(ollama: FakeOllama) -> None:
    ollama.trained = 256
    ollama.chat = stream(piece("{}"), last("stop", prompt=24, written=232))
    assert complete(ollama).finish is Finish.STOP


@pytest.mark.parametrize(
    ("events", "match"),
    [
        ([piece("".join(map(str, range(400))))], f"longer than {LONGEST_REPLY}"),
        ([piece("")], f"longer than {LONGEST_REPLY}"),
        ([piece("\n  ")], "nothing but blanks"),
        ([piece('{"quote": "x = 1"}, ')], "repeats itself"),
        ([thought("Wait, let me see. ")], "repeats itself"),
        ([{"model": "x" * 2_000_000}], "without an end"),
    ],
)
def test_a_reply_without_end_is_given_up_early_in_bounded_memory(
    ollama: FakeOllama, events: list[object], match: str
) -> None:
    ollama.chat = endless(*events)
    engine = engine_of(ollama)
    tracemalloc.start()
    with pytest.raises(ReplyError, match=match):
        engine.complete(PROMPT, lambda _: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_compressed_reply_is_refused(ollama: FakeOllama) -> None:
    ollama.chat = saying(200, "\x1f\x8b", content_encoding="gzip")
    with pytest.raises(ReplyError, match="compresses"):
        complete(ollama)
    assert ollama.served.seen[-1].headers["accept-encoding"] == "identity"


def test_a_line_without_end_is_refused(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        for _ in range(500):
            chunk(handler, b"x" * 60_000)

    ollama.chat = send
    with pytest.raises(ReplyError, match="without an end"):
        complete(ollama)


# Waiting


@pytest.mark.parametrize("chat", [hang, hang_in_mid_stream])
def test_a_server_that_falls_silent_is_given_up(ollama: FakeOllama, chat: Reply) -> None:
    ollama.chat = chat
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="in time"):
        complete(ollama, _SHORT)
    assert time.monotonic() - begun < 1.5


_HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "reply",
    [
        hang,
        hang_in_mid_stream,
        dripping(line(piece("x"))),
        dripping(line(piece(" "))),
        dripping(b"x"),
        dripping(b"X-A: b\r\n", head=_HEAD),
        dripping(b"e", head=b"HTTP/1.1 500 Oops\r\n\r\n"),
    ],
    ids=["silent", "in mid-stream", "lines", "blanks", "bytes", "head", "error"],
)
def test_the_deadline_holds_whatever_the_server_does(ollama: FakeOllama, reply: Reply) -> None:
    ollama.chat = reply
    begun = time.monotonic()
    with pytest.raises((EngineUnavailable, ReplyError), match=r"deadline has passed|HTTP 500"):
        complete(ollama, Patience(60, ends_at=begun + 0.5))
    assert time.monotonic() - begun < 4


@pytest.mark.parametrize("path", ["/api/tags", "/api/ps", "/api/show", "/api/chat"])
def test_the_deadline_holds_while_the_engine_is_opened(ollama: FakeOllama, path: str) -> None:
    ollama.instead[path] = dripping(b"X-A: b\r\n", head=_HEAD)
    begun = time.monotonic()
    ends_at = begun + 0.5
    door = Door()
    server = OllamaServer(door.endpoint(ollama.url), door, None, ends_at)
    with (
        pytest.raises(EngineUnavailable, match="the deadline has passed"),
        open_ollama(server, CODER, Patience(60, ends_at)),
    ):
        pass
    assert time.monotonic() - begun < 4


def test_nothing_is_asked_after_the_deadline(ollama: FakeOllama) -> None:
    with pytest.raises(EngineUnavailable, match="the deadline has passed"):
        complete(ollama, Patience(2, ends_at=time.monotonic() - 1))
    assert ollama.chats == []


def test_loading_ends_with_the_deadline(ollama: FakeOllama) -> None:
    ollama.preload = hang
    patience = Patience(60, ends_at=time.monotonic() + 0.4)
    with (
        pytest.raises(EngineUnavailable, match="in time"),
        open_ollama(server_at(ollama.url), CODER, patience),
    ):
        pass


@pytest.mark.parametrize("reply", [hang, dripping(b" ")], ids=["silent", "drip"])
def test_a_question_that_is_not_answered_is_given_up(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    monkeypatch.setattr("reviewbot.engines.ollama_server._QUESTION_SECONDS", 0.3)
    ollama.instead["/api/tags"] = reply
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="in time"):
        server_at(ollama.url).held()
    assert time.monotonic() - begun < 1.5


# What is no Ollama


@pytest.mark.parametrize(
    "body",
    [
        "<html>It works!</html>",
        "[]",
        '"text"',
        "",
        '{"models": 5}',
        '{"models": [{"model": "x", "size": [1]}]}',
        "[" * 50_000,
    ],
)
def test_a_server_that_is_no_ollama_is_unavailable(ollama: FakeOllama, body: str) -> None:
    ollama.instead["/api/tags"] = saying(200, body)
    with pytest.raises(EngineUnavailable, match="does not answer as Ollama does"):
        server_at(ollama.url).held()


def test_an_answer_of_the_package_that_is_no_ollama_is_unavailable(ollama: FakeOllama) -> None:
    ollama.instead["/api/ps"] = saying(200, '{"models": 5}')
    with pytest.raises(EngineUnavailable, match="does not answer as Ollama does"):
        server_at(ollama.url).held()


def test_models_that_are_no_objects_are_none_of_ours(ollama: FakeOllama) -> None:
    ollama.tags = ["x", None, tag(CODER)]
    assert opened(ollama).model == CODER


def test_bytes_that_are_no_http_are_a_server_that_is_gone() -> None:
    def send(handler: Handler, request: object) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    with serving(send) as served, pytest.raises(EngineUnavailable, match="broke"):
        server_at(served.url).held()


def test_a_closed_port_says_how_to_start_theserver_at() -> None:
    with pytest.raises(EngineUnavailable, match="no Ollama answers") as caught:
        server_at(f"http://127.0.0.1:{unused_port()}").held()
    assert "ollama serve" in caught.value.remedy


# The environment


def test_keys_of_other_tools_are_not_sent_and_ours_is(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "theirs")
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    complete(ollama)
    assert all("authorization" not in one.headers for one in ollama.served.seen)
    server_at(ollama.url, "ours").held()
    for one in ollama.served.seen[-2:]:
        assert one.headers["authorization"] == "Bearer ours"
    assert all("theirs" not in str(one.headers) for one in ollama.served.seen)


def test_proxies_see_nothing(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, trap: Served
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, trap.url)
    assert complete(ollama).finish is Finish.STOP


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks5://127.0.0.1:1"),
        ("HTTPS_PROXY", "nonsense://:::"),
        ("OLLAMA_HOST", "http://127.0.0.1:port"),
        ("SSL_CERT_FILE", "/absent/certificates.pem"),
    ],
)
def test_no_variable_breaks_the_import_of_the_package(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    program = (
        "import os, sys\n"
        "from reviewbot.engines.ollama_server import OllamaServer\n"
        "from reviewbot.network import Door\n"
        "door = Door()\n"
        "server = OllamaServer(door.endpoint(sys.argv[1]), door, None)\n"
        "print(server.held()[0].name, os.environ[sys.argv[2]])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, ollama.url, name],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == f"{CODER} {value}\n", done.stderr
