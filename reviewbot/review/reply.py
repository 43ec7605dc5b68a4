"""From a completion to candidates: strict where the reply is whole, saving what can be saved.

A reply that was cut still holds the findings that were written before the cut. They count, but
the reply is not `whole`: what the model had not yet said is unknown, and the chunk has failed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from reviewbot.engines.thought import apart
from reviewbot.finding import Candidate, Category, Severity
from reviewbot.plain import plain, plain_line, unlinked
from reviewbot.prompt import Completion, Finish

_FENCE = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)
_LONGEST_QUOTE = 2000
_LONGEST_MESSAGE = 1000


def _said(text: str) -> str:
    if not plain_line(text):
        raise ValueError("says nothing")
    return text


Text = Annotated[str, AfterValidator(_said)]


class _ReplyFinding(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quote: Text
    problem: Text
    category: Category
    severity: Severity
    rule: str = ""


class _ReplyDocument(BaseModel):
    model_config = ConfigDict(extra="forbid")

    findings: list[_ReplyFinding]


@dataclass(frozen=True, slots=True)
class Reply:
    """`fault` says why the reply is not whole; empty if it is."""

    candidates: tuple[Candidate, ...]
    fault: str = ""


def read_reply(completion: Completion) -> Reply:
    """The candidates in a reply. Never raises: what cannot be read is the fault."""
    _, text = apart(completion.text)
    if fenced := _FENCE.match(text):
        text = fenced.group(1)
    if completion.finish is not Finish.STOP:
        return Reply(tuple(_salvaged(text)), "the reply was cut at its length limit")
    if not text.strip():
        return Reply((), "the reply is empty")
    try:
        document = _ReplyDocument.model_validate(_parsed(text))
    except (ValueError, RecursionError) as error:
        return Reply(tuple(_salvaged(text)), f"the reply is not what was asked for: {_why(error)}")
    return Reply(tuple(_candidate(item) for item in document.findings))


def _parsed(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return plain_line(f"{place}: {first['msg']}")[:200]
    return plain_line(str(error))[:200] or type(error).__name__


def _salvaged(text: str) -> Iterator[Candidate]:
    """The whole findings in a text that is not whole: each object behind `"findings": [`."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    found = re.search(r'"findings"\s*:\s*\[', text)
    at = found.end() if found else len(text)
    while at < len(text):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, at = decoder.raw_decode(text, at)
            yield _candidate(_ReplyFinding.model_validate(value))
        except ValidationError:
            continue
        except (ValueError, RecursionError):
            return


def _candidate(item: _ReplyFinding) -> Candidate:
    """The model's text enters the program here, so here it is made plain, and no link."""
    return Candidate(
        quote=plain(item.quote)[:_LONGEST_QUOTE],
        message=unlinked(plain_line(item.problem))[:_LONGEST_MESSAGE],
        category=item.category,
        severity=item.severity,
        rule=item.rule,
    )
