"""Finding a model by whatever name people use, also by a name that goes round and names nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewbot.errors import UsageError, nearest
from reviewbot.models.card import Card, cards, tables


@dataclass(frozen=True, slots=True)
class Misnomer:
    """A name that names no model: why, and the models that are meant."""

    why: str
    real: tuple[str, ...]


def find(name: str) -> tuple[Card, ...]:
    """The model of that name, or the models of a family. Empty if there is none.

    >>> [card.name for card in find("Qwen/Qwen2.5-Coder-7B-Instruct-GGUF")]
    ['qwen2.5-coder:7b']
    """
    wanted = _key(name)
    for names in (_own_names, _hub_names):
        if found := tuple(card for card in cards() if wanted in names(card)):
            return found
    return tuple(card for card in cards() if wanted == _key(card.family))


def misnomer(name: str) -> Misnomer | None:
    """What is meant by a name that names nothing; None for any other."""
    wanted = _plain(name)
    for table in tables()["misnomer"]:
        if re.fullmatch(table["pattern"], wanted):
            return Misnomer(table["why"], tuple(table["real"]))
    return None


def how_to_pull(name: str) -> str:
    """What to do where a server does not hold a model of that name."""
    wrong = misnomer(name)
    if wrong is None:
        return f"fetch it with: ollama pull {name}"
    real = ", or ".join(by_name(known).pull or known for known in wrong.real)
    return f"nobody publishes it: {wrong.why}; ollama pull {real}"


def by_name(name: str) -> Card:
    """The card of an exact name of the catalogue. Raises KeyError."""
    return {card.name: card for card in cards()}[name]


def unknown(name: str) -> UsageError:
    """What to raise for a name that neither `find` nor `misnomer` knows."""
    return UsageError(
        f"the catalogue has no model {name!r}",
        f"{nearest(name, [card.name for card in cards()])} (reviewbot models show lists all)",
    )


def _own_names(card: Card) -> frozenset[str]:
    tags = (card.tag(quantization) for quantization in card.quantizations)
    return frozenset(_key(name) for name in (card.name, *card.also, *tags))


def _hub_names(card: Card) -> frozenset[str]:
    """The publisher's name, whole or without publisher and `-instruct`."""
    bare = card.hub.partition("/")[2]
    return frozenset(map(_key, (card.hub, bare, re.sub("(?i)-instruct$", "", bare))))


def _key(name: str) -> str:
    """Names are one where they differ in separators only."""
    return _plain(name).replace("-", "")


def _plain(name: str) -> str:
    """One spelling: `Qwen 2.5 Coder 72B` and `qwen-2.5-coder:72b` become one."""
    text = re.sub(r"[\s_:/]+", "-", name.strip().lower()).removesuffix(".gguf")
    text = text.removeprefix("hf.co-").removeprefix("huggingface.co-")
    # What is said of a file says nothing of the model.
    return re.sub(r"(-gguf)?([-.](q\d(-[k\d](-[sml])?)?|f16|fp16))?$", "", text)
