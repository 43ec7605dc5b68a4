"""What the linters said and the model judged, as findings and as counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reviewbot.finding import Finding, Location, Side, Source, fingerprint
from reviewbot.linters.base import Hit
from reviewbot.linters.witness import Heard
from reviewbot.plain import plain, plain_line
from reviewbot.report import LinterUse
from reviewbot.review.anchor import title_of
from reviewbot.review.judge import Judgement


def linted(judgements: Iterable[Judgement]) -> Iterator[Finding]:
    """A finding for each hit that the model did not drop."""
    return (_finding(one) for one in judgements if one.real)


def uses(heard: Iterable[Heard], judgements: Sequence[Judgement]) -> tuple[LinterUse, ...]:
    """How each linter was used, and what the model made of its hits."""
    return tuple(_use(one.use, judgements) for one in heard)


def _use(use: LinterUse, judgements: Sequence[Judgement]) -> LinterUse:
    own = [one for one in judgements if one.hit.linter == use.name]
    dropped = sum(not one.real for one in own)
    return replace(use, dropped=dropped, unjudged=sum(bool(one.unjudged) for one in own))


def _finding(one: Judgement) -> Finding:
    hit = one.hit
    quote = plain(hit.text).rstrip()
    return Finding(
        rule=hit.id,
        category=hit.rule.category,
        severity=hit.rule.severity,
        confidence=hit.rule.confidence,
        location=Location(hit.path, Side.NEW, hit.line, hit.line),
        quote=quote,
        title=title_of(hit.message),
        message=_message(hit, one.unjudged),
        fingerprint=fingerprint(hit.id, hit.path, quote),
        source=Source.LINTER,
    )


def _message(hit: Hit, unjudged: str) -> str:
    said = f"{hit.message.rstrip('.')}. So says {hit.linter} ({hit.code})"
    if unjudged:
        why = plain_line(unjudged.splitlines()[0])
        return f"{said}; no model has judged it: {why}."
    return f"{said}, and the model takes it for a real defect."
