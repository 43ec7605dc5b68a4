"""The wire format of `/v1/chat/completions`.

Seen with llama.cpp b11434 in xllamacpp 2026.10: a streamed reply is a series of `data: {json}`
lines that ends with `data: [DONE]`; the last object but one holds `usage` and no choices; a
thought comes as `reasoning_content`. Documented of other servers, not seen here: the thought as
`reasoning` (LM Studio), an error as the body of a 200 (LM Studio), and the whole reply as one
JSON object from a gateway that does not stream.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx

from reviewbot.engines import thinking
from reviewbot.engines.base import GONE, SLOW, OnPiece, Patience, ReplyText
from reviewbot.engines.cutoff import cut_off
from reviewbot.engines.likeliest import TOKENS, likeliest
from reviewbot.engines.thought import apart
from reviewbot.engines.wire import BrokenOffError, declined, event, lines, mapping, number
from reviewbot.errors import EngineUnavailable, ReplyError
from reviewbot.models.catalog import UNKNOWN, Family
from reviewbot.prompt import Completion, Finish, Prompt

ROUTE = "/v1/chat/completions"
# A reply that comes whole, with its envelope.
_LONGEST_WHOLE = 1 << 20


def request_body(prompt: Prompt, family: Family = UNKNOWN) -> dict[str, Any]:
    sampling = prompt.sampling
    body: dict[str, Any] = {
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": prompt.max_tokens + (thinking.bound_of(prompt, family) or 0),
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }
    if sampling.top_p is not None:
        body["top_p"] = sampling.top_p
    return body | _form(prompt) | thinking.fields(prompt, family)


def _form(prompt: Prompt) -> dict[str, Any]:
    """What the reply looks like: a word with its probability, free text, or JSON by a schema."""
    if prompt.choice:
        return {"logprobs": True, "top_logprobs": TOKENS}
    if not prompt.schema:
        return {}
    schema = {"name": "review", "strict": True, "schema": json.loads(prompt.schema)}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def complete(
    client: httpx.Client,
    prompt: Prompt,
    patience: Patience,
    on_piece: OnPiece,
    family: Family = UNKNOWN,
) -> Completion:
    """Post the prompt to an engine of our own. Raises ReplyError, EngineUnavailable."""
    body = request_body(prompt, family) | _of_llama(prompt)
    bound = thinking.bound_of(prompt, family)
    try:
        first = post(client, body, patience, on_piece, bound)
        if not thinking.answer_is_missing(first):
            return first
        body = thinking.continued(body, prompt, first.thought)
        return thinking.joined(first, post(client, body, patience, on_piece))
    except httpx.TimeoutException:
        raise EngineUnavailable(silence(patience), SLOW) from None
    except httpx.TransportError as error:
        _ = patience.left
        raise EngineUnavailable(
            f"the engine is gone: {error or type(error).__name__}",
            GONE,
        ) from None


def _of_llama(prompt: Prompt) -> dict[str, float]:
    """Sampling that llama.cpp's server takes and OpenAI's API does not have."""
    more = {"top_k": prompt.sampling.top_k, "min_p": prompt.sampling.min_p}
    return {name: value for name, value in more.items() if value is not None}


def post(
    client: httpx.Client,
    body: dict[str, Any],
    patience: Patience,
    on_piece: OnPiece,
    bound: int | None = None,
) -> Completion:
    """Post a request and read the stream. A thought of more than `bound` tokens is cut: then the
    text is empty. Raises StatusError for another status than 200, ReplyError for a reply that is
    none, EngineUnavailable past the deadline, httpx's errors."""
    timeout = httpx.Timeout(patience.left, connect=client.timeout.connect)
    with (
        cut_off(patience) as extensions,
        client.stream("POST", ROUTE, json=body, timeout=timeout, extensions=extensions) as response,
    ):
        if response.status_code != httpx.codes.OK:
            raise declined(response)
        return _read(response, patience, ReplyText(on_piece), thinking.Thought(bound))


def silence(patience: Patience) -> str:
    """What is said of an engine that timed out. Raises EngineUnavailable past the deadline."""
    return f"no answer for {patience.left:.0f} s"


def _read(
    response: httpx.Response, patience: Patience, text: ReplyText, thought: thinking.Thought
) -> Completion:
    finish: str | None = None
    usage: dict[str, Any] = {}
    for piece in _events(response, patience):
        usage = mapping(piece.get("usage")) or usage
        for choice in map(mapping, _list(piece.get("choices"))):
            words = _words(choice)
            text.add(*words)
            if thought.is_over(*words):
                return thought.cut()
            finish = choice.get("finish_reason") or finish
            text.tell(likeliest(mapping(choice.get("logprobs")).get("content")))
    if finish is None:
        _ = patience.left  # a connection that was cut at the deadline looks like this, too
        raise BrokenOffError("the reply broke off")
    return _completion(text, Finish.STOP if finish == "stop" else Finish.LENGTH, usage)


def _words(choice: dict[str, Any]) -> tuple[str, str]:
    """What a choice adds to the answer and to the thought."""
    said = mapping(choice.get("delta")) or mapping(choice.get("message"))
    thought = said.get("reasoning_content") or said.get("reasoning")
    return str(said.get("content") or ""), str(thought or "")


def _completion(text: ReplyText, finish: Finish, usage: dict[str, Any]) -> Completion:
    thought, answer = apart(str(text))
    details = mapping(usage.get("prompt_tokens_details"))
    return Completion(
        answer,
        finish,
        number(usage.get("prompt_tokens")),
        number(usage.get("completion_tokens")),
        number(details.get("cached_tokens")),
        text.thought + thought,
        text.likeliest,
    )


def _events(response: httpx.Response, patience: Patience) -> Iterator[dict[str, Any]]:
    if response.headers.get("content-type", "").startswith("application/json"):
        yield event(_whole(response, patience))
        return
    for line in lines(response, patience):
        name, _, data = line.partition(":")
        data = data.strip()
        if name == "data" and data != "[DONE]":
            yield _checked(event(data))
        elif name == "error" or line.startswith("{"):
            # LM Studio's and older llama.cpp's ways to fail in a stream.
            yield _checked(event(line if line.startswith("{") else json.dumps({"error": data})))


def _checked(piece: dict[str, Any]) -> dict[str, Any]:
    if piece.get("object") == "error":  # vLLM's form, by its documentation
        return event(json.dumps({"error": piece}))
    return piece


def _whole(response: httpx.Response, patience: Patience) -> str:
    text = ""
    for line in lines(response, patience):
        text += line + "\n"
        if len(text) > _LONGEST_WHOLE:
            raise ReplyError(f"the reply is longer than {_LONGEST_WHOLE} characters")
    return text


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
