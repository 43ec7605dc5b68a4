"""The likeliest first words of a reply, read from the log-probabilities of its tokens.

The field is the same with all who have one, a list of tokens that each hold `top_logprobs`:
`choices[0].logprobs.content` in OpenAI's API (llama.cpp b11434: run, of a stream), `logprobs`
beside Ollama's `message` (0.12.11 and later by its documentation; 0.32.15: run). They are the
model's own, before any grammar or temperature (llama.cpp: run).
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.engines.wire import mapping
from reviewbot.prompt import Likeliest

# Of how many tokens servers tell the probability at most (OpenAI's API and Ollama).
TOKENS = 20


def likeliest(tokens: object) -> Likeliest:
    """Words in lower case and their log-probabilities in nats, the likeliest first, at the first
    token that tells any. Of the spellings of a word (`A`, ` A`, `a`) the likeliest counts."""
    for token in map(mapping, tokens if isinstance(tokens, list) else ()):
        if known := dict(reversed(list(_known(token.get("top_logprobs"))))):
            return tuple(sorted(known.items(), key=lambda item: -item[1]))
    return ()


def _known(top: object) -> Iterator[tuple[str, float]]:
    for entry in map(mapping, top if isinstance(top, list) else ()):
        word, probability = str(entry.get("token")).strip().casefold(), entry.get("logprob")
        if word and isinstance(probability, (int, float)):
            yield word, float(probability)
