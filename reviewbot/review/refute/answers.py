"""Claims that are about the answer and not about the code: the model's talk of itself, words of
the form, and the findings of the prompt's own examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from reviewbot.prompt import Prompt
from reviewbot.review.refute.claim import Claim
from reviewbot.review.refute.reason import Reason
from reviewbot.review.refute.words import folded

_SELF = re.compile(
    r"\b(?:as an|i am an|i'm an) (?:ai|artificial intelligence)\b"
    r"|\bas an? (?:large )?language model|\bi(?:'m| am) sorry\b|\bi apologi[sz]e\b"
    r"|\bi (?:cannot|can't|am unable to|am not able to) (?:review|see|analy[sz]e|determine)"
    r" (?:the |this )?(?:rest|full|whole|entire|complete|code|context|file)\b"
    r"|AIとして|言語モデルとして|申し訳(?:ありません|ございません)"
    r"|作为一?个?(?:AI|人工智能|语言模型)|我无法(?:审查|分析|查看)",
    re.IGNORECASE,
)
# What is said of an answer may be said of code as well, so its nouns must stand nowhere in it.
_ANSWER = re.compile(
    r"\bmy (?:previous |final |above )?(?:answer|reply|response|output)\b"
    r"|\b(?:the|this) (?:answer|reply|response|output|json)(?: object)? (?:must|should|follows?"
    r"|conforms?|adheres?)\b[^.]*\b(?:instructions|(?:format|schema) (?:that )?you)\b"
    r"|\b(?:following|according to|as per) (?:the|your) instructions\b"
    r"|\bthe findings (?:array|list) (?:is|should|must)\b"
    r"|回答は(?:JSON|指定)|回答(?:必须|应该|应)(?:是|为)?\s*JSON",
    re.IGNORECASE,
)
_ANSWER_NOUNS = re.compile(
    r"answer|repl(?:y|ies)|response|output|json|schema|instruction|prompt|finding|回答",
    re.IGNORECASE,
)
_FORM = frozenset(
    {
        "", "string", "text", "message", "problem", "description", "quote", "null", "none", "n a",
        "na", "todo", "tbd", "example", "placeholder", "one or two sentences", "finding", "title",
        "what goes wrong and when", "one or two sentences what goes wrong and when", "category",
        "problem description", "description of the problem", "severity", "なし", "无",
    }
)  # fmt: skip


def refuted(claim: Claim, examples: Mapping[str, str]) -> Reason | None:
    """`examples` are those of the prompt, as `examples_of` gives them."""
    said = folded(claim.message)
    if said in _FORM:
        return Reason.PLACEHOLDER
    if said in examples:
        # Code that is the example's may have its defect.
        return None if examples[said] == folded(claim.finding.quote) else Reason.EXAMPLE
    return Reason.SELF_TALK if _is_of_itself(claim) else None


def _is_of_itself(claim: Claim) -> bool:
    shown = "\n".join((claim.path, *(line.text for line in claim.chunk.lines))).casefold()
    if found := _SELF.search(claim.message):
        return found.group().casefold() not in shown
    return bool(_ANSWER.search(claim.message)) and not _ANSWER_NOUNS.search(shown)


def examples_of(prompt: Prompt) -> dict[str, str]:
    """The findings that a prompt's worked examples show: the quote by the problem, both folded."""
    return {folded(problem): folded(quote) for problem, quote in _shown(prompt)}


def _shown(prompt: Prompt) -> Iterator[tuple[str, str]]:
    """A template of the user's may show anything."""
    for message in prompt.messages:
        if message.role != "assistant":
            continue
        try:
            findings = json.loads(message.content)["findings"]
            yield from [(str(item["problem"]), str(item["quote"])) for item in findings]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
