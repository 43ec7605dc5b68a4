"""Where else in a file a known secret stands: `connect("admin", "…")` tells no rule that it is one.

A short secret, or one of letters alone, may stand elsewhere as an ordinary word.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

_SHORTEST = 10
_MIXED = re.compile(r"(?=.*[^\W\d_])(?=.*[^\w.]|.*\d)", re.DOTALL)
# Each is a search of the whole text; a file of more secrets than that is a list of them.
_MOST = 200


def repeats(lines: Sequence[str], secrets: Iterable[str]) -> Iterator[tuple[str, int, int, int]]:
    """All places of those of the secrets that are told from words: the secret, the line, the
    first column and the column after.

    >>> list(repeats(["a", "f('hunter-2-and-more')"], ["hunter-2-and-more", "a"]))
    [('hunter-2-and-more', 1, 3, 20)]
    """
    known = list(islice(filter(_is_told, dict.fromkeys(secrets)), _MOST))
    if not known:
        return
    text = "\n".join(lines)
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))[:-1]
    for secret in known:
        for at in _found(text, secret):
            number = bisect_right(starts, at) - 1
            start = at - starts[number]
            yield secret, number, start, start + len(secret)


def _is_told(secret: str) -> bool:
    return len(secret) >= _SHORTEST and "\n" not in secret and bool(_MIXED.match(secret))


def _found(text: str, secret: str) -> Iterator[int]:
    at = text.find(secret)
    while at >= 0:
        yield at
        at = text.find(secret, at + len(secret))
