"""Whether the server lost a part of the prompt, told by its own counts.

A prompt over the window is refused where `truncate: false` is known. Servers that do not know it
answer 200 after cutting: Ollama up to 0.12.3 to the window, and whoever does as Ollama from
0.30.11 on does by default, to half of it (seen with 0.32.15: 258 tokens of a window of 512).
LocalAI speaks Ollama's API without the field, and calls itself 0.9.0.

Three signs, none of which a whole prompt shows:

- The count fills the window: there was no room for a reply.
- It is the half that a cut leaves, to the token, and the prompt was estimated at more than 85 % of
  the window. The estimate is 1.04 to 1.6 times the count of code, so that of a whole prompt which
  fills just half is at most 80 %.
- It is lower than the number of words. No token of Llama 1 and 2 or Mistral (their vocabularies) or
  of Llama 3 and Qwen2.5 (their split patterns) spans two words with an ASCII sign or blank between
  them. So words alone are a lower bound: 0.29 to 0.66 times the count of Llama 2 and 3 for this
  project's code, prompts and pages.

Two more facts: a count of 0 is not told, and 0.30.0 counts only what its cache did not hold.
"""

from __future__ import annotations

import re

from reviewbot.prompting.budget import estimate_tokens

# From a letter of ASCII on; what is no ASCII ends no word (an accent, a vowel sign, an ideograph).
_WORD = re.compile(r"[A-Za-z](?:[A-Za-z]|[^\x00-\x7f])*")
# Ollama's num_keep, which stays at the head of a cut prompt.
_KEPT = 4
_OF_WINDOW = 0.85
# Of the version that counts uncached tokens only; 0.30.1 counts all (#16428).
COUNTS_UNCACHED = "0.30.0"


def least_tokens(text: str) -> int:
    """A lower bound of the tokens in a text.

    >>> least_tokens("if is_ready(file[10]): # Prüfen 権限があるか")
    5
    """
    return sum(1 for _ in _WORD.finditer(text))


def is_cut(counted: int, text: str, window: int) -> bool:
    """Whether a prompt of which the server read so many tokens was cut."""
    if not counted:
        return False
    half = window - max((window - _KEPT) // 2, 1)
    is_half = abs(counted - half) <= 1 and estimate_tokens(text) > _OF_WINDOW * window
    return counted >= window - 1 or is_half or is_short(counted, text)


def is_short(counted: int, text: str) -> bool:
    return 0 < counted < least_tokens(text)
