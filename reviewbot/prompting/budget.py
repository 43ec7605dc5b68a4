"""How many tokens of code fit into one prompt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import ceil

# Left free in the window for what the engine's template adds around the messages, and for the
# path and the definition's name (git cuts its hunk header at 80 bytes).
MARGIN_TOKENS = 160
# Tokens of a context window where no engine was asked for its own.
USUAL_WINDOW = 8192
# A prompt with more changed code than this is reviewed worse, whatever the window: F1 falls from
# .66 under 10 lines to .04 over 150 (arXiv 2606.15689).
QUALITY_TOKENS = 1200
# References help, but a processor without GPU reads some 60 tokens a second, and whole files made
# every measured model worse (SWE-PRBench).
RELATED_TOKENS = 300
# A team's rules stand before the code of every chunk that they are about. The words around them
# take RULES_OVERHEAD.
RULES_TOKENS = 400
RULES_OVERHEAD = 160

# What a tokenizer of code makes a token of, seen from outside: a word or a third of a long one,
# each digit, each sign, each character of another script, a run of blanks.
_PIECES = re.compile(r"[A-Za-z]{1,3}|[0-9]|[^\sA-Za-z0-9]|\n+|[ \t]{2,}")
_CAUTION = 1.05


def estimate_tokens(text: str) -> int:
    """The tokens in a text, for engines that cannot count: an upper estimate for a vocabulary of
    common size.

    Against Qwen2.5-Coder's own tokenizer it is 1.0 (emoji) to 1.6 (JavaScript) times the count;
    bytes alone range from 1.1 to 3.7 a token. A small vocabulary takes more for other scripts:
    SmolLM2 up to 1.6 times the estimate for Chinese, 1.9 times for emoji. What is above is learnt
    (`scale.py`; `python -m benchmarks.tokens` prints all of it).
    """
    return -int(-len(_PIECES.findall(text)) * _CAUTION // 1)


@dataclass(frozen=True, slots=True)
class Budget:
    """Tokens that one chunk's code, and the references beside it, may take.

    `overhead` is what the prompt takes without code, `reserve` what the reply may take. `code`
    and `related` are estimated tokens, for each of which `code_scale` real ones are set aside.
    """

    window: int
    overhead: int
    reserve: int
    code_scale: float = 1.0

    @property
    def free(self) -> int:
        left = max(0, self.window - self.overhead - self.reserve - MARGIN_TOKENS)
        return int(left / self.code_scale)

    @property
    def code(self) -> int:
        """0 where the window is too small to review anything."""
        return min(self.free - self.related, QUALITY_TOKENS)

    @property
    def related(self) -> int:
        return min(self.free // 5, RELATED_TOKENS)

    @property
    def rules(self) -> int:
        """Tokens for the text of a team's rules; 0 where the code needs the room."""
        return max(0, min(self.free // 3 - RULES_OVERHEAD, RULES_TOKENS))

    def beside(self, tokens: int) -> Budget:
        """What is left beside other text, of that many estimated tokens."""
        return replace(self, reserve=self.reserve + ceil(tokens * self.code_scale))
