"""What is said to be missing and stands there. Only forms that name the thing are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewbot.changeset import Line
from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.reason import Reason
from reviewbot.review.refute.words import NAME, codes, flat_clause, is_reserved

_DOTTED = rf"{NAME}(?:\.{NAME})*"
# missing `await` before `fetch()`
_KEYWORD = re.compile(
    r"(?:\b(?:missing|lacks|without|no)\b|不足|缺少)\s*(?:an? |the )?[`'\"「]?"
    r"(?P<word>await|return|yield|new|defer|throw|raise)[`'\"」]?(?: keyword| statement)?"
    r"(?:\s+(?:before|on|for|in front of)\s+(?:the )?(?:call to )?"
    rf"`(?P<target>{_DOTTED})(?:\([^`]*\))?`)?",
    re.IGNORECASE,
)
# `f` is never closed; the file is not closed
_CLOSED = re.compile(
    rf"(?:`(?P<name>{NAME})`|\bthe (?:opened )?file(?: handle)?|`(?P<jp>{NAME})`\s*[がは])"
    r"\s*(?:(?:is|are|was) (?:never|not) closed|(?:閉じられて|クローズされて)い(?:ない|ません)"
    r"|(?:没有|未)(?:被)?关闭)",
    re.IGNORECASE,
)
# `name.close()` is never called; missing call to `name.close()`
_CALL = rf"`(?P<{{}}>{_DOTTED})\((?P<{{}}>[^`]*)\)`"
_CALLED = re.compile(
    _CALL.format("one", "a")
    + r" (?:is|was) (?:never|not) called|missing (?:the |a )?call to "
    + _CALL.format("two", "b"),
    re.IGNORECASE,
)
# `user` is not checked for null; missing null check for `user`
_NULL = r"(?i:null|nil|none|nullptr)"
_UNCHECKED = re.compile(
    rf"`(?P<one>{NAME})` (?:is|was) (?:not|never) checked (?:for|against) `?{_NULL}`?"
    rf"|(?:missing|no) `?{_NULL}`?[- ]check (?:for|of|on) `(?P<two>{NAME})`"
    rf"|`(?P<three>{NAME})`\s*の\s*`?{_NULL}`?\s*チェックが(?:ない|ありません|抜けて|不足)"
    rf"|`(?P<four>{NAME})`\s*(?:没有|未)(?:进行|做)?\s*`?(?:null|nil|none|空)`?\s*(?:值)?检查",
    re.IGNORECASE,
)
_EXIT = re.compile(r"\s*(?:return|raise|throw|continue|break)\b")
_TARGET_CALL = re.compile(rf"\b({_DOTTED})\(")


def refuted(claim: Claim) -> Reason | None:
    if not claim.is_new:
        return None
    found = any(rule(claim) for rule in (_has_keyword, _is_closed, _is_called, _is_checked))
    return Reason.PRESENT if found else None


def _flat(claim: Claim, pattern: re.Pattern[str]) -> re.Match[str] | None:
    found = pattern.search(claim.message)
    if found and flat_clause(claim.message, *found.span()) is not None:
        return found
    return None


def _has_keyword(claim: Claim) -> bool:
    """Without a target it must be the only call of the one line, and the message name no other."""
    found = _KEYWORD.search(claim.message)
    if not found or len(claim.quoted) != 1:
        return False
    (line,) = claim.quoted
    word, target = found["word"], found["target"]
    if is_reserved(claim.message.replace(found.group(), "")):
        return False
    if target:
        return bool(re.search(rf"\b{word}\s+{re.escape(target)}\(", line))
    clause = flat_clause(claim.message, *found.span()) or ""
    before, _, after = clause.partition(found.group())
    calls = _TARGET_CALL.findall(line)
    if word != "await" or after.strip(" .。") or len(calls) != 1:
        return False
    named = {code.partition("(")[0] for code in codes(before)}
    return named <= {calls[0]} and bool(re.search(rf"\bawait\s+{re.escape(calls[0])}\(", line))


def _is_closed(claim: Claim) -> bool:
    """By the statement that opens it, or by a `defer`: these hold on every path."""
    found = _flat(claim, _CLOSED)
    if not found:
        return False
    name = found["name"] or found["jp"]
    opened = rf"^\s*(?:async )?with\s+(?:\w+\.)?open\([^#]*\bas\s+{name or NAME}\s*:"
    if any(re.search(opened, text) for text in claim.quoted):
        return sum(text.count("open(") for text in claim.quoted) == 1
    if not name:
        return False
    below = [line.text for line in claim.new if (line.new_no or 0) > claim.span[0]]
    return any(re.match(rf"\s*defer {re.escape(name)}\.Close\(\)\s*$", text) for text in below)


def _is_called(claim: Claim) -> bool:
    found = _flat(claim, _CALLED)
    if not found:
        return False
    call = f"{found['one'] or found['two']}({found['a'] or found['b'] or ''}"
    if "." not in call:
        return False  # any function's own head looks like a call of it
    stands = re.compile(rf"^\s*(?:await |defer )?{re.escape(call)}")
    below = (line.text for line in claim.new if (line.new_no or 0) > claim.span[0])
    return any(stands.match(text) for text in below)


def _is_checked(claim: Claim) -> bool:
    found = _flat(claim, _UNCHECKED)
    if not found or not claim.quoted:
        return False
    name = next(filter(None, found.groups()))
    above = [line for line in claim.new if (line.new_no or 0) < claim.span[0]]
    return any(_guards(name, at, above, claim.quoted[0]) for at in range(len(above)))


def _guards(name: str, at: int, above: Sequence[Line], quoted: str) -> bool:
    """Whether the line at an index tests the name, so that the quoted line is reached with a
    value only: it leaves where there is none, or holds the quoted line."""
    text, between = above[at].text, [line.text for line in above[at + 1 :] if line.text.strip()]
    if any(_binds(name, line) for line in between):
        return False
    numbers = [line.new_no or 0 for line in above[at:]]
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return False
    depth = _depth(text)
    if _matches(_without(name), text) and between:
        block = [line for line in [*between, quoted] if _depth(line) < depth]
        leaves = _depth(between[0]) > depth and _EXIT.match(between[0])
        return bool(leaves) and not block
    return _matches(_with(name), text) and all(_depth(x) > depth for x in [*between, quoted])


def _binds(name: str, line: str) -> bool:
    """Whether a line may give the name another value; too often rather than too seldom."""
    word = rf"(?<![\w$.]){re.escape(name)}\b"
    return bool(re.search(rf"{word}[^=!<>]*=(?!=)|\bfor\b.*{word}|\bas\s+{word}|&{word}", line))


def _matches(conditions: Iterator[str], text: str) -> bool:
    either = "|".join(conditions)
    return bool(re.match(rf"\s*if\s*(?:\((?:{either})\)\s*\{{?|(?:{either})\s*[:{{])\s*$", text))


def _without(name: str) -> Iterator[str]:
    word = re.escape(name)
    yield rf"\s*(?:{word} is None|not {word}|!\s*{word}|{word}\s*===?\s*{_NULL}|{word} == None)\s*"


def _with(name: str) -> Iterator[str]:
    word = re.escape(name)
    yield rf"\s*(?:{word}|{word} is not None|{word}\s*!==?\s*{_NULL}|{word} != None)\s*"


def _depth(text: str) -> int:
    return len(text.expandtabs(8)) - len(text.expandtabs(8).lstrip())
