"""What to take in place of a model that does not fit into the memory."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.models.card import Card, cards, guide, tables
from reviewbot.models.lookup import by_name, find

# Below 4 bits a smaller model is better.
_LEAST_BITS = 4.5


def next_smaller(model: str) -> str | None:
    """What `ollama pull` is given for the next smaller one: the same model with fewer bits, else
    the next size of its family, else a recommended model of the same use. None for a model that
    the catalogue does not know, and where nothing smaller can review.

    >>> next_smaller("qwen2.5-coder:7b-instruct-q8_0"), next_smaller("qwen2.5-coder:7b")
    ('qwen2.5-coder:7b-instruct-q6_K', 'qwen2.5-coder:3b')
    """
    found = find(model)
    if len(found) != 1:
        return None
    card = found[0]
    fewer = _fewer_bits(card, _quantization(model) or card.quantization)
    if fewer is not None:
        return card.tag(fewer)
    smaller = next(_smaller(card), None)
    return (smaller.pull or smaller.name) if smaller else None


def _quantization(model: str) -> str | None:
    """The quantisation that a tag or a file name ends with."""
    plain = model.lower().removesuffix(".gguf").replace("fp16", "f16")
    return next((name for name in guide() if plain.endswith(name.lower())), None)


def _fewer_bits(card: Card, current: str | None) -> str | None:
    """The next quantisation below that the model is offered in."""
    if current not in guide() or card.tags is None:
        return None
    bits = {name: guide()[name].bits for name in card.quantizations if name in guide()}
    fewer = [name for name in bits if _LEAST_BITS < bits[name] < guide()[current].bits]
    return max(fewer, key=bits.__getitem__, default=None)


def _smaller(card: Card) -> Iterator[Card]:
    """Smaller models that can review, the largest of the family first."""
    family = [other for other in cards() if other.family == card.family and other.suits]
    use = "reasoning" if "reasoning" in card.suits else "review"
    recommended = [by_name(name) for name in tables()["recommend"][use]]
    for others in (family, recommended):
        yield from sorted(
            (other for other in others if other.parameters < card.parameters),
            key=lambda other: other.parameters,
            reverse=True,
        )
