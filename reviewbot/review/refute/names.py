"""Names that are said to be undefined, not imported or unused, held against what the file binds
and reads."""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence

from reviewbot.change.syntax.facts import Facts, Function
from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.files import Files
from reviewbot.review.refute.reason import Reason
from reviewbot.review.refute.words import NAME, codes, flat_clause, has_name

_SAID = rf"[`'\"「“]?(?<![.\w$])(?P<{{}}>{NAME})(?:\(\))?[`'\"」”]?"
_WHAT = r"(?:variable|function|name|identifier|symbol|module|class|constant|import)"
_UNDEFINED = re.compile(
    _SAID.format("a")
    + rf" (?:{_WHAT} )?(?:is|are|was) (?:(?:used|referenced|called) (?:here )?but (?:is |was )?)?"
    r"(?:not|never) (?:been )?(?:defined|declared|imported)"
    rf"|\b(?:undefined|undeclared|unknown) {_WHAT}:? " + _SAID.format("b") + r"|\bmissing import "
    r"(?:of |for |statement for )?"
    + _SAID.format("c")
    + rf"|\bimport (?:of|for) {_SAID.format('d')} is missing"
    rf"|{_SAID.format('e')}\s*(?:という\w+)?[はが]\s*(?:定義|宣言|インポート|import\s*)されてい(?:ない|ません)"
    rf"|未定義の(?:変数|関数|名前)?\s*{_SAID.format('f')}"
    rf"|{_SAID.format('g')}\s*(?:未|没有)(?:被)?(?:定义|声明|导入)"
    rf"|未定义的?(?:变量|函数|标识符)?\s*{_SAID.format('h')}",
    re.IGNORECASE,
)
_LOCAL = r"(?:variable|import|parameter|argument|local variable|function|constant)"
_UNUSED = re.compile(
    rf"\bunused {_LOCAL}:? {_SAID.format('a')}"
    rf"|{_SAID.format('b')} (?:{_LOCAL} )?(?:is|was) (?:(?:declared|defined|imported|assigned)"
    r" (?:here )?but (?:is |was )?)?(?:unused|never used|not used|never read)"
    rf"|{_SAID.format('c')}\s*[はが]\s*(?:使用されて|使われて)い(?:ない|ません)"
    rf"|未使用の(?:変数|インポート|引数|パラメータ|関数)?\s*{_SAID.format('d')}"
    rf"|{_SAID.format('e')}\s*(?:从未|没有|未)被?使用|未使用的(?:变量|导入|参数|函数)?\s*{_SAID.format('f')}",
    re.IGNORECASE,
)
# Of members, of other files and of what is called by a name, this file's names prove nothing.
_ELSEWHERE = re.compile(
    r"\b(?:attributes?|methods?|propert(?:y|ies)|fields?|keys?|members?|packages?|exports?|exported"
    r"|schema|tables?|columns?|config\w*|environ\w*|types? of|overloads?|signature|with th\w+"
    r"|arguments?|parameters?|elsewhere|outside)\b|\b(?:on|of|by|from|in) [`'\"]"
    r"|属性|メソッド|方法|字段|フィールド",
    re.IGNORECASE,
)
# One value of a name may be unused though the name is not.
_VALUE = re.compile(
    r"\b(?:values?|results?|returned|return|overwrit\w+|reassign\w*|any ?more|after|longer|again"
    r"|outside|elsewhere|correctly|properly|only|initial|first|assignment)\b|値|戻り値|值|结果",
    re.IGNORECASE,
)
_BUILTINS = frozenset(dir(builtins)) - {"_", "copyright", "credits", "exit", "license", "quit"}
_SCRIPTS = frozenset({"javascript", "tsx", "typescript"})
_READING = "return|throw|else|case|await|yield|delete|go|defer|new|in|of|typeof|void"
_CONDITIONAL = re.compile(r"^\s*#\s*(?:if|ifdef|ifndef|else|elif)\b", re.MULTILINE)
_SHOWN_IMPORT = re.compile(r"(?:import|from\s+[\w.]+\s+import)\s+([\w.,\s]+?)\s*(?:#.*)?$")


def refuted(claim: Claim, files: Files) -> Reason | None:
    if not claim.is_new:
        return None
    if name := _claimed(claim, _UNDEFINED, _ELSEWHERE):
        return Reason.DEFINED if _is_defined(name, claim, files) else None
    if name := _claimed(claim, _UNUSED, _VALUE):
        facts = files.facts(claim.path)
        return Reason.USED if facts and _is_used(name, claim, files, facts) else None
    return None


def _claimed(claim: Claim, pattern: re.Pattern[str], beside: re.Pattern[str]) -> str | None:
    """The one name that a message is flatly about. It must be shown as code or stand on the
    quoted lines, or else it may be a word of the sentence."""
    found = pattern.search(claim.message)
    clause = found and flat_clause(claim.message, *found.span())
    if not found or not clause or beside.search(clause.replace(found.group(), "")):
        return None
    name = next(filter(None, found.groups()))
    named = {code.removesuffix("()") for code in codes(claim.message)}
    quoted = "\n".join(claim.quoted)
    if any(code != name and code not in quoted for code in named):
        return None
    return name if name in named or has_name(quoted, name) else None


