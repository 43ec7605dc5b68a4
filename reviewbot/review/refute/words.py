"""What the rules read in a message: its sentences, the code that it names, its reservations."""

from __future__ import annotations

import re

NAME = r"[A-Za-z_$][\w$]*"
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_CODE = re.compile(
    r"`([^`]+)`|(?:^|(?<=[\s(]))'([^'\s][^']*)'(?=[\s.,;:)]|$)|\"([^\"]+)\"|「([^」]+)」|“([^”]+)”"
)
# A claim with one of these holds in some case only, and facts of the text do not tell of cases.
_CASES = re.compile(
    r"\b(?:if|when|whenever|unless|until|while|before|after|once|may|might|could|would|sometimes"
    r"|some|case|cases|path|paths|branch|branches|early|except|exceptions?|errors?|fails?|then"
    r"|otherwise|every|all|always|version|versions|python ?\d|es\d+|node|older|platform|yet)\b"
    r"|場合|とき|時に|可能性|分岐|如果|可能|时候|情况|分支|之前|之后|异常时",
    re.IGNORECASE,
)
# Words of statements, which are no reservation: "a syntax error in the if statement".
_STATEMENTS = re.compile(
    r"`?\b(?:if|when|while|try|except|case)\b`?[- ]"
    r"(?:statement|condition|block|clause|loop|expression|line|check)s?\b|\bsyntax errors?\b",
    re.IGNORECASE,
)
# How a claim goes on to what follows from it, so that it makes no second claim.
_THUS = re.compile(
    r"(?:which|so|thus|hence|therefore|causing|leading|resulting|making|leaving"
    r"|and (?:will|this|it))\b"
    r"|[^\x00-\x7f]",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"syntax|compil|pars(?:e|er|ing)\b|nameerror|referenceerror|undefined|runtime error"
    r"|\bwill (?:fail|crash|raise|throw|not work)|\bit should be\b|\bplease\b"
    r"|\b(?:add|remove|import)\b|構文|コンパイル|エラー|括弧|コロン|编译|语法|错误|括号|分号",
    re.IGNORECASE,
)
# Where a consequence begins, which may have cases of its own.
_CONSEQUENCE = re.compile(
    r"[,;:、，；]\s*|\s+(?=which\b|so\b|causing\b|leading\b|resulting\b|and (?:will|this|it)\b)"
)


def folded(text: str) -> str:
    """Words alone, so that marks and blanks make no difference."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def sentences(message: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(message) if part.strip()]


def codes(message: str) -> list[str]:
    """What stands in back-quotes or quotes, in order."""
    return [next(filter(None, found.groups())).strip() for found in _CODE.finditer(message)]


def is_reserved(text: str) -> bool:
    """Whether it holds in some case only. A name may be such a word, too."""
    return bool(_CASES.search(re.sub(r"`\w+`", "", _STATEMENTS.sub("", text))))


def makes_one_claim(message: str, start: int) -> bool:
    """Whether the sentences beside the one around an index tell what follows from it only."""
    at = 0
    for sentence in sentences(message):
        at = message.index(sentence, at)
        if not at <= start < at + len(sentence) and not _FOLLOWS.search(sentence):
            return False
        at += len(sentence)
    return True


def flat_clause(message: str, start: int, end: int) -> str | None:
    """The clause around a match, from its sentence's start to where a consequence begins; None
    where it holds in some case only, or the message claims something else as well."""
    if not makes_one_claim(message, start):
        return None
    begin = max((at.end() for at in _SENTENCE.finditer(message) if at.end() <= start), default=0)
    ends = (at.start() for at in _SENTENCE.finditer(message, end))
    rest = message[end : next(ends, len(message))]
    cut = _CONSEQUENCE.search(rest)
    clause = message[begin:end] + (rest[: cut.start()] if cut else rest)
    after = rest[cut.end() :] if cut else ""
    if is_reserved(clause) or _CASES.match(after) or (after and not _THUS.match(after)):
        return None
    return clause


def has_name(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text))
