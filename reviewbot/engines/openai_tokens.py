"""How many tokens a prompt takes, by whichever way its server can count."""

from __future__ import annotations

from typing import Any

from reviewbot.engines import chat_completions
from reviewbot.engines.openai_server import OpenAIServer
from reviewbot.engines.wire import number
from reviewbot.prompt import Prompt


def count(server: OpenAIServer, model: str, prompt: Prompt) -> int | None:
    """None where the server has no way. The first two count with the chat template, the others
    the text alone: the template's part is in the budget's margin.

    llama.cpp and vLLM share the path `/tokenize` and not its form; each ignores what it does not
    know, so the answer tells who it was. Run: llama.cpp b11434, vLLM 0.32.0; LocalAI's as
    documented.
    """
    messages = chat_completions.request_body(prompt)["messages"]
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/v1/chat/completions/input_tokens", {"model": model, "messages": messages}),
        ("/tokenize", {"model": model, "messages": messages}),  # vLLM
        ("/tokenize", {"content": prompt.text, "add_special": True}),  # older llama.cpp
        ("/v1/tokenize", {"model": model, "content": prompt.text}),  # LocalAI
    )
    for path, body in ways:
        answer = server.offered("POST", path, body)
        tokens = answer.get("tokens")
        listed = len(tokens) if isinstance(tokens, list) else 0
        if found := number(answer.get("input_tokens")) or number(answer.get("count")) or listed:
            return found
    return None
