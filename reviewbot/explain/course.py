"""The course of questions: about all of a change where one prompt shows it, or about its parts and
then about the notes on them; and about the commit's message at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reviewbot.errors import EngineError, EngineUnavailable
from reviewbot.explain.asker import Asker
from reviewbot.explain.explanation import Draft, Statement
from reviewbot.explain.marks import Marks, Piece, marks_of
from reviewbot.explain.message import shown_message
from reviewbot.explain.reply import Point, read_draft, read_point, read_points, read_so_far
from reviewbot.prompt import Prompt
from reviewbot.prompting.budget import estimate_tokens

# Called with what is written so far, each time that more of it is written.
OnDraft = Callable[[Draft], None]
# Rounds in which notes on notes are made, at the most: each makes of them a third or less.
_ROUNDS = 4


@dataclass(slots=True)
class Told:
    """What came of the questions so far. `faults` say why something is missing, each once."""

    draft: Draft = field(default_factory=Draft)
    contradictions: tuple[Statement, ...] = ()
    explained: list[Piece] = field(default_factory=list)
    faults: dict[str, None] = field(default_factory=dict)


def shown_whole(told: Told, asker: Asker, pack: tuple[Piece, ...], on_draft: OnDraft) -> None:
    """A change that one prompt can show."""
    marks = marks_of(pack)
    prompt = asker.questions.whole(pack)
    _draft(told, asker, prompt, marks, on_draft)
    if told.draft.statements:
        told.explained += pack


def _draft(told: Told, asker: Asker, prompt: Prompt, marks: Marks, on_draft: OnDraft) -> None:
    """What was written before a failure stays."""
    written: list[str] = []

    def on_text(text: str) -> None:
        written[:] = [text]
        on_draft(read_so_far(text, marks))

    try:
        told.draft = read_draft(asker.ask(prompt, "the explanation", on_text), marks)
        on_draft(told.draft)
    except EngineError as error:
        told.faults[error.message] = None
        told.draft = read_so_far("".join(written), marks)


def by_parts(
    told: Told, asker: Asker, packs: Sequence[tuple[Piece, ...]], room: int, on_draft: OnDraft
) -> None:
    """Notes on each part, then the explanation by the notes. `room` are the tokens of a prompt
    that notes may take."""
    points: list[Point] = []
    for pack in packs:
        try:
            text = asker.ask(asker.questions.part(pack), pack[0].path, lambda _: None)
            points += read_points(text, marks_of(pack))
            told.explained += pack
        except EngineError as error:
            told.faults[error.message] = None
            if isinstance(error, EngineUnavailable):
                break
    marks = marks_of(told.explained)
    points = _fewer(told, asker, points, room, marks)
    if points:
        _draft(told, asker, asker.questions.of_points(points), marks, on_draft)


def _fewer(told: Told, asker: Asker, points: list[Point], room: int, marks: Marks) -> list[Point]:
    """Notes that fit into one prompt: notes on the notes, where they are too many. What fits into
    none after that is left out, and told."""
    for _ in range(_ROUNDS):
        groups = _grouped(points, room)
        if len(groups) <= 1:
            return points
        points = []
        for group in groups:
            try:
                text = asker.ask(asker.questions.condensed(group), "notes", lambda _: None)
                points += read_points(text, marks)
            except EngineError as error:
                told.faults[error.message] = None
    groups = _grouped(points, room)
    if len(groups) > 1:
        told.faults["not all notes on its parts fit into one prompt"] = None
    return groups[0] if groups else []


def _grouped(points: Sequence[Point], room: int) -> list[list[Point]]:
    groups: list[list[Point]] = []
    taken = 0
    for point in points:
        tokens = estimate_tokens(f"{''.join(f'[{mark}]' for mark in point.where)} {point.says}\n")
        if not groups or taken + tokens > room:
            groups.append([])
            taken = 0
        groups[-1].append(point)
        taken += tokens
    return groups


def compared(told: Told, asker: Asker, message: str, marks: Marks) -> None:
    """Hold the message against what was found; where that fails, nothing is said of it."""
    lines = shown_message(message)
    names = {place: name for name, place in marks.places.items()}
    points = [
        Point(says=one.text, where=tuple(names[place] for place in one.places))
        for one in told.draft.statements
    ]
    if not lines:
        return
    try:
        found = asker.odds(asker.questions.contradicts(points, lines))
        if found is None or found <= 0:
            return
        text = asker.ask(asker.questions.why(points, lines), "the message", lambda _: None)
        statement = read_point(text, marks)
    except EngineError:
        return
    if statement is not None:
        told.contradictions = (statement,)
