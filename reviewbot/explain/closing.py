"""Read JSON that is still being written."""

from __future__ import annotations

import re

_CLOSERS = {"{": "}", "[": "]"}
# A string that is whole, one that is not, and what gives JSON its form.
_SIGNS = re.compile(r'"(?:[^"\\]|\\.)*"|["{}\[\],]', re.DOTALL)


def closed(text: str) -> str:
    """The first object in a text, cut behind the last object in it that is whole, or behind the
    last of its own values that is, and closed there.

    >>> closed('{"intent": "All", "risks": [{"says": "a", "where": ["1"]}, {"says": "b')
    '{"intent": "All", "risks": [{"says": "a", "where": ["1"]}]}'
    """
    begin = max(0, text.find("{"))
    kept, open_there, stack = "{", "}", ""
    for found in _SIGNS.finditer(text, begin):
        sign = found[0]
        if sign == '"':
            break
        if sign in _CLOSERS:
            stack = _CLOSERS[sign] + stack
        elif sign in "}]":
            stack = stack[1:]
        if sign == "}" or (sign == "," and len(stack) == 1):
            kept, open_there = text[begin : found.end() - (sign == ",")], stack
        if not stack:
            break
    return kept + open_there
