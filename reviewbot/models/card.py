"""What is known of each model (`Card`), and the guide to quantisations; from cards.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

from reviewbot.models.catalog import families

Use = Literal["review", "reasoning", "low memory"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the size of the KV cache follows from. `layers` are those whose cache grows with the
    context; sizes are per head."""

    layers: int
    kv_heads: int
    key_size: int
    value_size: int


@dataclass(frozen=True, slots=True)
class Score:
    """A published result. `source` is a key of `sources()`."""

    benchmark: str
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Quantization:
    """`bits` per weight in all; `nominal` as its name says; `perplexity` is the rise over F16."""

    name: str
    bits: float
    nominal: int
    perplexity: float
    when: str


@dataclass(frozen=True, slots=True)
class Card:
    """One model. What no source states is None or empty; the fields are told in cards.toml."""

    name: str
    family: str
    thinks: bool
    hub: str
    parameters: int
    context: int
    licence: str
    sources: dict[str, str]
    also: tuple[str, ...] = ()
    pull: str | None = None
    active: int | None = None
    shape: Shape | None = None
    shape_is_bound: bool = False
    quantization: str | None = None
    bytes: int | None = None
    tags: str | None = None
    others: tuple[str, ...] = ()
    suits: tuple[Use, ...] = ()
    why_not: str | None = None
    note: str | None = None
    released: date | None = None
    scores: tuple[Score, ...] = ()

    @property
    def quantizations(self) -> tuple[str, ...]:
        return (*((self.quantization,) if self.quantization else ()), *self.others)

    def tag(self, quantization: str) -> str:
        """What `ollama pull` is given for a quantisation of this model."""
        if quantization == self.quantization or self.tags is None:
            return self.pull or self.name
        return self.tags.format(_IN_TAGS.get(quantization, f"q{quantization[1:]}"))

    def file_bytes(self, quantization: str) -> int | None:
        """The size of the file: published where it is, else parameters × bits per weight, which
        is within 7 % of the published sizes of dense models of more than 1B (tested). None where
        the bits per weight are not known."""
        if quantization == self.quantization and self.bytes is not None:
            return self.bytes
        known = guide().get(quantization)
        return round(self.parameters * known.bits / 8) if known else None


# Ollama writes `q4_K_M`, but `fp16`.
_IN_TAGS = {"F16": "fp16"}


@cache
def tables() -> dict[str, Any]:
    """cards.toml as it stands."""
    text = (resources.files("reviewbot.models") / "cards.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def cards() -> tuple[Card, ...]:
    thinks = {family.name: family.thinks for family in families()}
    return tuple(
        _card(table, family["name"], thinks=thinks[family["name"]])
        for family in tables()["family"]
        for table in family["model"]
    )


@cache
def guide() -> dict[str, Quantization]:
    """The quantisations by name, the smallest first."""
    return {table["name"]: Quantization(**table) for table in tables()["quantization"]}


def sources() -> dict[str, str]:
    """Where the figures were read, by the keys that cards and scores name."""
    return dict(tables()["source"])


def _card(table: dict[str, Any], family: str, *, thinks: bool) -> Card:
    plain: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in table.items()
    }
    shape = Shape(**table["shape"]) if "shape" in table else None
    scores = tuple(Score(**score) for score in table.get("scores", ()))
    return Card(**plain | {"family": family, "thinks": thinks, "shape": shape, "scores": scores})
