"""The Ollama engine against a fake server, over real sockets."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from reviewbot.engines import ollama as ollama_engine
from reviewbot.engines.base import LONGEST_REPLY, Patience
from reviewbot.engines.ollama import open_ollama
from reviewbot.engines.ollama_server import OllamaServer
from reviewbot.errors import EngineUnavailable, RefusedError, ReplyError, UsageError
from reviewbot.network import Door
from reviewbot.prompt import Completion, Finish, Sampling
from reviewbot.report import EngineInfo
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
    last,
    line,
    loaded,
    piece,
    saying,
    stream,
    tag,
)
from tests.serving import Handler, Served, serving, unused_port

_PATIENCE = Patience(timeout=2)
_SHORT = Patience(timeout=0.3)


def _server(url: str, key: str | None = None) -> OllamaServer:
    door = Door()
    return OllamaServer(door.endpoint(url), door, key)


def _opened(ollama: FakeOllama, model: str = CODER) -> EngineInfo:
    with open_ollama(_server(ollama.url), model, _PATIENCE) as engine:
        return engine.info


def _complete(
    ollama: FakeOllama,
    patience: Patience = _PATIENCE,
    on_piece: Callable[[int], None] = lambda _: None,
) -> Completion:
    with open_ollama(_server(ollama.url), CODER, _PATIENCE) as engine:
        engine._patience = patience
        return engine.complete(PROMPT, on_piece)


def _hang(handler: Handler, served: Served) -> None:
    served.over.wait(10)


# A good reply, and what is asked for it


def test_a_reply_is_joined_and_counted(ollama: FakeOllama) -> None:
    pieces: list[int] = []
    completion = _complete(ollama, on_piece=pieces.append)
    assert completion == Completion('{"findings":[]}', Finish.STOP, 29, 31)
    assert pieces == [1, 2, 3]


def test_the_request_forbids_to_cut_the_prompt_and_bounds_the_reply(ollama: FakeOllama) -> None:
    _complete(ollama)
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
    with open_ollama(_server(ollama.url), CODER, _PATIENCE) as engine:
        for _ in range(2):
            engine.complete(PROMPT, lambda _: None)
    bodies = ollama.asked("/api/chat")
    assert len(ollama.preloads) == 1
    assert {body["options"]["num_ctx"] for body in bodies} == {8192}
    assert {body["keep_alive"] for body in bodies} == {"30m"}
    assert engine.info.window == 8192


def test_sampling_is_the_prompts(ollama: FakeOllama) -> None:
    with open_ollama(_server(ollama.url), CODER, _PATIENCE) as engine:
        engine.complete(PROMPT, lambda _: None)
        sampling = Sampling(0.6, seed=7, top_p=0.95, top_k=20, min_p=0.0)
        engine.complete(replace(PROMPT, sampling=sampling), lambda _: None)
    first, second = (body["options"] for body in ollama.chats)
    assert (first["temperature"], first["seed"]) == (0, 0)
    assert not {"top_p", "top_k", "min_p"} & set(first)
    assert (second["top_k"], second["min_p"]) == (20, 0.0)
    assert (second["temperature"], second["seed"], second["top_p"]) == (0.6, 7, 0.95)


def test_think_is_sent_only_to_a_model_that_lists_it(ollama: FakeOllama) -> None:
    _complete(ollama)
    ollama.capabilities = ["completion", "thinking"]
    _complete(ollama)
    plain, thinking = ollama.chats
    assert "think" not in plain
    assert thinking["think"] is False
    assert all("think" not in body for body in ollama.preloads)


def test_a_shorter_trained_context_is_the_window(ollama: FakeOllama) -> None:
    ollama.trained = 2048
    assert _opened(ollama).window == 2048
    assert ollama.preloads[0]["options"]["num_ctx"] == 2048


def test_the_window_is_what_the_server_loaded(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 4096)]
    assert _opened(ollama).window == 4096


def test_a_window_that_the_server_shrank_does_not_change_what_is_asked_for(
    ollama: FakeOllama,
) -> None:
    """Another `num_ctx` than the one it was loaded with would load the model again."""
    ollama.running = [loaded(CODER, 4096)]
    _complete(ollama)
    assert [body["options"]["num_ctx"] for body in ollama.asked("/api/chat")] == [8192, 8192]


def test_an_absent_trained_context_leaves_our_window(ollama: FakeOllama) -> None:
    ollama.shown = {"model_info": {}}
    assert _opened(ollama).window == 8192


def test_the_engine_is_named_with_model_and_digest(ollama: FakeOllama) -> None:
    info = _opened(ollama)
    assert (info.name, info.model) == ("ollama", CODER)
    assert info.digest == tag(CODER)["digest"]
    assert info.notes == ()


def test_latest_is_understood(ollama: FakeOllama) -> None:
    ollama.tags = [tag("qwen2.5-coder:latest")]
    assert _opened(ollama, "qwen2.5-coder").model == "qwen2.5-coder:latest"


def test_a_line_separator_inside_a_string_does_not_end_the_line(ollama: FakeOllama) -> None:
    """llama.cpp writes U+2028 and U+0085 as they are, and JSON allows that."""
    text = '{"findings":"\u2028\u0085\x1c"}'
    ollama.chat = stream(piece(text), last())
    assert _complete(ollama).text == text


def test_a_stream_in_blocks_that_are_no_lines_is_put_together(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        data = line(piece("é")) + b"\n" + line(last()).rstrip()
        for start in range(0, len(data), 7):
            chunk(handler, data[start : start + 7])
        chunk(handler, b"")

    ollama.chat = send
    assert _complete(ollama).text == "é"


# Models that are not there, and models that are elsewhere


def test_an_absent_model_names_the_nearest_and_how_to_fetch_it(ollama: FakeOllama) -> None:
    with pytest.raises(UsageError, match=f'did you mean "{CODER}"') as caught:
        _opened(ollama, "qwen2.5-codr:0.5b")
    assert caught.value.remedy == "fetch it with: ollama pull qwen2.5-codr:0.5b"


def test_an_empty_server_says_so(ollama: FakeOllama) -> None:
    ollama.tags = []
    with pytest.raises(UsageError, match="it holds none"):
        _opened(ollama)


def test_a_model_that_vanished_since_it_was_listed_is_unavailable(ollama: FakeOllama) -> None:
    ollama.instead["/api/show"] = saying(404, f'{{"error":"model \'{CODER}\' not found"}}')
    with pytest.raises(EngineUnavailable, match="not found"):
        _opened(ollama)


@pytest.mark.parametrize("name", ["gpt-oss:20b-cloud", "qwen3-coder-next:cloud", "x:7b-CLOUD"])
def test_a_cloud_tag_is_refused_before_anything_is_asked(ollama: FakeOllama, name: str) -> None:
    ollama.tags = [tag(name)]
    with pytest.raises(RefusedError, match="does not run on this machine"):
        _opened(ollama, name)
    assert ollama.served.seen == []


def test_a_local_model_whose_name_ends_in_cloud_is_not_refused(ollama: FakeOllama) -> None:
    ollama.tags = [tag("my-cloud:latest")]
    assert _opened(ollama, "my-cloud").model == "my-cloud:latest"


_REMOTE: dict[str, Any] = {"remote_host": "https://ollama.com:443", "remote_model": "gpt-oss:20b"}


def test_a_remote_model_in_the_list_is_refused_by_its_host(ollama: FakeOllama) -> None:
    ollama.tags = [tag("alias:7b", **_REMOTE)]
    with pytest.raises(RefusedError, match=r"https://ollama\.com:443"):
        _opened(ollama, "alias:7b")
    assert ollama.preloads == []


def test_a_remote_model_in_the_list_is_refused_whatever_else_is_said_of_it(
    ollama: FakeOllama,
) -> None:
    ollama.tags = [tag("alias:7b", **_REMOTE)]
    ollama.shown = {"remote_host": "", "remote_model": ""}
    with pytest.raises(RefusedError, match=r"https://ollama\.com:443"):
        _opened(ollama, "alias:7b")
    assert ollama.preloads == ollama.asked("/api/show") == []


@pytest.mark.parametrize("key", ["remote_host", "remote_model"])
def test_a_remote_model_that_only_show_tells_of_is_refused(ollama: FakeOllama, key: str) -> None:
    ollama.shown = {key: _REMOTE[key]}
    with pytest.raises(RefusedError, match="does not run on this machine"):
        _opened(ollama)
    assert ollama.preloads == []


def test_a_remote_model_that_only_the_loading_tells_of_gets_no_code(ollama: FakeOllama) -> None:
    event = piece("", done=True, done_reason="load", **_REMOTE)
    ollama.preload = saying(200, json.dumps(event))
    with pytest.raises(RefusedError):
        _complete(ollama)
    assert ollama.chats == []


def test_a_reply_from_a_remote_host_is_refused_at_its_first_piece(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        chunk(handler, line(piece("{", **_REMOTE)))
        served.over.wait(10)

    ollama.chat = send
    with pytest.raises(RefusedError, match=r"https://ollama\.com:443"):
        _complete(ollama)


def test_held_marks_remote_models_and_puts_those_in_memory_first(ollama: FakeOllama) -> None:
    ollama.tags = [
        tag("small:1b", 10),
        tag("large:7b", 70),
        tag(TINY, 1),
        tag("far:1b", 0, **_REMOTE),
    ]
    ollama.running = [loaded(TINY, 2048)]
    held = _server(ollama.url).held()
    assert [model.name for model in held] == [TINY, "large:7b", "small:1b", "far:1b"]
    assert [bool(model.remote) for model in held] == [False, False, False, True]


# Refusals


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, '{"error":"model runner has unexpectedly stopped"}', "HTTP 500: model runner has"),
        (403, "", "HTTP 403: no message"),
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
        _complete(ollama)


_BUSY = saying(503, '{"error":"server busy, please try again.  maximum pending requests exceeded"}')


def test_a_full_queue_is_asked_again(ollama: FakeOllama) -> None:
    answers = iter([_BUSY, _BUSY, ollama.chat])

    def send(handler: Handler, served: Served) -> None:
        reply = next(answers)
        reply(handler, served)

    ollama.chat = send
    assert _complete(ollama).text == '{"findings":[]}'
    assert len(ollama.chats) == 3


def test_a_queue_that_stays_full_is_a_failed_reply(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ollama_engine, "_BUSY_SECONDS", 0.3)
    ollama.chat = _BUSY
    with pytest.raises(ReplyError, match="HTTP 503: server busy"):
        _complete(ollama)
    assert len(ollama.chats) == 2


def test_a_model_too_large_to_load_has_a_remedy(ollama: FakeOllama) -> None:
    said = "model requires more system memory (9.0 GiB) than is available (2.1 GiB)"
    ollama.preload = saying(500, json.dumps({"error": said}))
    with pytest.raises(EngineUnavailable, match="more system memory") as caught:
        _opened(ollama)
    assert "smaller model" in caught.value.remedy


def test_a_bare_403_tells_of_the_host_header(ollama: FakeOllama) -> None:
    ollama.preload = saying(403, "")
    with pytest.raises(EngineUnavailable) as caught:
        _opened(ollama)
    assert "Host: localhost" in caught.value.remedy


def test_a_refusal_without_an_end_is_cut(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        handler.send_response(500)
        handler.end_headers()
        for _ in range(5000):
            handler.wfile.write(b"x" * 10_000)

    ollama.chat = send
    with pytest.raises(ReplyError, match=r"HTTP 500: x{300}$"):
        _complete(ollama)


def test_a_redirect_is_not_followed_with_the_code(ollama: FakeOllama, trap: Served) -> None:
    ollama.chat = saying(307, "", location=f"{trap.url}/api/chat")
    with pytest.raises(ReplyError, match="HTTP 307"):
        _complete(ollama)


@pytest.mark.parametrize("path", ["/api/tags", "/api/ps", "/api/show"])
def test_a_redirected_question_is_not_followed_either(
    ollama: FakeOllama, trap: Served, path: str
) -> None:
    ollama.instead[path] = saying(307, "", location=f"{trap.url}{path}")
    with pytest.raises(EngineUnavailable):
        _opened(ollama)


# Replies that go wrong


def test_an_error_in_mid_stream_is_a_failed_reply(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece("{"), {"error": "an error was encountered while running the model"})
    with pytest.raises(ReplyError, match="failed: an error was encountered"):
        _complete(ollama)


def test_a_stream_that_ends_without_its_last_object_broke_off(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece('{"findings":[]}'))
    with pytest.raises(ReplyError, match="broke off"):
        _complete(ollama)


def test_an_empty_stream_broke_off(ollama: FakeOllama) -> None:
    ollama.chat = stream()
    with pytest.raises(ReplyError, match="broke off"):
        _complete(ollama)


def test_a_connection_that_closes_in_mid_stream_is_a_server_that_is_gone(
    ollama: FakeOllama,
) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        chunk(handler, line(piece("{")))

    ollama.chat = send
    with pytest.raises(EngineUnavailable, match="is gone"):
        _complete(ollama)


@pytest.mark.parametrize("text", ["{", "[1]", '"word"', "null", "<html>", "\x00", "[" * 50_000])
def test_a_line_that_is_no_object_is_a_failed_reply(ollama: FakeOllama, text: str) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        chunk(handler, text.encode() + b"\n")
        chunk(handler, b"")

    ollama.chat = send
    with pytest.raises(ReplyError):
        _complete(ollama)


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
    assert _complete(ollama).finish in Finish


@pytest.mark.parametrize("value", ["many", [1], {"a": 1}])
def test_a_count_that_is_no_number_is_no_ollama(ollama: FakeOllama, value: object) -> None:
    ollama.chat = stream(last() | {"eval_count": value})
    with pytest.raises(EngineUnavailable, match="does not answer as Ollama does"):
        _complete(ollama)


def test_a_reply_cut_by_its_bound_is_not_whole(ollama: FakeOllama) -> None:
    ollama.chat = stream(piece('{"find'), last("length"))
    assert _complete(ollama).finish is Finish.LENGTH


def test_a_context_that_ran_over_is_a_failed_reply(ollama: FakeOllama) -> None:
    """0.24.0 with num_ctx 256: 24 tokens read and 314 written, `stop`, and half of it lost."""
    ollama.trained = 256
    ollama.chat = stream(piece("{}"), last("stop", prompt=24, written=314))
    with pytest.raises(ReplyError, match="ran over"):
        _complete(ollama)


def test_a_context_that_is_just_full_is_whole(ollama: FakeOllama) -> None:
    ollama.trained = 256
    ollama.chat = stream(piece("{}"), last("stop", prompt=24, written=232))
    assert _complete(ollama).finish is Finish.STOP


@pytest.mark.parametrize("content", ["".join(map(str, range(400))), ""])
def test_a_reply_without_end_is_refused(ollama: FakeOllama, content: str) -> None:
    written = count()

    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        block = line(piece(content)) * 100
        while not served.over.is_set() and next(written) < 100_000:
            chunk(handler, block)

    ollama.chat = send
    with pytest.raises(ReplyError, match=f"longer than {LONGEST_REPLY}"):
        _complete(ollama)


def test_a_line_without_end_is_refused(ollama: FakeOllama) -> None:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        for _ in range(500):
            chunk(handler, b"x" * 60_000)

    ollama.chat = send
    with pytest.raises(ReplyError, match="without an end"):
        _complete(ollama)


# Waiting


def _drip(data: bytes) -> Reply:
    def send(handler: Handler, served: Served) -> None:
        begin(handler)
        ends_at = time.monotonic() + 3
        while not served.over.wait(0.02) and time.monotonic() < ends_at:
            chunk(handler, data)

    return send


def _hang_in_mid_stream(handler: Handler, served: Served) -> None:
    begin(handler)
    chunk(handler, line(piece("{")))
    served.over.wait(10)


@pytest.mark.parametrize("chat", [_hang, _hang_in_mid_stream])
def test_a_server_that_falls_silent_is_given_up(ollama: FakeOllama, chat: Reply) -> None:
    ollama.chat = chat
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="in time"):
        _complete(ollama, _SHORT)
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("data", [line(piece("x")), b"x"], ids=["lines", "bytes"])
def test_a_slow_drip_ends_with_the_deadline(ollama: FakeOllama, data: bytes) -> None:
    ollama.chat = _drip(data)
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="the deadline has passed"):
        _complete(ollama, Patience(2, ends_at=begun + 0.4))
    assert time.monotonic() - begun < 1.5


def test_nothing_is_asked_after_the_deadline(ollama: FakeOllama) -> None:
    with pytest.raises(EngineUnavailable, match="the deadline has passed"):
        _complete(ollama, Patience(2, ends_at=time.monotonic() - 1))
    assert ollama.chats == []


def test_loading_ends_with_the_deadline(ollama: FakeOllama) -> None:
    ollama.preload = _hang
    patience = Patience(60, ends_at=time.monotonic() + 0.4)
    with (
        pytest.raises(EngineUnavailable, match="in time"),
        open_ollama(_server(ollama.url), CODER, patience),
    ):
        pass


@pytest.mark.parametrize("reply", [_hang, _drip(b" ")], ids=["silent", "drip"])
def test_a_question_that_is_not_answered_is_given_up(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, reply: Reply
) -> None:
    monkeypatch.setattr("reviewbot.engines.ollama_server._QUESTION_SECONDS", 0.3)
    ollama.instead["/api/tags"] = reply
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="in time"):
        _server(ollama.url).held()
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
        _server(ollama.url).held()


def test_an_answer_of_the_package_that_is_no_ollama_is_unavailable(ollama: FakeOllama) -> None:
    ollama.instead["/api/ps"] = saying(200, '{"models": 5}')
    with pytest.raises(EngineUnavailable, match="does not answer as Ollama does"):
        _server(ollama.url).held()


def test_models_that_are_no_objects_are_none_of_ours(ollama: FakeOllama) -> None:
    ollama.tags = ["x", None, tag(CODER)]
    assert _opened(ollama).model == CODER


def test_bytes_that_are_no_http_are_a_server_that_is_gone() -> None:
    def send(handler: Handler, request: object) -> None:
        handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")

    with serving(send) as served, pytest.raises(EngineUnavailable, match="is gone"):
        _server(served.url).held()


def test_a_closed_port_says_how_to_start_the_server() -> None:
    with pytest.raises(EngineUnavailable, match="no Ollama answers") as caught:
        _server(f"http://127.0.0.1:{unused_port()}").held()
    assert "ollama serve" in caught.value.remedy


# Memory


def test_a_model_that_spills_out_of_the_gpu_is_noted(ollama: FakeOllama) -> None:
    ollama.running = [loaded(CODER, 8192, size=1000, on_gpu=750)]
    (note,) = _opened(ollama).notes
    assert note.startswith(f"25 % of {CODER}")


@pytest.mark.parametrize("on_gpu", [0, 1000])
def test_a_model_wholly_on_one_side_is_not_noted(ollama: FakeOllama, on_gpu: int) -> None:
    ollama.running = [loaded(CODER, 8192, size=1000, on_gpu=on_gpu)]
    assert _opened(ollama).notes == ()


# The environment


def test_keys_of_other_tools_are_not_sent_and_ours_is(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_API_KEY", "theirs")
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    _complete(ollama)
    assert all("authorization" not in one.headers for one in ollama.served.seen)
    _server(ollama.url, "ours").held()
    for one in ollama.served.seen[-2:]:
        assert one.headers["authorization"] == "Bearer ours"
    assert all("theirs" not in str(one.headers) for one in ollama.served.seen)


def test_proxies_see_nothing(
    ollama: FakeOllama, monkeypatch: pytest.MonkeyPatch, trap: Served
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, trap.url)
    assert _complete(ollama).finish is Finish.STOP


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
