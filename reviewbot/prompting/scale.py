"""What one model's tokenizer makes of our texts, learnt from its replies.

A reply tells the tokens of its whole prompt: the instructions, which are the same text every time,
and the code. Two bounds follow, and neither is an average, for the next chunk may be of another
kind (Chinese comments, hexadecimal):

- The instructions take no more than the shortest prompt that was seen, for they are a part of it.
- What is left of a prompt without the least that the instructions can take is its code's, and sets
  how far above `estimate_tokens` this tokenizer goes. Under the estimate it is never set: other
  code may reach it, and hexadecimal does.

A count that is too low does no harm: an impossible one is not believed (`believable`), and under
the highest ratio of a whole prompt the instructions are not set.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# The instructions against their estimate: 0.59 to 0.62 with Qwen2.5-Coder's tokenizer, 0.63 to
# 0.68 with SmolLM2's smaller one (`python -m benchmarks.tokens`). No prompt takes less than this.
LEAST_SHARE = 0.5
# No text takes more tokens than bytes: four an emoji, three a Chinese character.
MOST = 4.0
# Replies after which the instructions are believed to be shorter than estimated.
ENOUGH = 3
# In a prompt with less code (estimated), what is not known of the instructions weighs too much.
_TELLING = 256
_CAUTION = 1.05


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reply told: its prompt took `tokens`, and the code in it was estimated at
    `code`."""

    code: int
    tokens: int


@dataclass(frozen=True, slots=True)
class TokenScale:
    """Tokens of a prompt without code, and tokens to set aside for each estimated one of code."""

    overhead: int
    code: float = 1.0


def token_scale(readings: Sequence[Reading], overhead: int, *, counted: bool) -> TokenScale:
    """The scale that is safe by these readings. `overhead` is what the engine counted for the
    prompt without code, or else its estimate.

    Sound for a tokenizer that takes at most the estimate for our instructions, which are English,
    once a prompt with code of the worst kind was seen.
    """
    if not readings:
        return TokenScale(overhead)
    least = most = overhead
    if not counted:
        if len(readings) >= ENOUGH:
            most = min(overhead, _most_of_instructions(readings, overhead))
        least = min(most, _least_of_instructions(readings, overhead))
    code = max((one.tokens - least) / max(one.code, _TELLING) for one in readings)
    return TokenScale(most, min(code * _CAUTION, MOST) if code > 1 else 1.0)


def _most_of_instructions(readings: Sequence[Reading], estimate: int) -> int:
    """The shortest prompt; not less than by the highest ratio of a whole one, should a count that
    is too low have been believed."""
    shortest = min(one.tokens for one in readings)
    ratio = max(one.tokens / (estimate + one.code) for one in readings)
    return max(shortest, math.ceil(ratio * estimate))


def _least_of_instructions(readings: Sequence[Reading], estimate: int) -> int:
    told = max(one.tokens - int(MOST * one.code) for one in readings)
    return max(int(LEAST_SHARE * estimate), told)


def believable(reading: Reading, instructions: int, window: int) -> bool:
    """Whether a count may be that of the whole prompt. Ollama 0.30.0 counts only what it had not
    kept from an earlier call, and a prompt that was cut is counted as it was left: half the
    window and two tokens (Ollama >= 0.30.11, its source)."""
    estimate = instructions + reading.code
    if reading.tokens < LEAST_SHARE * estimate:
        return False
    halved = abs(reading.tokens - window // 2 - 2) <= 2  # noqa: PLR2004
    return reading.tokens > estimate or not halved
