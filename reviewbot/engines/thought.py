"""A thinking model's thought, apart from its answer, where it stands in the text itself."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


def apart(text: str) -> tuple[str, str]:
    """The thought and the answer behind it.

    Some templates put the opening mark into the prompt, so that only the closing one comes; a
    reply that begins as JSON holds no thought, but may quote one.

    >>> apart("<think>hm</think>{}")
    ('hm', '{}')
    """
    begins = text.lstrip()
    thought, end, answer = text.partition(_CLOSE)
    if begins.startswith(("{", "```")) or not (end or begins.startswith(_OPEN)):
        return "", text
    return thought.lstrip().removeprefix(_OPEN), answer
