"""One call of Ollama's `/api/chat`: the request, and the reading of its stream.

The native route, since `/v1` cannot set the context window. Facts that shape the request (Ollama's
source v0.33, unless another place is named):

- Without `truncate: false` a prompt over the window is cut silently, with HTTP 200.
- With `format` and a thought the server makes two passes, and `num_predict` bounds each.
- The `ollama` package's chat() cannot say `truncate` (0.6.3), so the request is posted raw.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx

from reviewbot.engines.base import Patience, ReplyText
from reviewbot.engines.cloud import refuse_cloud
from reviewbot.engines.likeliest import TOKENS, likeliest
from reviewbot.engines.ollama_load import KEEP_ALIVE, Ready
from reviewbot.engines.thought import apart
from reviewbot.engines.wire import event, lines, mapping, number
from reviewbot.errors import ReplyError
from reviewbot.prompt import THOUGHT_TOKENS, Completion, Finish, Prompt, Think


@dataclass(frozen=True, slots=True)
class Call:
    """One prompt at one level of thought. Where it is `bounded`, a longer thought ends the call."""

    model: Ready
    prompt: Prompt
    level: Think
    bounded: bool

    @property
    def thought_tokens(self) -> int:
        return THOUGHT_TOKENS[self.level]


def request_body(call: Call) -> dict[str, Any]:
    prompt, sampling = call.prompt, call.prompt.sampling
    options: dict[str, Any] = {
        "num_ctx": call.model.num_ctx,
        "num_predict": prompt.max_tokens + call.thought_tokens,
        "temperature": sampling.temperature,
        "seed": sampling.seed,
    }
    # What is not sent is the Modelfile's: the publisher's, or Ollama's default.
    more = {"top_p": sampling.top_p, "top_k": sampling.top_k, "min_p": sampling.min_p}
    options |= {name: value for name, value in more.items() if value is not None}
    body: dict[str, Any] = {
        "model": call.model.info.model,
        "messages": [{"role": m.role, "content": m.content} for m in prompt.messages],
        "options": options,
        "stream": True,
        "truncate": False,
        "keep_alive": KEEP_ALIVE,
    }
    if prompt.choice:
        body |= {"logprobs": True, "top_logprobs": TOKENS}
    elif prompt.schema:
        body["format"] = json.loads(prompt.schema)
    think = call.model.thinking.field(call.level)
    return body if think is None else body | {"think": think}


def read(
    response: httpx.Response, call: Call, patience: Patience, text: ReplyText
) -> dict[str, Any] | None:
    """The last object of the stream, whose words are added to `text`; None for a thought that
    was over its bound. Raises ReplyError, EngineUnavailable past the deadline, RefusedError for
    words that come from elsewhere."""
    thoughts = 0
    for line in lines(response, patience):
        piece = event(line) if line.strip() else {}
        refuse_cloud(call.model.info.model, piece)
        message = mapping(piece.get("message"))
        said, thought = str(message.get("content") or ""), str(message.get("thinking") or "")
        text.add(said, thought)
        text.tell(likeliest(piece.get("logprobs")))
        if piece.get("done"):
            return piece
        thoughts += bool(thought)
        if call.bounded and thoughts > call.thought_tokens:
            return None
    _ = patience.left  # a connection that was cut at the deadline looks like this, too
    raise ReplyError("the reply broke off")


def completed(call: Call, text: ReplyText, last: dict[str, Any] | None) -> Completion:
    """What was said, with the counts of the last object. Of a thought that was over its bound
    only the pieces were counted, which are about tokens."""
    if last is None:
        written = call.thought_tokens + 1
        return Completion("", Finish.LENGTH, completion_tokens=written, thought=text.thought)
    thought, answer = apart(str(text))
    return Completion(
        answer,
        Finish.STOP if last.get("done_reason") == "stop" else Finish.LENGTH,
        number(last.get("prompt_eval_count")),
        number(last.get("eval_count")),
        thought=text.thought + thought,
        likeliest=text.likeliest,
    )
