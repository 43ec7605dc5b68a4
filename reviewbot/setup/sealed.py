"""Files that are written anew as long as nobody has changed them by hand: one line of comment
holds the digest of the others."""

from __future__ import annotations

import hashlib
import re

_FENCE = "---\n"
_SEAL = "# made by `reviewbot init`, which renews it until a person changes it ({digest})\n"
_SEALS = re.compile(r"^# made by `reviewbot init`.*\((?P<digest>[0-9a-f]{16})\)\n", re.MULTILINE)


def sealed(text: str) -> str:
    """The text with the line: the first, or the first of its front matter, where it is YAML's
    comment and no part of what a model reads."""
    seal = _SEAL.format(digest=_digest(text))
    return text.replace(_FENCE, _FENCE + seal, 1) if text.startswith(_FENCE) else seal + text


def is_untouched(text: str) -> bool:
    """Whether a file is still as it was written."""
    plain = text.replace("\r\n", "\n")  # git may have changed the line breaks
    found = _SEALS.search(plain)
    if found is None:
        return False
    return found["digest"] == _digest(plain[: found.start()] + plain[found.end() :])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
