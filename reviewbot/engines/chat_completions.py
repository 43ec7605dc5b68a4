"""The wire format of `/v1/chat/completions`, as llama.cpp's server speaks it.

Seen with llama.cpp b11434 in xllamacpp 2026.10: a streamed reply is a series of `data: {json}`
lines that ends with `data: [DONE]`; the last object but one holds `usage` and no choices.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from reviewbot.engines.base import OnPiece, Patience, ReplyText
from reviewbot.engines.wire import event, lines, mapping, refusal
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.prompt import Completion, Finish, Prompt


def request_body(prompt: Prompt) -> dict[str, Any]:
    sampling = prompt.sampling
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": prompt.max_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "review", "strict": True, "schema": json.loads(prompt.schema)},
        },
    }
    if sampling.top_p is not None:
        body["top_p"] = sampling.top_p
    return body


def complete(
    client: httpx.Client, prompt: Prompt, patience: Patience, on_piece: OnPiece
) -> Completion:
    """Post the prompt and read the stream. Raises ReplyError, EngineUnavailable."""
    timeout = httpx.Timeout(patience.left)
    try:
        with client.stream(
            "POST", "/v1/chat/completions", json=request_body(prompt), timeout=timeout
        ) as response:
            if response.status_code != httpx.codes.OK:
                raise ReplyError(refusal(response))
            return _read(response, patience, on_piece)
    except httpx.TimeoutException:
        raise EngineUnavailable(f"no answer for {timeout.read:.0f} s") from None
    except httpx.TransportError as error:
        raise EngineUnavailable(f"the engine is gone: {error or type(error).__name__}") from None


def _read(response: httpx.Response, patience: Patience, on_piece: OnPiece) -> Completion:
    text = ReplyText(on_piece)
    finish: str | None = None
    usage: dict[str, Any] = {}
    for piece in _events(response, patience):
        usage = mapping(piece.get("usage")) or usage
        for choice in map(mapping, piece.get("choices") or ()):
            text.add(str(mapping(choice.get("delta")).get("content") or ""))
            finish = choice.get("finish_reason") or finish
    if finish is None:
        raise ReplyError("the reply broke off")
    details = mapping(usage.get("prompt_tokens_details"))
    return Completion(
        str(text),
        Finish.STOP if finish == "stop" else Finish.LENGTH,
        usage.get("prompt_tokens", 0),
        usage.get("completion_tokens", 0),
        details.get("cached_tokens", 0),
    )


def _events(response: httpx.Response, patience: Patience) -> Iterator[dict[str, Any]]:
    for line in lines(response, patience):
        data = line.removeprefix("data:").strip()
        if line.startswith("data:") and data != "[DONE]":
            yield event(data)
