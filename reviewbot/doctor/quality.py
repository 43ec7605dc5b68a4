"""Could this machine run a model that reviews better?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reviewbot.doctor.check import Check, State, ok
from reviewbot.doctor.subject import Subject, home, pull_command
from reviewbot.models.card import Card, guide, tables
from reviewbot.models.catalog import family_of
from reviewbot.models.memory import need
from reviewbot.models.recommend import BEARABLE, Choice, Room, Task, choose, chunk_seconds
from reviewbot.prompt import THOUGHT_TOKENS, Think

# F16 gains nothing over it.
_MOST_BITS = "Q8_0"


def quality_check(subject: Subject, rooms: tuple[Room, ...], think: Think | None) -> Check:
    """A model that does not suit is a warning; what would merely be better, a remedy alone."""
    task = _task(subject.card)
    best = _better(subject, task, rooms)
    ways = "; or ".join([*_larger(best, subject), *_more_thought(subject, think)])
    if wrong := _unfit(subject):
        return Check("warning", "quality", wrong, ways)
    if best is not None:
        suits = task in subject.card.suits or subject.catalogued is None
        state: State = "ok" if suits else "warning"
        text = f"a better model than {subject.card.name} fits here"
        return Check(state, "quality", text, ways)
    more = "; or ".join([*_more_bits(subject, task, rooms), *_more_thought(subject, think)])
    if more:
        return Check("ok", "quality", "no better model is known that fits here", more)
    return ok("quality", "no better model is known that fits here")


def _task(card: Card) -> Task:
    return "reasoning" if "reasoning" in card.suits and "review" not in card.suits else "review"


def _unfit(subject: Subject) -> str:
    if "-base" in subject.name:
        return f"{subject.name} is a base model: it completes code and cannot answer"
    if subject.catalogued is None or subject.catalogued.why_not is None:
        return ""
    return f"{subject.name} is not for reviewing. {subject.catalogued.why_not}"


def _better(subject: Subject, task: Task, rooms: tuple[Room, ...]) -> Choice | None:
    """What is recommended for this machine, where it is better than what is used."""
    best = choose(task, rooms)
    if best is None or best.card.name == subject.card.name:
        return None
    order = tables()["recommend"][task]
    if subject.card.name in order:
        return best if order.index(best.card.name) < order.index(subject.card.name) else None
    is_larger = best.card.parameters > subject.card.parameters
    return best if is_larger or _unfit(subject) else None


def _larger(best: Choice | None, subject: Subject) -> Iterator[str]:
    if best is not None:
        card, bits = best.card, best.load.quantization
        limits = f" ({card.licence})" if "non-commercial" in card.licence else ""
        yield f"{card.name} at {bits}{limits}: {pull_command(card, bits, subject.engine)}"


def _more_bits(subject: Subject, task: Task, rooms: tuple[Room, ...]) -> Iterator[str]:
    """The most bits of more than now that fit."""
    card, now = subject.catalogued, guide().get(subject.load.quantization)
    if card is None or now is None:
        return
    for name in reversed(guide()):
        offered = name in card.quantizations and now.bits < guide()[name].bits <= _most()
        if offered and _fits(subject, card, name, task, home(rooms)):
            yield f"{name} fits, too: {pull_command(card, name)}"
            return


def _most() -> float:
    return guide()[_MOST_BITS].bits


def _fits(subject: Subject, card: Card, quantization: str, task: Task, room: Room) -> bool:
    load = replace(subject.load, quantization=quantization, device=room.device)
    found, seconds = need(card, load), chunk_seconds(task, card, load, room.cores)
    in_time = seconds is None or seconds <= BEARABLE[task]
    return found is not None and found.total <= room.bytes and in_time


def _more_thought(subject: Subject, think: Think | None) -> Iterator[str]:
    if not subject.card.thinks:
        return
    level = think or family_of(subject.name.rpartition("/")[2]).think
    more: dict[Think, Think] = {"off": "low", "low": "medium", "medium": "high"}
    if level in more:
        wanted = more[level]
        yield f"it may think longer: --think {wanted} ({THOUGHT_TOKENS[wanted]:,} tokens, slower)"
