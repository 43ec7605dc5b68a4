"""Learn from an engine's replies how many tokens its prompts take, and give the budget by that."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

from reviewbot.engines.learnt import Memory
from reviewbot.prompt import Completion, Prompt
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.scale import MOST, Reading, believable, token_scale
from reviewbot.report import EngineInfo

# How servers that refuse a prompt tell its length: llama.cpp b11434 and Ollama from 0.30 on (run),
# vLLM (documented).
_TOO_LONG = re.compile(r"request \((\d{1,9}) tokens\) exceeds|\((\d{1,9}) in the messages")


class TokenLearner:
    """What is known of one model's tokenizer. Any number of threads may use it at once."""

    def __init__(self, info: EngineInfo, budget: Budget, empty: Prompt, memory: Memory) -> None:
        """`budget` is the one without anything learnt, `empty` the prompt without code."""
        self._given = budget
        self._instructions = estimate_tokens(empty.text)
        # An engine whose count is that of the estimate leaves nothing to learn about them.
        self._counted = budget.overhead != self._instructions
        model = (info.digest,) if info.digest else (info.name, info.model)
        self._model = (*model, str(self._instructions))
        self._memory = memory
        self._lock = threading.Lock()
        self._readings = {one.code: one for one in memory.readings(self._model)}

    @property
    def budget(self) -> Budget:
        """The budget by all that is known now."""
        with self._lock:
            readings = tuple(self._readings.values())
        scale = token_scale(readings, self._given.overhead, counted=self._counted)
        return replace(self._given, overhead=scale.overhead, code_scale=scale.code)

    def learn(self, prompt: Prompt, completion: Completion) -> None:
        """Ollama asks twice where a model thinks, the second time with the thought as a part of
        the prompt, which so is longer than ours."""
        if not completion.thought:
            self._add(prompt, min(completion.prompt_tokens, self._given.window))

    def refused(self, prompt: Prompt, said: str) -> None:
        """An answer that the prompt is too long may tell by how much."""
        if found := _TOO_LONG.search(said):
            self._add(prompt, int(found[1] or found[2]))

    def _add(self, prompt: Prompt, tokens: int) -> None:
        estimate = estimate_tokens(prompt.text)
        code = max(0, estimate - self._instructions)
        reading = Reading(code, min(tokens, int(MOST * estimate)))
        if not believable(reading, self._instructions, self._given.window):
            return
        with self._lock:
            known = self._readings.get(code)
            if known is not None and known.tokens >= reading.tokens:
                return
            self._readings[code] = reading
        self._memory.add_reading(self._model, reading)
