"""A claim that was made before: at the same place in nearly the same words, or word for word of
other code of the chunk, as small models do when they loop. Of equal code it is no repetition: two
equal lines may have the same defect."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from reviewbot.finding import Finding
from reviewbot.review.refute.words import codes, folded

_NEAR = 0.9


def is_repeated(finding: Finding, earlier: Iterable[Finding]) -> bool:
    return any(_says_again(finding, other) for other in earlier)


def _says_again(one: Finding, other: Finding) -> bool:
    same_place = one.location == other.location
    if folded(one.message) == folded(other.message) and codes(one.message) == codes(other.message):
        return same_place or folded(one.quote) != folded(other.quote)
    return same_place and _is_near(one.message, other.message)


def _is_near(one: str, other: str) -> bool:
    """Never where they name other code or numbers, or one denies what the other says."""
    if _marks(one) != _marks(other):
        return False
    words, others = folded(one).split(), folded(other).split()
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= _NEAR


def _marks(message: str) -> tuple[list[str], list[str], int]:
    denials = re.findall(r"\b(?:not|no|never|cannot)\b|n't", message.casefold())
    return codes(message), re.findall(r"\d+", message), len(denials)
