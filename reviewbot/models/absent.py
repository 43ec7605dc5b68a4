"""A model that no engine here has: what is meant by its name, and the commands that fetch it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from reviewbot.models.card import Card, cards
from reviewbot.models.hub_name import hub_name
from reviewbot.models.lookup import by_name, find, misnomer

# Of a family, or of names that are near; more than these is no advice.
_MOST = 3
_LIKENESS = 0.6


@dataclass(frozen=True, slots=True)
class Absent:
    """`meant` says what the name means, or that nobody knows it; empty where it is right."""

    meant: str
    remedy: str


def absent(name: str, weights: Sequence[str], held: Sequence[str] = ()) -> Absent:
    """`weights` are the names of the embedded engine's, `held` those of the server's models."""
    if pulled := hub_name(name):
        return Absent("", f"reviewbot models pull {pulled}\n   or, with Ollama: ollama pull {name}")
    if wrong := misnomer(name):
        real = [by_name(known) for known in wrong.real]
        return Absent(f"nobody publishes it: {wrong.why}", _remedy(real, weights, held))
    found = sorted(find(name), key=lambda card: not card.suits)[:_MOST]
    if not found:
        return _near(name, weights, held)
    if name in weights or any(name in (card.pull, card.name) for card in found):
        return Absent("", _remedy(found, weights, held))
    if any(name in map(card.tag, card.quantizations) for card in found):
        return Absent("", _pull(name))
    return Absent(_question([card.name for card in found]), _remedy(found, weights, held))


def _near(name: str, weights: Sequence[str], held: Sequence[str]) -> Absent:
    """For a name that the catalogue does not know."""
    known = dict.fromkeys((*held, *weights, *(card.name for card in cards())))
    close = get_close_matches(name.lower(), known, _MOST, _LIKENESS)
    if close:
        ways = [way for one in close for way in _ways_to(one, weights, held)]
        return Absent(_question(close), _joined(ways))
    return Absent(
        "the catalogue does not know it",
        f"if Ollama's library has it: ollama pull {name}; reviewbot models show lists others",
    )


def _ways_to(name: str, weights: Sequence[str], held: Sequence[str]) -> Iterator[str]:
    if name in held:
        yield f"--model {name}"
    elif name in weights:
        yield _own(name)
    else:
        yield from _fetching(by_name(name), weights)


def _remedy(found: Sequence[Card], weights: Sequence[str], held: Sequence[str]) -> str:
    """What is there already needs no command."""
    here = [f"--model {one}" for one in held if any(card in found for card in find(one))]
    return _joined(here or [way for card in found for way in _fetching(card, weights)])


def _fetching(card: Card, weights: Sequence[str]) -> Iterator[str]:
    """The commands for one model: reviewbot's own where it has the weights, and Ollama's."""
    yield from (_own(name) for name in weights if find(name) == (card,))
    yield _pull(card.pull or card.name)


def _own(name: str) -> str:
    return f"reviewbot models pull {name}, then --model {name}"


def _pull(tag: str) -> str:
    return f"ollama pull {tag}, then --model {tag}"


def _question(names: Sequence[str]) -> str:
    quoted = (f'"{name}"' for name in names)
    return f"did you mean {' or '.join(quoted)}?"


def _joined(ways: Sequence[str]) -> str:
    return "\n   or: ".join(dict.fromkeys(ways))
