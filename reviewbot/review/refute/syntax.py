"""Syntax errors that are claimed of a file that parses."""

from __future__ import annotations

import re

from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.reason import Reason
from reviewbot.review.refute.words import is_reserved, makes_one_claim

_PAIR = (
    r"(?:(?:curly|square|round|angle|double|single)[- ])?"
    r"(?:parenthes[ie]s|parens?|brackets?|braces?|quotes?|quotation marks?)"
)
_ANY = re.compile(
    r"\bsyntax\s+error|\binvalid syntax|\bsyntax(?:ally)? (?:is )?(?:invalid|incorrect|wrong)"
    r"|構文エラー|文法エラー|シンタックスエラー|语法错误|語法錯誤",
    re.IGNORECASE,
)
_MARK = re.compile(
    rf"\bmissing (?:an? |the |its )?(?:closing|opening|final|right|left) {_PAIR}"
    rf"|\b(?:unclosed|unbalanced|unmatched|mismatched) {_PAIR}"
    rf"|\b(?:closing|opening) {_PAIR} (?:is|are) missing"
    rf"|\b{_PAIR} (?:is|are) (?:not closed|never closed|unbalanced|unmatched)"
    r"|\bmissing (?:an? |the |its )?(?:semi)?colon|\b(?:semi)?colon is missing"
    r"|\bunterminated string"
    r"|閉じ括弧|括弧が閉じ|(?:セミ)?コロンが(?:な|あ|抜け|不足|欠)|文字列が(?:閉じ|終端)"
    r"|缺少(?:右|左|闭合|结束|一个)*(?:圆|大|花|方|小)?(?:括号|分号|冒号|引号)"
    r"|括号不匹配|未闭合的?(?:括号|字符串|引号)|字符串未(?:终止|闭合)",
    re.IGNORECASE,
)
_SEMICOLON = re.compile(r"semicolon|セミコロン|分号", re.IGNORECASE)
# Text in another language than the file's, of which its parser knows nothing; and what becomes an
# error only later.
_OTHER_TEXT = re.compile(
    r"\b(?:sql|query|queries|statement string|regex|regexp|regular expression|pattern|json|yaml"
    r"|toml|html|xml|css|csv|markdown|template|format string|shell|command|urls?|path|header"
    r"|cookie|output|generated?|eval|runtime|run time|input|prompt|log|message|docstring|comment"
    r"|macro)\b|NUL|\\0|クエリ|正規表現|テンプレート|コマンド|查询|正则|模板|命令|输出|宏",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"syntax|statement|\bline\b|block|function|definition|declaration|signature|\bcall\b|構文|文末"
    r"|行|语法|语句|函数",
    re.IGNORECASE,
)
# What depends on more than brackets, which only Python's compiler judges here.
_BY_CONTEXT = re.compile(
    r"await|async|yield|return|break|continue|const|\blet\b|declar|duplicat|reserved|keyword|import"
    r"|export|static|super|`this`|generic|type|operator|assign|initiali[sz]|label|goto|argument",
    re.IGNORECASE,
)
_LITERAL = re.compile(r"\"((?:[^\"\\]|\\.)+)\"|'((?:[^'\\]|\\.)+)'|`([^`]+)`")
# A line that begins so is joined with the one above where no semicolon stands between.
_JOINS = re.compile(r"\s*[(\[`+\-/*.,]")
_LONGEST_BARE = 14


def refuted(claim: Claim, files: Files) -> Reason | None:
    message = claim.message
    marks = bool(_MARK.search(message))
    found = _ANY.search(message) or _MARK.search(message)
    if not claim.is_new or not found or not makes_one_claim(message, found.start()):
        return None
    if is_reserved(message) or _OTHER_TEXT.search(message):
        return None
    language = files.language(claim.path)
    if _is_about_text(claim) or not _is_judged(message, language, marks=marks):
        return None
    if language in {"javascript", "tsx", "typescript"} and not _ends_alone(claim):
        return None
    facts = files.facts(claim.path)
    if facts is None:
        return None
    first, last = claim.span
    inside = any(begin <= last and first <= end for begin, end in facts.texts)
    return None if inside else Reason.PARSES


def _is_judged(message: str, language: str | None, *, marks: bool) -> bool:
    """Whether the language's parser judges what is claimed."""
    if language in {"c", "cpp"} and re.search(r"unterminated string(?! literal)", message, re.I):
        return False  # one without its NUL at the end
    if language == "python" or marks:
        return True
    return len(message.split()) <= _LONGEST_BARE and not _BY_CONTEXT.search(message)


def _is_about_text(claim: Claim) -> bool:
    """Whether it may be about what stands in a literal or a macro of the quoted lines."""
    numbered = {line.new_no or 0: line.text for line in claim.new}
    above = numbered.get(claim.span[0] - 1, "")
    if any(text.lstrip().startswith("#define") for text in claim.quoted) or above.endswith("\\"):
        return True
    literals = [found.group() for text in claim.quoted for found in _LITERAL.finditer(text)]
    if literals and not _PLACE.search(claim.message):
        return True
    return any(not _is_balanced(literal) for literal in literals)


def _is_balanced(text: str) -> bool:
    return all(text.count(one) == text.count(other) for one, other in ("()", "[]", "{}"))


def _ends_alone(claim: Claim) -> bool:
    """Whether a semicolon behind the quoted lines would change nothing."""
    if not _SEMICOLON.search(claim.message):
        return True
    below = (line.text for line in claim.new if (line.new_no or 0) > claim.span[1])
    following = next((text for text in below if text.strip()), None)
    return following is not None and not _JOINS.match(following)
