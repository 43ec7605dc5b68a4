"""Removed code that is spoken of as if it stood, and code that stands and is said to be removed."""

from __future__ import annotations

import re

from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.reason import Reason
from reviewbot.review.refute.words import is_reserved

# Words of a message that knows, or may know, that the code is gone.
_GONE = re.compile(
    r"remov|delet|drop|no longer|any ?more|missing|lost|lose|gone|absen|without|lack|was\b|were\b"
    r"|had\b|used to|former|previous|before|earlier|old\b|original|now\b|replac|chang|instead"
    r"|renam|moved|only|guard|protect|prevent|ensur|not\b|n't|never|fail|restor|revert|regress"
    r"|削除|なくな|消|失|変更|以前|元の|移除|删|不再|原来|之前|丢|缺|去掉|改",
    re.IGNORECASE,
)
# `strcpy(a, b)` overflows …; the call to `f` leaks … A verb that may tell what the code was good
# for (`validate(x)` rejects …) is none of these.
_STANDS = re.compile(
    r"^(?:(?:the|this|a|using|calling|use of|call to|function|method|expression|condition)\s+)*"
    r"`(?P<code>[^`]{4,})`\s+(?:(?:is|are)\s+(?:unsafe|vulnerable|insecure|wrong|incorrect|slow"
    r"|inefficient|deprecated)|overflows|leaks|crashes|divides|causes|leads|results|swallows|races"
    r"|sends|logs|prints|exposes|returns\s+(?:undefined|null|none|nil|nan))\b",
    re.IGNORECASE,
)
_REMOVED = re.compile(
    r"(?:(?:the )?(?:call to |check |function |method |line |import )?`(?P<one>[^`]{4,})`"
    r"(?: call| check| line| function| import)? (?:is|was|has been|got) (?:removed|deleted|dropped)"
    r"|\bremoval of (?:the )?`(?P<two>[^`]{4,})`"
    r"|`(?P<three>[^`]{4,})`\s*(?:の\w+)?[がは]\s*削除され|`(?P<four>[^`]{4,})`\s*(?:已)?被(?:删除|移除))",
    re.IGNORECASE,
)


def refuted(claim: Claim, files: Files) -> Reason | None:
    if _speaks_of_removed(claim, files):
        return Reason.REMOVED
    return Reason.KEPT if _still_stands(claim) else None


def _speaks_of_removed(claim: Claim, files: Files) -> bool:
    """The code that it names stands on its own removed lines, and nowhere after the change."""
    found = _STANDS.match(claim.message)
    if claim.is_new or not found or _GONE.search(claim.message):
        return False
    code = _squeezed(found["code"])
    after = files.text(claim.path) or "\n".join(line.text for line in claim.new)
    shown = "".join(_squeezed(text) for one in claim.chunk.references for _, text in one.lines)
    return code in _squeezed(claim.finding.quote) and code not in _squeezed(after) + shown


def _still_stands(claim: Claim) -> bool:
    """The code is on no removed line of the chunk, and on one that the change left as it was."""
    found = _REMOVED.search(claim.message)
    if not found or is_reserved(found.group()):
        return False
    code = _squeezed(next(filter(None, found.groups())))
    if any(code in _squeezed(line.text) for line in claim.removed):
        return False
    if code in "".join(_squeezed(line.text) for line in claim.removed):
        return False  # over several lines
    left = (line.text for line in claim.new if not line.changed)
    return any(code in _squeezed(text) for text in left)


def _squeezed(text: str) -> str:
    return "".join(text.split())
