r"""Text from outside as Markdown that shows it and does nothing.

GitLab and GitHub look for mentions, references and addresses in the page that Markdown has become,
where no backslash protects them any more: there a blank keeps them from being one. In code neither
looks for any.

>>> prose("ask @anna about `a*b` in #12")
'ask \\@ anna about `a*b` in \\# 12'
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from reviewbot.plain import plain_line, unlinked

# What Markdown obeys anywhere, and at the beginning of a line, where `/` is a quick action, too.
_MARKUP = re.compile(r"([\\`*_\[\]<>&!~|@#^$])")
_BEGINS = re.compile(r"^(\d*)([-+=/.):])")
# What is quoted as code; and what may be the number of a commit, of which both make a link.
_CODE = re.compile(r"(?<!`)`([^`]+)`(?!`)|\b((?=\w*\d)[0-9a-f]{7,40})\b")
# GitLab: `@user #1 !1 $snippet &epic %milestone ~label ^alert [vulnerability:1]`; GitHub: `GH-1`.
_REFERENCE = re.compile(
    r"""(?<=[@#!$&%~^])(?=[\w"'`{])|(?<=\[)(?=\w+:)|(?<=\bGH)(?=-\d)"""
    r"|(?<=mailto:)(?=\S)|(?<=xmpp:)(?=\S)",
    re.IGNORECASE,
)

# What acts in a text that is read as Markdown although nobody wrote it so: links, definitions,
# HTML, quick actions, and characters that are written so that they hide one of these.
_ACTS = re.compile(
    r"(?<=\])(?=[(:])|(?<=<)(?=[a-z/!?])|(?<=&)(?=[#\w])|(?<=\\)(?=[!-/:-@\[-`{-~])"
    r"|(?<=^/)(?=[a-z])",
    re.MULTILINE | re.IGNORECASE,
)
_INDENTED_ACTION = re.compile(r"^(\s+/)(?=[a-z])", re.MULTILINE | re.IGNORECASE)


def as_comment(text: str) -> str:
    """A message for tools that post it as a comment, and for others that print it: nothing in it
    acts, and it differs by blanks alone."""
    text = _ACTS.sub(" ", _INDENTED_ACTION.sub(r"\1 ", unlinked(text)))
    return _REFERENCE.sub(" ", text)


def prose(text: str) -> str:
    """Words on one line. What they quote in backticks stays code."""
    line, done = plain_line(text), 0
    parts: list[str] = []
    for found in _CODE.finditer(line):
        between = _escaped(line[done : found.start()])
        if parts and not between:  # the fences of two spans would be one
            between = " "
        parts += [between, code_span(found[1] or found[2])]
        done = found.end()
    return _BEGINS.sub(r"\1\\\2", "".join([*parts, _escaped(line[done:])]))


def code_span(text: str) -> str:
    """One line of code."""
    fence = _fence(text, shortest=1)
    pad = " " if text[:1] in ("`", " ", "") or text[-1:] in ("`", " ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def code_block(lines: Iterable[str], language: str) -> str:
    """Lines of code in a fence that none of them can end."""
    text = "\n".join(lines)
    fence = _fence(text, shortest=3)
    return f"{fence}{language}\n{text}\n{fence}"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", _REFERENCE.sub(" ", unlinked(text)))


def _fence(text: str, *, shortest: int) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(shortest, longest + 1)
