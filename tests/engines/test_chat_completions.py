"""The wire format of `/v1/chat/completions` against a server that plays it over a real socket.

The shapes are those of llama.cpp b11434 in xllamacpp 2026.10.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import httpx
import pytest

from reviewbot.engines import chat_completions
from reviewbot.engines.base import LONGEST_REPLY, Patience
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.network import Door
from reviewbot.prompt import Completion, Finish, Prompt, Sampling
from tests.engines.conftest import PROMPT
from tests.serving import Handler, Request, Served, serving

_PATIENCE = Patience(timeout=2)

USAGE = {
    "choices": [],
    "usage": {
        "prompt_tokens": 40,
        "completion_tokens": 9,
        "prompt_tokens_details": {"cached_tokens": 31},
    },
}


def _delta(content: str | None, finish: str | None = None) -> dict[str, Any]:
    delta = {"role": "assistant", "content": content}
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


Send = Callable[[Handler], None]


@dataclass
class _Fake:
    served: Served
    send: Send

    def says(self, *events: object, end: bytes = b"data: [DONE]\n\n") -> None:
        rows = [f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode() for event in events]
        self.raw(b"".join(rows) + end)

    def raw(self, body: bytes, status: int = 200) -> None:
        self.send = lambda handler: handler.say(body, status, content_type="text/event-stream")

    def complete(
        self,
        patience: Patience = _PATIENCE,
        on_piece: Callable[[str], None] = lambda _: None,
        prompt: Prompt = PROMPT,
    ) -> Completion:
        door = Door()
        with door.client(door.endpoint(self.served.url), httpx.Timeout(2)) as client:
            return chat_completions.complete(client, prompt, patience, on_piece)


@pytest.fixture
def fake() -> Iterator[_Fake]:
    made: list[_Fake] = []

    def answer(handler: Handler, request: Request) -> None:
        made[0].send(handler)

    with serving(answer) as served:
        made.append(_Fake(served, lambda _: None))
        yield made[0]


def _open(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()


def test_the_request_says_what_the_prompt_says() -> None:
    body = chat_completions.request_body(PROMPT)
    assert body["messages"][1] == {"role": "user", "content": "+ eval(x)"}
    assert body["max_tokens"] == PROMPT.max_tokens
    assert body["response_format"]["json_schema"]["schema"] == json.loads(PROMPT.schema)
    assert (body["temperature"], body["seed"]) == (0, 0)
    assert body["stream_options"] == {"include_usage": True}
    assert "top_p" not in body


def test_the_request_carries_top_p_where_the_family_has_one() -> None:
    prompt = replace(PROMPT, sampling=Sampling(0.6, top_p=0.95))
    assert chat_completions.request_body(prompt)["top_p"] == 0.95


def test_what_openais_api_does_not_have_is_sent_to_an_engine_of_our_own_alone(fake: _Fake) -> None:
    """A strict gateway refuses a field that it does not know."""
    prompt = replace(PROMPT, sampling=Sampling(0.6, top_k=20, min_p=0.0))
    assert not {"top_k", "min_p"} & set(chat_completions.request_body(prompt))
    fake.says(_delta("x", "stop"))
    fake.complete(prompt=prompt)
    sent = fake.served.seen[0].json
    assert (sent["top_k"], sent["min_p"]) == (20, 0.0)


def test_a_reply_is_joined_and_counted(fake: _Fake) -> None:
    pieces: list[str] = []
    fake.says(_delta(None), _delta('{"a":'), _delta("1}"), _delta("", "stop"), USAGE)
    assert fake.complete(on_piece=pieces.append) == Completion('{"a":1}', Finish.STOP, 40, 9, 31)
    assert pieces == ["", '{"a":', "1}", ""]
    assert fake.served.seen[0].path == "/v1/chat/completions"


def test_a_reply_cut_by_its_bound_is_not_whole(fake: _Fake) -> None:
    fake.says(_delta("{"), _delta("", "length"))
    assert fake.complete().finish is Finish.LENGTH


def test_comments_and_other_fields_of_the_stream_are_passed_over(fake: _Fake) -> None:
    row = f"event: message\r\nid: 1\r\ndata:{json.dumps(_delta('x', 'stop'))}\r\n\r\n"
    fake.raw(f": ping\n\n{row}".encode())
    assert fake.complete().text == "x"


def test_a_line_separator_inside_a_string_does_not_end_the_line(fake: _Fake) -> None:
    fake.says(_delta("a\u2028b\u0085c", "stop"))
    assert fake.complete().text == "a\u2028b\u0085c"


def test_a_stream_without_a_finish_broke_off(fake: _Fake) -> None:
    fake.says(_delta("{"), end=b"")
    with pytest.raises(ReplyError, match="broke off"):
        fake.complete()


def test_a_refusal_is_told_in_the_engines_words(fake: _Fake) -> None:
    fake.raw(b'{"error":{"code":400,"message":"request exceeds","type":"x"}}', 400)
    with pytest.raises(ReplyError, match=r"^HTTP 400: request exceeds$"):
        fake.complete()


def test_an_error_in_mid_stream_is_told_in_the_engines_words(fake: _Fake) -> None:
    fake.says(_delta("{"), {"error": {"code": 500, "message": "context is full"}})
    with pytest.raises(ReplyError, match=r"failed: context is full$"):
        fake.complete()


@pytest.mark.parametrize("data", [b"{", b"[1]", b"5", b"[" * 50_000, b"\xff"])
def test_a_row_that_is_no_object_is_a_failed_reply(fake: _Fake, data: bytes) -> None:
    fake.raw(b"data: " + data + b"\n\n")
    with pytest.raises(ReplyError):
        fake.complete()


@pytest.mark.parametrize(
    "event",
    [
        {"choices": ["x"]},
        {"choices": [{"delta": "x"}]},
        {"choices": [{"delta": {"content": 5}}]},
        {"choices": None, "usage": 5},
        {"usage": {"prompt_tokens_details": []}},
    ],
)
def test_an_object_of_another_shape_raises_nothing_unforeseen(fake: _Fake, event: object) -> None:
    fake.says(event, _delta("", "stop"))
    assert fake.complete().finish is Finish.STOP


def _silent(handler: Handler) -> None:
    handler.served.over.wait(10)


def _silent_in_mid_stream(handler: Handler) -> None:
    _open(handler)
    handler.wfile.write(b'data: {"choices":[]}\n\n')
    handler.served.over.wait(10)


@pytest.mark.parametrize("send", [_silent, _silent_in_mid_stream])
def test_an_engine_that_falls_silent_is_given_up(fake: _Fake, send: Send) -> None:
    fake.send = send
    with pytest.raises(EngineUnavailable, match="no answer for"):
        fake.complete(Patience(timeout=0.3))


@pytest.mark.parametrize("data", [b": ping\n", b"x", b'data: {"choices":[]}\n\n'])
def test_a_slow_drip_ends_with_the_deadline(fake: _Fake, data: bytes) -> None:
    def send(handler: Handler) -> None:
        _open(handler)
        ends_at = time.monotonic() + 3
        while not handler.served.over.wait(0.02) and time.monotonic() < ends_at:
            handler.wfile.write(data)

    fake.send = send
    begun = time.monotonic()
    with pytest.raises(EngineUnavailable, match="the deadline has passed"):
        fake.complete(Patience(2, ends_at=begun + 0.3))
    assert time.monotonic() - begun < 1.5


@pytest.mark.parametrize("content", ["".join(map(str, range(400))), ""])
def test_a_reply_without_end_is_refused(fake: _Fake, content: str) -> None:
    block = f"data: {json.dumps(_delta(content))}\n\n".encode() * 100

    def send(handler: Handler) -> None:
        _open(handler)
        for data in repeat(block, 2000):
            handler.wfile.write(data)

    fake.send = send
    with pytest.raises(ReplyError, match=f"longer than {LONGEST_REPLY}"):
        fake.complete()


def test_a_connection_that_closes_is_an_engine_that_is_gone(fake: _Fake) -> None:
    fake.send = lambda _: None
    with pytest.raises(EngineUnavailable, match="is gone"):
        fake.complete()