def _is_defined(name: str, claim: Claim, files: Files) -> bool:
    facts = files.facts(claim.path)
    if facts is None:
        return files.text(claim.path) is None and _is_imported(name, claim, files)
    at, language = claim.span[0], files.language(claim.path)
    around = _around(facts, at)
    if any(name in function.parameters for function in around):
        return not any(name in function.local for function in around)
    if any(name in function.local for function in around):
        return False
    bound = facts.bound.get(name)
    if language == "python":
        return name in _BUILTINS if bound is None else bool(around) or bound < at
    return bound is not None and _reaches(name, bound, claim, files, around)


def _reaches(name: str, bound: int, claim: Claim, files: Files, around: Sequence[Function]) -> bool:
    """Whether what the top level binds is what the quoted lines see."""
    text, language = files.text(claim.path) or "", files.language(claim.path)
    if language in {"c", "cpp"}:
        return bound < claim.span[0] and not _CONDITIONAL.search(text)
    if language not in _SCRIPTS:
        return language in {"go", "java"}
    lines = text.split("\n")
    inside = (line for one in around for line in lines[one.first - 1 : one.last])
    shadow = re.compile(
        rf"\b(?:const|let|var|class|function)\b[^=;(]*(?<![\w$]){re.escape(name)}\b"
    )
    if bound in {one.first for one in around}:
        return True  # a function that names itself
    return bool(around or bound < claim.span[0]) and not any(map(shadow.search, inside))


def _is_imported(name: str, claim: Claim, files: Files) -> bool:
    """Of a patch: whether the chunk shows the import, at the margin and in no text of several
    lines."""
    texts = [line.text for line in claim.new]
    if files.language(claim.path) != "python" or any('"""' in t or "'''" in t for t in texts):
        return False
    for text in texts:
        found = _SHOWN_IMPORT.match(text)
        if found and any(_bound_by(part) == name for part in found[1].split(",")):
            return True
    return False


def _bound_by(part: str) -> str:
    words = part.split()
    return words[-1] if "as" in words else "".join(words).partition(".")[0]


def _around(facts: Facts, line: int) -> list[Function]:
    return [one for one in facts.functions if one.first <= line <= one.last]


def _is_used(name: str, claim: Claim, files: Files, facts: Facts) -> bool:
    first, last = claim.span
    scope = _scope(name, claim, facts)
    if scope is None:
        return False
    shadows = [
        one
        for one in facts.functions
        if name in one.parameters | one.local
        and one is not scope
        and not (one.first <= scope.first and scope.last <= one.last)
    ]
    uses = [
        line
        for line in facts.uses.get(name, ())
        if not first <= line <= last
        and max(first, scope.first) <= line <= scope.last
        and not any(one.first <= line <= one.last for one in shadows)
    ]
    lines = (files.text(claim.path) or "").split("\n")
    others = [*lines[scope.first - 1 : first - 1], *lines[last : scope.last]]
    overwrites = re.compile(rf"(?<![\w$.]){re.escape(name)}\s*:?=(?!=)")
    if any(map(overwrites.search, others)):
        return False  # which of its values is meant takes more than a look
    if files.language(claim.path) == "python":
        return bool(uses)
    texts = [lines[line - 1] for line in uses]
    return not any(_declares(name, text) for text in texts) and any(
        _reads(name, text) for text in texts
    )


def _scope(name: str, claim: Claim, facts: Facts) -> Function | None:
    """Where the quoted lines bind the name for: a function's body, or the file."""
    first, last = claim.span
    if first <= facts.bound.get(name, 0) <= last:
        return Function(1, 1 << 30)
    around = _around(facts, first)
    if around:
        return around[-1]
    heads = [one for one in facts.functions if one.first > first and name in one.parameters]
    return min(heads, key=lambda one: one.first) if heads else None


def _declares(name: str, line: str) -> bool:
    """Whether a line may bind a name of its own, as the parameter of a function in it does."""
    word = rf"(?<![\w$.]){re.escape(name)}\b"
    typed = rf"(?!\s*(?:{_READING})\b)\s*(?:final\s+)?[\w<>\[\],.]+[\s*&]+{word}\s*[;=,:)]"
    local = rf"\b(?:const|let|var)\s+[^=]*{word}|\bfor\s*\([^=;]*{word}|\bcatch\s*\([^)]*{word}"
    function = rf"\bfunc(?:tion)?\b[^)]*{word}|{word}\s*(?:,[^()]*)?\)?\s*(?:=>|->)|{word}[^=]*:="
    return bool(re.match(typed, line) or re.search(f"{local}|{function}", line))


def _reads(name: str, line: str) -> bool:
    """Whether a line with the name reads it: it is not only set there, nor another's member."""
    word = rf"(?<![\w$.]){re.escape(name)}\b"
    return bool(re.search(rf"{word}(?!\s*\()", line)) and not _sets(name, line)


def _sets(name: str, line: str) -> bool:
    word = rf"(?<![\w$.]){re.escape(name)}\b"
    return bool(re.search(rf"{word}\s*(?:[-+*/%&|^]|<<|>>)?=(?!=)|{word}\s*(?:\+\+|--)", line))
