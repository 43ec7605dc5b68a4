"""What the engines that speak HTTP share."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx

from reviewbot.engines.backoff import retry_after
from reviewbot.engines.base import Patience
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.network import tls_fault
from reviewbot.plain import plain_line

_LONGEST_MESSAGE = 300
_LONGEST_BEGINNING = 2000
_WORDS_SECONDS = 2.0
_TITLE = re.compile(r"<title>([^<]*)</title>", re.IGNORECASE)
# One line of a stream is one piece of the reply with its envelope: some 200 bytes.
_LONGEST_LINE = 1 << 20
_LONGEST_BODY = 64 << 20


class StatusError(ReplyError):
    """A server that does not answer with 200. `retry_after` is the seconds that it asked to wait;
    `said` its own words."""

    def __init__(self, status: int, said: str, retry_after: float | None) -> None:
        super().__init__(f"HTTP {status}: {said}")
        self.status = status
        self.said = said
        self.retry_after = retry_after


class BrokenOffError(ReplyError):
    """An answer whose connection ended before it did."""


def uncompressed(client: httpx.Client) -> httpx.Client:
    """The client, which asks for nothing compressed and reads nothing that is: a few compressed
    bytes can be a gigabyte."""
    client.headers["accept-encoding"] = "identity"
    client.event_hooks = {"response": [_refuse_compressed]}
    return client


def _refuse_compressed(response: httpx.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise ReplyError("the server compresses its answer, though it was asked not to")


def declined(response: httpx.Response) -> StatusError:
    raw = _beginning(response).decode("utf-8", "replace")
    told = _message(raw) or _title(raw).removeprefix(f"{response.status_code} ") or raw
    said = plain_line(told)[:_LONGEST_MESSAGE].strip() or "no message"
    return StatusError(response.status_code, said, retry_after(response.headers.get("retry-after")))


def refusal(response: httpx.Response) -> str:
    """What a server says when it does not answer with 200."""
    return declined(response).message


def _beginning(response: httpx.Response) -> bytes:
    """The first bytes of an error's body, without waiting for a server that drips them: an error
    is told by its status even where its words do not come."""
    ends_at = time.monotonic() + _WORDS_SECONDS
    found = b""
    with suppress(httpx.TransportError):
        for block in response.iter_bytes():
            found += block
            if len(found) >= _LONGEST_BEGINNING or time.monotonic() > ends_at:
                break
    return found[:_LONGEST_BEGINNING]


def _message(raw: str) -> str:
    """The `error` of an answer. Ollama's may be the whole answer of its llama-server, as JSON in
    a string (seen with 0.32.15)."""
    try:
        error = json.loads(raw)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    if isinstance(error, dict):
        return str(error.get("message") or "")
    return _message(str(error)) or str(error)


def _title(raw: str) -> str:
    """What the page says that a proxy answers with: the rest of it is markup."""
    found = _TITLE.search(raw)
    return found[1] if found else ""


def insecure(error: httpx.TransportError, label: str) -> EngineUnavailable | None:
    """What is told of a server that TLS keeps us from: it is there, and was sent nothing."""
    fault = tls_fault(error)
    remedy = (
        "put the authority that signed it into the system's trust store, or name its file in"
        " SSL_CERT_FILE"
        if "certificate" in fault
        else "check --url: https, or http?"
    )
    return EngineUnavailable(f"no secure connection to {label}: {fault}", remedy) if fault else None


def body(response: httpx.Response, seconds: float) -> bytes:
    """The whole answer to a short question. Raises TimeoutError for one that takes longer than
    that: a slow drip of bytes never times out by itself."""
    ends_at = time.monotonic() + seconds
    found = bytearray()
    for block in response.iter_bytes():
        found += block
        if time.monotonic() > ends_at or len(found) > _LONGEST_BODY:
            raise TimeoutError
    return bytes(found)


def lines(response: httpx.Response, patience: Patience) -> Iterator[str]:
    """The lines of a stream. Raises EngineUnavailable past the deadline.

    Only a line feed ends a line: httpx's own iter_lines splits at U+2028 and its like, too, which
    JSON allows in a string.
    """
    rest = b""
    for block in response.iter_bytes():
        _ = patience.left
        *whole, rest = (rest + block).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in whole)
        if len(rest) > _LONGEST_LINE:
            raise ReplyError("the engine streamed a line without an end")
    yield rest.decode("utf-8", "replace")


def event(text: str) -> dict[str, Any]:
    """One JSON object of a stream. Raises ReplyError for anything else, and for an error that
    the engine reports in the middle of its reply (StatusError for a refusal)."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ReplyError(f"the engine streamed what is no JSON: {text[:80]!r}") from None
    if not isinstance(found, dict) or found.get("error"):
        raise _failed(found, plain_line(_message(text) or text)[:_LONGEST_MESSAGE])
    return found


def _failed(found: object, said: str) -> ReplyError:
    """An error in a stream. vLLM refuses a schema that its grammars cannot hold in a stream that
    has begun with 200; the status of the refusal stands in it (seen with 0.32.0)."""
    code = mapping(mapping(found).get("error")).get("code")
    if type(code) is int and httpx.codes.is_client_error(code):
        return StatusError(code, said, None)
    return ReplyError(f"the engine failed: {said}")


def mapping(value: object) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def number(value: object) -> int:
    """A count that a server reports; 0 for what is none (NaN, text, a negative number)."""
    return value if type(value) is int and value > 0 else 0
