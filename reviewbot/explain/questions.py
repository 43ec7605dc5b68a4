"""What a model is asked about a change: prompts from templates, and the form of each answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property

import jinja2

from reviewbot.explain.marks import Piece
from reviewbot.explain.reply import Point
from reviewbot.prompt import Layout, Message, Prompt, Sampling, Think
from reviewbot.prompting.render import STANDS, without_system
from reviewbot.prompting.templates import (
    EXPLAIN_CODE,
    EXPLAIN_MESSAGE,
    EXPLAIN_PART,
    EXPLAIN_POINTS,
    EXPLAIN_SYSTEM,
    PACKAGED,
)

# Tokens of an answer: seven sections of some three sentences each.
WHOLE_TOKENS = 1100
PART_TOKENS = 480
WHY_TOKENS = 160
_INTENT, _SENTENCE, _TITLE = 480, 320, 80  # characters


class Questions:
    """Prompts in one model family's layout. `language` is the name of the one to answer in, empty
    for English."""

    def __init__(
        self, layout: Layout, sampling: Sampling, think: Think, language: str = ""
    ) -> None:
        self._layout = layout
        self._sampling = sampling
        self._think = think
        self._language = language

    def whole(self, shown: Sequence[Piece]) -> Prompt:
        """Explain a change that is shown whole; without pieces, the prompt to be measured."""
        code = self._render(EXPLAIN_CODE, pieces=shown)
        return self._asked(self._system, code, _whole_schema(_names(shown)), WHOLE_TOKENS)

    def part(self, shown: Sequence[Piece]) -> Prompt:
        """Note down what a part of a change does."""
        system, code = self._render(EXPLAIN_PART), self._render(EXPLAIN_CODE, pieces=shown)
        return self._asked(system, code, _points_schema(_names(shown)), PART_TOKENS)

    def of_points(self, points: Sequence[Point]) -> Prompt:
        """Explain a change by the notes on its parts."""
        notes = self._render(EXPLAIN_POINTS, points=points)
        return self._asked(self._system, notes, _whole_schema(_cited(points)), WHOLE_TOKENS)

    def condensed(self, points: Sequence[Point]) -> Prompt:
        """Say what notes say in fewer of them."""
        notes = self._render(EXPLAIN_POINTS, points=points)
        system = self._render(EXPLAIN_PART)
        return self._asked(system, notes, _points_schema(_cited(points)), PART_TOKENS)

    def contradicts(self, points: Sequence[Point], message: Sequence[str]) -> Prompt:
        """Does the message say something else than the change does?"""
        text = self._render(EXPLAIN_MESSAGE, points=points, message=message, why=False, language="")
        return Prompt((Message("user", text),), "", 1, Sampling(), choice=STANDS)

    def why(self, points: Sequence[Point], message: Sequence[str]) -> Prompt:
        """What does it say that is not so?"""
        text = self._render(
            EXPLAIN_MESSAGE, points=points, message=message, why=True, language=self._language
        )
        schema = json.dumps(_point(_cited(points)))
        message_ = Message("user", text)
        return Prompt((message_,), schema, WHY_TOKENS, self._sampling, self._think)

    @cached_property
    def _system(self) -> str:
        return self._render(EXPLAIN_SYSTEM, language=self._language)

    def _asked(self, system: str, question: str, schema: str, tokens: int) -> Prompt:
        messages: tuple[Message, ...] = (Message("system", system), Message("user", question))
        if self._layout != "system":
            messages = without_system(messages)
        return Prompt(messages, schema, tokens, self._sampling, self._think)

    def _render(self, name: str, **values: object) -> str:
        return self._environment.get_template(name).render(values).strip()

    @cached_property
    def _environment(self) -> jinja2.Environment:
        return PACKAGED.environment()


def _names(shown: Iterable[Piece]) -> list[str]:
    return [name for piece in shown for name in piece.places]


def _cited(points: Iterable[Point]) -> list[str]:
    return list(dict.fromkeys(mark for point in points for mark in point.where))


def _text(longest: int) -> dict[str, object]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


def _object(fields: dict[str, object]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _list(items: dict[str, object], least: int, most: int) -> dict[str, object]:
    return {"type": "array", "minItems": least, "maxItems": most, "items": items}


def _point(names: Sequence[str]) -> dict[str, object]:
    mark: dict[str, object] = {"enum": list(names)} if names else _text(8)
    return _object({"says": _text(_SENTENCE), "where": _list(mark, 1, 4)})


def _points_schema(names: Sequence[str]) -> str:
    return json.dumps(_object({"points": _list(_point(names), 1, 8)}))


def _whole_schema(names: Sequence[str]) -> str:
    point = _point(names)
    concern = _object({"title": _text(_TITLE), "points": _list(point, 1, 4)})
    fields: dict[str, object] = {
        "intent": _text(_INTENT),
        "concerns": _list(concern, 1, 5),
        "before": _list(point, 0, 3),
        "after": _list(point, 0, 3),
        "risks": _list(point, 0, 3),
        "tests": _list(point, 0, 3),
        "questions": _list(point, 0, 3),
    }
    return json.dumps(_object(fields))
