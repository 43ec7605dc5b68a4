"""From a model's words to statements: typed at the border, made plain, held against the marks.

A reply is also read while it is written: the part of it that is whole so far is a reply, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from reviewbot.engines.thought import apart
from reviewbot.errors import ReplyError
from reviewbot.explain.closing import closed
from reviewbot.explain.explanation import Concern, Draft, Statement
from reviewbot.explain.marks import Marks
from reviewbot.plain import plain_line, unlinked

_M = TypeVar("_M", bound=BaseModel)
_LONGEST = 2000
# How a sentence ends; what has no end was cut at its bound.
_ENDS = (".", "!", "?", "。", "！", "？", ":", ")", "`", "…")
# A citation that a model writes into its prose is none that could be checked.
_CITED = re.compile(r"\s*\(?`?[\w./\\-]+\.\w{1,8}:\d+(?:-\d+)?`?\)?|\s*\[\d+\](?:\[\d+\])*")


class Point(BaseModel):
    """Words, and the marks that they stand on."""

    model_config = ConfigDict(frozen=True)

    says: str = ""
    where: tuple[str, ...] = ()


class _Concern(BaseModel):
    title: str = ""
    points: tuple[Point, ...] = ()


class _Whole(BaseModel):
    intent: str = ""
    concerns: tuple[_Concern, ...] = ()
    before: tuple[Point, ...] = ()
    after: tuple[Point, ...] = ()
    risks: tuple[Point, ...] = ()
    tests: tuple[Point, ...] = ()
    questions: tuple[Point, ...] = ()


class _Points(BaseModel):
    points: tuple[Point, ...] = ()


def read_draft(text: str, marks: Marks) -> Draft:
    """The draft in a whole reply. Raises ReplyError."""
    return _draft(_read(_Whole, text), marks)


def read_so_far(text: str, marks: Marks) -> Draft:
    """The draft in a reply that is being written: what of it is whole."""
    try:
        return _draft(_Whole.model_validate_json(closed(apart(text)[1])), marks)
    except ValidationError:
        return Draft()


def read_points(text: str, marks: Marks) -> tuple[Point, ...]:
    """The points in a whole reply, with the marks of theirs that are marks. Raises ReplyError."""
    return _sound(_read(_Points, text).points, marks)


def read_point(text: str, marks: Marks) -> Statement | None:
    """Raises ReplyError."""
    return _Counted(marks).statement(_read(Point, text))


def _sound(points: Iterable[Point], marks: Marks) -> tuple[Point, ...]:
    kept = (
        Point(says=_plain(point.says), where=marks.settled(point.says, point.where))
        for point in points
    )
    return tuple(point for point in kept if point.says and point.where)


def _read(model: type[_M], text: str) -> _M:
    _, answer = apart(text)
    try:
        return model.model_validate_json(answer)
    except ValidationError as error:
        problem = plain_line(error.errors()[0]["msg"])[:200]
        raise ReplyError(f"the reply is not what was asked for: {problem}") from None


@dataclass(slots=True)
class _Counted:
    """Makes statements of points, and counts what it drops."""

    marks: Marks
    dropped: int = 0

    def statement(self, point: Point) -> Statement | None:
        self.dropped += sum(mark not in self.marks.places for mark in set(point.where))
        settled = self.marks.settled(point.says, point.where)
        text = _plain(point.says)
        if not text or not settled:
            self.dropped += 1
            return None
        return Statement(text, tuple(self.marks.places[mark] for mark in settled))

    def statements(self, points: Sequence[Point]) -> tuple[Statement, ...]:
        made = map(self.statement, points)
        return tuple({one.text: one for one in made if one is not None}.values())


def _draft(whole: _Whole, marks: Marks) -> Draft:
    counted = _Counted(marks)
    concerns = (Concern(_plain(c.title), counted.statements(c.points)) for c in whole.concerns)
    told = tuple(concern for concern in concerns if concern.statements)
    sections = {
        name: counted.statements(getattr(whole, name))
        for name in ("before", "after", "risks", "tests", "questions")
    }
    return Draft(_plain(whole.intent), told, **sections, dropped=counted.dropped)


def _plain(text: str) -> str:
    """The model's words on one line, without citations of its own and without links."""
    said = unlinked(plain_line(_CITED.sub("", text)))[:_LONGEST]
    return said if not said or said.endswith(_ENDS) else f"{said} …"
