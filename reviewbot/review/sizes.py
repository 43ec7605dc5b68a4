"""The sizes that chunks were cut to, kept with a model's replies: those of the last runs, and for a
chunk that had to be cut once more the one of its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from reviewbot.prompting.budget import Budget
from reviewbot.prompting.chunk import Chunk
from reviewbot.review.kept import Kept, digest

# Each one more is tried on every file.
_MOST = 6
_SIZES = TypeAdapter(list[tuple[int, float]])


class Sizes:
    """Budgets that differ from the given one by what was learnt: tokens of the instructions, and
    of code for an estimated one. Those that leave the same room for code are one."""

    def __init__(self, kept: Kept, given: Budget) -> None:
        self._kept = kept
        self._given = given
        self._known = self._noted("sizes")

    def also(self, now: Budget) -> list[Budget]:
        """The budget of now, and behind it those of the last runs."""
        others = [budget for budget in self._known if _room(budget) != _room(now)]
        return [now, *others]

    def used(self, budget: Budget) -> None:
        """A file was cut to it."""
        if self._kept.is_on and not (self._known and _room(self._known[0]) == _room(budget)):
            self._known = [budget, *self.also(budget)[1:]][:_MOST]
            self._note("sizes", self._known)

    def of_parts(self, chunk: Chunk) -> Budget | None:
        """What a chunk was cut once more to, the last time."""
        return next(iter(self._noted(_recut(chunk))), None) if self._kept.is_on else None

    def recut(self, chunk: Chunk, budget: Budget) -> None:
        if self._kept.is_on:
            self._note(_recut(chunk), [budget])

    def _noted(self, what: str) -> list[Budget]:
        text = self._kept.note(self._name(what))
        try:
            sizes = [] if text is None else _SIZES.validate_json(text)
        except ValidationError:
            return []
        return [replace(self._given, overhead=most, code_scale=max(1, c)) for most, c in sizes]

    def _note(self, what: str, budgets: Sequence[Budget]) -> None:
        sizes = [(one.overhead, one.code_scale) for one in budgets]
        self._kept.keep_note(self._name(what), _SIZES.dump_json(sizes).decode())

    def _name(self, what: str) -> str:
        given = self._given
        return f"{what} {given.window} {given.overhead} {given.reserve}"


def _recut(chunk: Chunk) -> str:
    return f"parts of {digest(repr(chunk))}"


def _room(budget: Budget) -> tuple[int, int]:
    return budget.code, budget.related
