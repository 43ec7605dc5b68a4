"""How many tokens of code fit into one prompt."""

from __future__ import annotations

from dataclasses import dataclass

# Bytes of UTF-8 that make one token at the least, for counting without a tokenizer. Qwen2.5's
# tokenizer takes 3.0 to 3.6 bytes a token of code with line numbers, Chinese comments 2.6
# (benchmarks/tokens.py prints the table); an estimate must not be too low.
BYTES_PER_TOKEN = 2.5
# Left free in the window for what the engine's template adds around the messages.
MARGIN_TOKENS = 64
# A prompt with more changed code than this is reviewed worse, whatever the window: F1 falls from
# .66 under 10 lines to .04 over 150 (arXiv 2606.15689).
QUALITY_TOKENS = 1200


def estimate_tokens(text: str) -> int:
    """An upper estimate of the tokens in a text."""
    return -int(-len(text.encode("utf-8", "surrogateescape")) // BYTES_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens that one chunk's code may take.

    `overhead` is what the prompt takes without code, `reserve` what the reply may take.
    """

    window: int
    overhead: int
    reserve: int

    @property
    def code(self) -> int:
        """0 where the window is too small to review anything."""
        free = self.window - self.overhead - self.reserve - MARGIN_TOKENS
        return max(0, min(free, QUALITY_TOKENS))
