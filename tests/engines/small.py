"""A question that the smallest model can answer."""

from __future__ import annotations

import json

from reviewbot.prompt import Message, Prompt

_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"verdict": {"enum": ["good", "bad"]}, "line": {"type": "integer"}},
        "required": ["verdict", "line"],
        "additionalProperties": False,
    }
)


def asking(text: str, max_tokens: int = 40) -> Prompt:
    return Prompt((Message("system", "Review."), Message("user", text)), _SCHEMA, max_tokens)
