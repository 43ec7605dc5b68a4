r"""Text from a model, a path or a server, made safe to print.

A terminal obeys control characters: `ESC ]52` sets the clipboard, bidirectional marks
reorder what a person reads (Trojan Source, CVE-2021-42574), and rich prints all of them
as they come. What is dangerous is dropped or shown as an escape:

>>> plain("a\x1b[31mred\x07")
'a[31mred'
>>> plain("x\u202ey")
'x\\u202ey'
>>> plain("caf\udce9")
'caf\\xe9'
"""

import re
import unicodedata

_KEPT = "\n\t"
# What the reader of a log obeys. GitHub's runner takes `##[error]` anywhere in a line, `::error::`
# behind leading blanks (actions/runner, ActionCommand.cs); Azure's takes `##vso[`, TeamCity's
# `##teamcity[`; GitLab folds at `section_start:`, Travis at `travis_fold:`. A log that is posted as
# a comment would run `/approve` at the beginning of a line.
_COMMAND = re.compile(
    r"#(?=#\w*\[)|(?:section|travis)(?=_(?:start|end|fold|time):)|^[^\S\n]*:(?=:)|^/(?=[a-z])",
    re.MULTILINE | re.IGNORECASE,
)
# What a terminal or a page makes a link of by itself.
_LINK = re.compile(r"(?<=\w):(?=//)|\bwww(?=\.\w)", re.IGNORECASE)


def plain(text: str) -> str:
    """The text with control characters dropped, and format and undecodable ones escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_plain_character, text))


def plain_line(text: str) -> str:
    """As `plain`, on one line: each run of white space becomes one space."""
    return " ".join(plain(text).split())


def plain_path(path: str) -> str:
    r"""A path on one line that still is that path: what cannot be shown is escaped, not dropped.

    >>> plain_path("a  b\tc\x1b.py")
    'a  b\\tc\\x1b.py'
    """
    return "".join(
        repr(character)[1:-1]
        if unicodedata.category(character) == "Cc"
        else _plain_character(character)
        for character in path
    )


def inert(text: str) -> str:
    """Whole lines for a log that is read by machines, too: a blank keeps what would be a command
    from being one.

    >>> inert("::error::x")
    ': :error::x'
    >>> inert("a ##vso[task.complete]")
    'a # #vso[task.complete]'
    """
    return _COMMAND.sub(lambda found: f"{found.group()} ", text)


def unlinked(text: str) -> str:
    """A model's words, whose addresses are text.

    >>> unlinked("see https://host/x")
    'see https: //host/x'
    """
    return _LINK.sub(lambda found: f"{found.group()} ", text)


def _plain_character(character: str) -> str:
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Cc":
        return ""
    if category == "Cs":
        # A byte that was no UTF-8 arrives as U+DC80…U+DCFF (PEP 383): show the byte.
        is_byte = "\udc80" <= character <= "\udcff"
        return f"\\x{ord(character) - 0xDC00:02x}" if is_byte else "\ufffd"
    if category in ("Cf", "Zl", "Zp"):
        return f"\\u{ord(character):04x}"
    return character
