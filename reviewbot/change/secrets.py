"""Mask secrets in lines of code before any prompt, log or report holds them.

The patterns are the published token prefixes of their issuers; each masked secret keeps its
line, so that line numbers and counts stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MASK = "[secret]"

_TOKENS = re.compile(
    r"""
      \b(?:AKIA|ASIA)[A-Z0-9]{16}\b             # AWS access key id
    | \bgh[opsur]_[A-Za-z0-9]{36,}\b            # GitHub tokens
    | \bgithub_pat_[A-Za-z0-9_]{22,}\b
    | \bglpat-[A-Za-z0-9_\-]{20,}               # GitLab personal access token
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,}          # Slack
    | \bsk-[A-Za-z0-9_\-]{20,}                  # OpenAI and compatible
    | \bsk_live_[A-Za-z0-9]{16,}                # Stripe
    | \bhf_[A-Za-z0-9]{30,}\b                   # Hugging Face
    | \bpypi-[A-Za-z0-9_\-]{50,}
    | \bAIza[A-Za-z0-9_\-]{35}\b                # Google API key
    | \beyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}   # JSON Web Token
    """,
    re.VERBOSE,
)
_IN_URL = re.compile(r"(?<=://)([^\s/:@'\"]+):([^\s/@'\"]+)(?=@)")
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_KEY_ENDS = re.compile(r"-----END [A-Z ]*PRIVATE KEY-----")


def masked(lines: Iterable[str]) -> Iterator[str]:
    """The lines with their secrets masked: as many as came in, in the same order.

    >>> list(masked(["key = 'AKIAIOSFODNN7EXAMPLE'"]))
    ["key = '[secret]'"]
    """
    inside_key = False
    for line in lines:
        begins, ends = _KEY_BEGINS.search(line), _KEY_ENDS.search(line)
        if inside_key and not ends:
            yield MASK
        else:
            yield _IN_URL.sub(rf"\1:{MASK}", _TOKENS.sub(MASK, line))
        inside_key = not ends and (inside_key or bool(begins))
