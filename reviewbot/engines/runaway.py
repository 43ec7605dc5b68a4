"""A reply that will never end: seen while it is written, so that it can be given up early.

Small models fall into loops, and a grammar keeps them there: blanks are allowed between any two
tokens of JSON, and a string may say the same sentence for ever (engines of every maker; the
reports are many, from Ollama's #4446 on). Without this the loop costs the whole token limit.
"""

from __future__ import annotations

# llama.cpp's own grammar allows 2 line breaks and 20 blanks between two tokens of JSON; text that
# is indented by people stays under this, too.
LONGEST_BLANK = 200
# What is compared. A finding is some 300 characters, so a list that repeats one is seen at the
# fourth; a review that is no loop does not hold 1,200 characters of one period.
SPAN = 1200
_LONGEST_PERIOD = 300
_STEP = 100


class Runaway:
    """Watches the end of a text that grows."""

    def __init__(self) -> None:
        self._tail = ""
        self._new = 0

    def sees(self, piece: str) -> str:
        """What is wrong with the text now that this piece was added; empty while nothing is."""
        self._tail = (self._tail + piece)[-SPAN:]
        self._new += len(piece)
        if self._new < _STEP:
            return ""
        self._new = 0
        return _wrong(self._tail)


def _wrong(tail: str) -> str:
    if len(tail) >= LONGEST_BLANK and tail[-LONGEST_BLANK:].isspace():
        return "the model writes nothing but blanks"
    periods = range(1, _LONGEST_PERIOD + 1) if len(tail) == SPAN else ()
    if any(tail[period:] == tail[:-period] for period in periods):
        return "the model repeats itself without end"
    return ""
