"""Mask secrets in lines of code before any prompt, log or report holds them.

The patterns are the published token prefixes of their issuers; each masked secret keeps its
line, so that line numbers and counts stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MASK = "[secret]"

_TOKENS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA)[A-Z0-9]{16}\b             # AWS access key id
    | gh[opsur]_[A-Za-z0-9]{36,}\b            # GitHub tokens
    | github_pat_[A-Za-z0-9_]{22,}\b
    | glpat-[A-Za-z0-9_\-]{20,}               # GitLab personal access token
    | xox[abeoprs]-[A-Za-z0-9-]{10,}          # Slack
    | sk-[A-Za-z0-9_\-]{20,}                  # OpenAI and compatible
    | [rs]k_live_[A-Za-z0-9]{16,}   # Stripe
    | npm_[A-Za-z0-9]{36}\b            # npm
    | SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}   # SendGrid
    | hf_[A-Za-z0-9]{30,}\b                   # Hugging Face
    | pypi-[A-Za-z0-9_\-]{50,}
    | AIza[A-Za-z0-9_\-]{35}\b                # Google API key
    | eyJ[A-Za-z0-9_\-]{10,}\.eyJ[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]{10,}   # JSON Web Token
    )""",
    re.VERBOSE,
)
_IN_URL = re.compile(r"(?<=://)([^\s/:@'\"]*):([^\s/@'\"]+)(?=@)")
_KEY_BEGINS = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----")
_KEY_ENDS = re.compile(r"-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----")
# A whole key in one string, its newlines escaped.
_KEY_IN_LINE = re.compile(r"(?<=-----)[A-Za-z0-9+/=\\]{20,}")
_KEY_HEADER = re.compile(r"[A-Za-z-]+: ")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+")
# A line of base64 this long is no code: it is part of a key even where the key's first line is
# out of sight, because the excerpt begins below it.
_KEY_LINE = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).{60,}")
# What stands around the lines of a key that is quoted in code.
_AROUND = " \t\r\"'`,;#*|>)=+\\"


def masked(lines: Iterable[str]) -> Iterator[str]:
    """The lines with their secrets masked: as many as came in, in the same order.

    >>> list(masked(["key = 'AKIAIOSFODNN7EXAMPLE'"]))
    ["key = '[secret]'"]
    """
    inside_key = False
    for line in lines:
        bare = line.replace("\\n", "").strip(_AROUND)
        if _BASE64.fullmatch(bare) and (inside_key or _KEY_LINE.fullmatch(bare)):
            yield MASK
            inside_key = True
            continue
        # Code below a mere mention of a key is no key, and is not hidden from the review.
        goes_on = inside_key and (not bare or _KEY_HEADER.match(bare))
        inside_key = bool(_KEY_BEGINS.search(line) or goes_on) and not _KEY_ENDS.search(line)
        yield _masked_line(line)


def _masked_line(line: str) -> str:
    if _KEY_BEGINS.search(line):
        line = _KEY_IN_LINE.sub(MASK, line)
    return _IN_URL.sub(rf"\1:{MASK}", _TOKENS.sub(MASK, line))
