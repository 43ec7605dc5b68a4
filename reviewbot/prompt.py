"""What is said to a model (`Prompt`) and what comes back (`Completion`)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["system", "user", "assistant"]
    content: str


# Where the instructions stand: in a system message; before the first question, for chat templates
# that refuse or lose a system message; or in one user's turn with the question and no examples.
Layout = Literal["system", "no-system", "user"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn. Temperature 0 takes the likeliest one; what is None is left
    to the engine. OpenAI's API has no `top_k` and `min_p`, and strict servers refuse them."""

    temperature: float = 0.0
    seed: int = 0
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None


# How long a thinking model may think before it answers.
Think = Literal["off", "low", "medium", "high"]
# Tokens of thought at each level. A distilled R1 thinks some hundreds to some thousands of tokens
# about a hunk; what is over the bound is cut off, and the answer asked for without more of it.
THOUGHT_TOKENS: dict[Think, int] = {"off": 0, "low": 1024, "medium": 2048, "high": 6144}


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages for one call. `schema` is a JSON Schema, as JSON text, that the reply obeys, or
    empty where it is free text; `max_tokens` bounds the reply, the thought before it not counted.

    A prompt with a `choice` is answered by one of two words. It has no schema; how likely each of
    the words is, is asked for beside the answer."""

    messages: tuple[Message, ...]
    schema: str
    max_tokens: int
    sampling: Sampling = Sampling()
    think: Think = "off"
    choice: tuple[str, str] | None = None

    @property
    def text(self) -> str:
        """All that is said, in order."""
        return "\n".join(message.content for message in self.messages)

    @property
    def thought_tokens(self) -> int:
        """The bound of the thought."""
        return THOUGHT_TOKENS[self.think]


# Words and their log-probabilities.
Likeliest = tuple[tuple[str, float], ...]


class Finish(StrEnum):
    """Why the engine stopped writing. Only STOP leaves a whole reply."""

    STOP = "stop"
    LENGTH = "length"


@dataclass(frozen=True, slots=True)
class Completion:
    """The reply to one prompt. Counts are tokens, as the engine reports them;
    `cached_tokens` is the part of the prompt that it did not have to read again. `thought` is
    what a thinking model wrote before its answer. `likeliest` are the words that a prompt with a
    choice could begin to be answered with, in lower case, and their log-probabilities in nats,
    the likeliest first; none where the engine does not tell them. One that is `kept` was given in
    an earlier run, and nobody was asked. `retries` says how often the prompt had to be asked again,
    because its server was busy or lost it."""

    text: str
    finish: Finish
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    thought: str = ""
    likeliest: Likeliest = ()
    kept: bool = False
    retries: int = 0
