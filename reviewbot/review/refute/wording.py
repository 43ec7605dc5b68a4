"""Messages that state no failure: the change told again, praise, and advice.

Each sentence must be one of these forms, and a message with any word of a failure passes: what is
lost by a vague claim that stays is less than by a defect that goes.
"""

from __future__ import annotations

import re

from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.reason import Reason
from reviewbot.review.refute.words import sentences

# Words by which a sentence may state a failure.
_FAILURE = re.compile(
    r"fail|crash|rais|throw|except|error|wrong|incorrect|invalid|leak|race|deadlock|flow|bound"
    r"|off[- ]by|not\b|n't|cannot|never|without|null|none\b|nil\b|undefined|nan\b|negative|zero"
    r"|empty|miss|los[est]|inject|vulnerab|unsafe|insecure|attack|expos|bypass|break|broke|corrupt"
    r"|duplic|twice|again|infinit|\bhang|block|slow|quadratic|memory|unexpect|unintend|panic|fault"
    r"|dereferenc|swallow|ignor|silent|always|only|instead|but\b|however|although|though|result in"
    r"|lead|caus|no longer|stale|unhandled|uncaught|trunc|round|mismatch|incompat|inconsist"
    r"|unreachable|shadow|skip|forg[eo]t|thread|shared|concurr|global|each|every|per\b|expect"
    r"|hard-?cod|plain|secret|password|token|credential|old\b|before|after|remov|delet|drop|disabl"
    r"|too |more than|less than|larger|smaller|greater|higher|lower|far\b|any\b|everyone|anyone"
    r"|world|public|root|admin|0o?777|instead|rather|already|still|while|when|if\b|unless|until"
    r"|because|since|otherwise|so that|due to|which|overwrit|overrid|conflict|danger"
    r"|\bbug|includ|all\b|hash|defect|issue|problem|risk|invert|negat|revers|swap|opposite|contra|violat|depend|requir|assum"
    r"|unus|dead|uninit|unlock|double|free|permit|allow|accept|reject|refus|den[iy]|time-?out",
    re.IGNORECASE,
)
_FAILURE_CJK = re.compile(
    r"失敗|例外|エラー|クラッシュ|漏|不正|誤|間違|危険|脆弱|壊|破|競合|欠|抜け|ない|ません|なく|ず、|超|不足"
    r"|空|無限|遅|重複|二重|逆|場合|と、|ため|せず|できな|失|失败|错|异常|崩溃|泄|漏洞|溢出|注入|越界|死锁"
    r"|竞|丢|不|没|重复|导致|引发|会|可能|无|未|如果|当|因为|否则|危险|覆盖|绕过"
)
# Where a piece of advice goes on to say what happens.
_CONSEQUENCE = re.compile(
    r"otherwise|or else|because|since|will\b|would (?!be (?:better|good|nice|best|helpful))|can\b"
    r"|could\b|may\b|might\b|caus|lead|result|if\b|when\b|to (?:avoid|prevent)|:|;|—| - |fail|crash"
    r"|rais(?:e|es|ing)\b|throws|leak|race|inject|vulnerab|attack|flow\b|corrupt|deadlock|except"
    r"|but\b|which\b|so (?:that|it|the)\b|as (?:it|this|the)\b|currently|instead|rather than|wrong"
    r"|panic|unsafe|insecure|bypass|expos|twice|negative|null\b|none\b|nil\b|zero"
    r"|ではなく|代わりに|さもない|ため|ので|と、|場合|から、"
    r"|而不是|否则|因为|会|导致|如果|可能|以避免|以防",
    re.IGNORECASE,
)
_THING = (
    r"(?:function|method|class|parameter|argument|field|variable|import|test|helper|module|file"
    r"|option|comment|constant|property|line|import statement|docstring|type hint)"
)
_SUBJECT = (
    r"(?:the|this|these) (?:code|change|changes|diff|patch|commit|file|added lines?|new code)"
)
_NARRATION = re.compile(
    rf"{_SUBJECT} (?:now )?(?:adds?|introduces?|defines?|declares?|implements?)"
    rf" (?:an?|the|some|two|three|several)? ?(?:\w+ ){{0,2}}{_THING}s?\b.*"
    rf"|{_SUBJECT} (?:now )?(?:renames?|reformats?|refactors?)\b.*"
    rf"|{_SUBJECT} updates? the (?:\w+ )?(?:{_THING}|version|documentation|signature)\b.*"
    rf"|(?:an?|the) (?:new )?{_THING} (?:`[^`]+` )?(?:is|was|has been) (?:added|introduced)\b.*"
    rf"|the {_THING} `[^`]+` is now (?:an?|called|named|part|defined)\b.*"
    rf"|the {_THING} (?:`[^`]+` )?(?:is|was|has been) updated to\b.*"
    r"|(?:この|その|本)?(?:コード|変更|差分)(?:では|は|で).*を(?:追加|導入|定義)して(?:います|いる)"
    r"|新しい.*が追加され(?:ました|ています)"
    r"|(?:该|这个|此|这段)?(?:代码|更改|变更|修改)(?:中)?(?:添加|新增|引入|定义)了.*"
    r"|(?:添加|新增)了一?个?新的?(?:函数|方法|类|参数|变量).*",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"(?:the |this |these )?(?:code|changes?|it|everything|implementation|function|lines?)?"
    r" ?(?:looks?|seems?|is|are|appears?(?: to be)?)(?: very| quite| all)?"
    r" (?:good|great|fine|correct|ok|okay|clean|clear|excellent|nice|well[- ]written)"
    r"(?: (?:to me|overall|and (?:clear|clean|correct|readable)))?"
    r"|(?:this|it) is (?:a|an) (?:good|great|nice|excellent|welcome) "
    r"(?:practice|change|improvement|addition|idea)"
    r"|(?:good|great|nice|excellent|well done)(?: (?:job|work|change|practice|improvement))?"
    r"|(?:there (?:are|is) )?no (?:issues?|problems?|defects?|bugs?|errors?)"
    r"(?: (?:were |was |is |are )?(?:found|detected|seen|here|in (?:this|the) (?:code|change)))*"
    r"|(?:it|this|the) (?:change )?improves (?:the )?(?:readability|maintainability|clarity)"
    r"|(?:この)?(?:コード|変更)?(?:に|は)?(?:特に)?(?:問題(?:は|が)?(?:あり|見当たり)ません|良い(?:変更|コード)?です)"
    r"|(?:代码|修改|更改)?(?:看起来)?(?:没有(?:发现)?(?:任何)?问题|不错|很好|正确)",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"(?:please |also |you should |it is (?:important|recommended|advisable) to |always )?"
    r"(?:ensure|make sure|consider|verify|double[- ]check|be (?:careful|sure)|be aware|check that"
    r"|add (?:more |some )?(?:tests?|comments?|documentation))\b.*"
    r"|(?:you|we) (?:should|may want to|might want to) (?:also )?"
    r"(?:consider|ensure|verify|make sure|add)\b.*"
    r"|it (?:would|might|may) be (?:better|good|nice|best|helpful|worth|clearer)\b.*"
    r"|(?:this|it|the (?:code|function|change|method|\w+)) (?:should|needs to|must) be "
    r"(?:well |thoroughly |carefully |properly |unit )*(?:tested|documented|reviewed|commented)\b.*"
    r"|.*(?:検討して|確認して|注意して|テストして)ください|.*(?:を推奨します|をお勧めします)"
    r"|(?:请|建议|最好)(?:确保|考虑|检查|确认|添加|使用|进行|注意).*",
    re.IGNORECASE,
)


def refuted(claim: Claim) -> Reason | None:
    kinds = [_kind(sentence.rstrip(".!。！ ")) for sentence in sentences(claim.message)]
    if not kinds or None in kinds:
        return None
    return max((kind for kind in kinds if kind), key=_ORDER.index)


# A message of several kinds counts as the last of these that it has.
_ORDER = (Reason.PRAISE, Reason.RESTATED, Reason.ADVICE)


def _kind(sentence: str) -> Reason | None:
    """What a sentence is that states no failure; None where it may state one."""
    if _PRAISE.fullmatch(sentence):
        return Reason.PRAISE
    if _ADVICE.fullmatch(sentence) and not _CONSEQUENCE.search(sentence):
        return Reason.ADVICE
    fails = _FAILURE.search(sentence) or _FAILURE_CJK.search(sentence)
    return Reason.RESTATED if _NARRATION.fullmatch(sentence) and not fails else None
