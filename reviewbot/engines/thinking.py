"""A thought that has a bound, in the way of the servers that speak OpenAI's HTTP API.

A thinking model is told to think or not; llama.cpp bounds the thought itself, other servers do
not, so its pieces are counted as well. One that goes on past its bound is cut, and the answer
asked for behind the thought so far. What was seen:

- `chat_template_kwargs.enable_thinking`: llama.cpp b11434 (run), vLLM and SGLang (documented).
  A template that opens the thought itself, as DeepSeek R1's does, does not look at it (run).
- `thinking_budget_tokens`: llama.cpp closes the thought after so many tokens, and the schema holds
  from there on (run). 0 makes such a template's model open another thought (run), so it is not
  sent.
- `continue_final_message: "content"`: llama.cpp closes the thought that it is given, and the
  answer follows under the schema (run). A closed thought as the `content` of a last message, the
  older way, fails with a schema: "Failed to initialize samplers" (run).
- `reasoning_effort`: gpt-oss, which cannot be told not to think (documented).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from reviewbot.models.catalog import Family
from reviewbot.prompt import Completion, Finish, Prompt

# Pieces over the bound before a thought is cut: the server that bounds it closes it in a few.
_SLACK = 16
_OPEN, _CLOSE = "<think>", "</think>"
_EFFORT = "gpt-oss"


def fields(prompt: Prompt, family: Family) -> dict[str, Any]:
    """What a request says of the thought; nothing to a model that has none."""
    if not family.thinks:
        return {}
    thinks = prompt.think != "off"
    bound: dict[str, Any] = {"thinking_budget_tokens": prompt.thought_tokens} if thinks else {}
    if family.name.startswith(_EFFORT):
        return {"reasoning_effort": prompt.think if thinks else "low"} | bound
    return {"chat_template_kwargs": {"enable_thinking": thinks}} | bound


def bound_of(prompt: Prompt, family: Family) -> int | None:
    return prompt.thought_tokens if family.thinks else None


def answer_is_missing(completion: Completion) -> bool:
    """Whether all that was written is a thought."""
    thought_alone = completion.thought and not completion.text.strip()
    return bool(thought_alone) and completion.finish is Finish.LENGTH


def continued(body: dict[str, Any], prompt: Prompt, thought: str) -> dict[str, Any]:
    """The request for the answer behind a thought that was cut."""
    last = {"role": "assistant", "content": "", "reasoning_content": thought}
    asked = body | {
        "messages": [*body["messages"], last],
        "continue_final_message": "content",
        "add_generation_prompt": False,
        "max_tokens": prompt.max_tokens,
    }
    asked.pop("thinking_budget_tokens", None)
    return asked


def without_thought(body: dict[str, Any]) -> dict[str, Any]:
    """The request for an answer at once, for a server that cannot go on behind a thought."""
    asked = {key: value for key, value in body.items() if key != "thinking_budget_tokens"}
    if "chat_template_kwargs" in asked:
        asked["chat_template_kwargs"] = {"enable_thinking": False}
    if "reasoning_effort" in asked:
        asked["reasoning_effort"] = "low"
    return asked


def joined(first: Completion, second: Completion) -> Completion:
    """The second answer with the cost and the thought of both. llama.cpp says the thought that it
    was given once more (run, b11434)."""
    repeated = second.thought.strip() in first.thought
    return replace(
        second,
        completion_tokens=first.completion_tokens + second.completion_tokens,
        retries=first.retries + second.retries,
        thought=(first.thought if repeated else first.thought + second.thought).strip(),
    )


class Thought:
    """Counts the pieces of a thought while they come, wherever the server puts them."""

    def __init__(self, bound: int | None) -> None:
        self._bound = bound
        self._pieces: list[str] = []
        self._text = ""
        self._answers = False

    def is_over(self, content: str, thought: str) -> bool:
        """Whether the thought is past its bound with this piece."""
        if self._bound is None:
            return False
        if thought:
            self._pieces.append(thought)
        elif content and self._in_text(content):
            self._pieces.append(content)
        return len(self._pieces) > self._bound + _SLACK

    def cut(self) -> Completion:
        """What is left of a reply whose thought is over: the pieces within the bound."""
        kept = "".join(self._pieces[: self._bound]).lstrip().removeprefix(_OPEN)
        # The blank says that there was a thought, also where none of it may stay.
        return Completion("", Finish.LENGTH, 0, len(self._pieces), 0, kept or "\n")

    def _in_text(self, content: str) -> bool:
        """Whether a piece of the text belongs to a thought that stands in the text itself."""
        if self._answers:
            return False
        self._text = (self._text + content).lstrip()
        opens = self._text.startswith(_OPEN) or _OPEN.startswith(self._text)
        self._answers = not opens or _CLOSE in self._text
        return not self._answers
