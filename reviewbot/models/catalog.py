"""The catalogue as values: `Family` (how to ask) and `Weights` (what to download).

What is known of a model beside that, for people who choose one, is in `card.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from reviewbot.prompt import Layout, Sampling, Think


@dataclass(frozen=True, slots=True)
class Family:
    """How models of one name are asked. `thinking` is the sampling while they think, where it is
    another; `always_thinks`: a thought can be bounded, not turned off."""

    name: str
    review: bool
    layout: Layout
    sampling: Sampling
    thinks: bool = False
    think: Think = "off"
    thinking: Sampling | None = None
    always_thinks: bool = False
    also: tuple[str, ...] = ()

    def owns(self, model: str) -> bool:
        """Whether a name without its publisher, in lower case, is of this family."""
        return model.startswith((self.name, *self.also))

    def sampling_at(self, level: Think) -> Sampling:
        return self.sampling if level == "off" else self.thinking or self.sampling


@dataclass(frozen=True, slots=True)
class Wheels:
    """Weights as the data of Python packages; see catalog.toml."""

    requirement: str
    member: str
    parts: int
    part_bytes: int


@dataclass(frozen=True, slots=True)
class Weights:
    """A GGUF file: its name, size in bytes and SHA-256, and where the same bytes are to be had."""

    name: str
    file: str
    bytes: int
    sha256: str
    licence: str
    url: str | None
    wheels: Wheels | None


# A model of no known family is asked in the plainest way.
UNKNOWN = Family("unknown", review=False, layout="system", sampling=Sampling())


def families() -> tuple[Family, ...]:
    return tuple(_family(table) for table in _tables()["family"])


def all_weights() -> tuple[Weights, ...]:
    return tuple(_weights(table) for table in _tables()["weights"])


def family_of(model: str) -> Family:
    """The family of an Ollama tag or a GGUF file name, whoever's name stands before it.

    >>> family_of("hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M").name
    'qwen2.5-coder'
    """
    for part in reversed(model.lower().split("/")):
        for family in families():
            if family.owns(part):
                return family
    return UNKNOWN


def preferred(models: Sequence[str]) -> str | None:
    """The model of these that reviews best by family; None where no family is known to review.
    A base model (`qwen2.5-coder:1.5b-base`) completes code and cannot answer.

    Within a family the order given holds: the caller puts a loaded or larger model first.
    """
    for family in families():
        for model in models:
            if family.review and family_of(model) == family and "-base" not in model:
                return model
    return None


@cache
def _tables() -> dict[str, list[dict[str, Any]]]:
    text = (resources.files("reviewbot.models") / "catalog.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _family(table: dict[str, Any]) -> Family:
    thinking = table.get("thinking")
    return Family(
        name=table["name"],
        review=table["review"],
        layout=table["layout"],
        sampling=Sampling(**table.get("sampling", {})),
        thinks=table["thinks"],
        think=table.get("think", "off"),
        thinking=Sampling(**thinking) if thinking else None,
        always_thinks=table.get("always_thinks", False),
        also=tuple(table.get("also", ())),
    )


def _weights(table: dict[str, Any]) -> Weights:
    wheels = Wheels(**table["wheels"]) if "wheels" in table else None
    return Weights(
        name=table["name"],
        file=table["file"],
        bytes=table["bytes"],
        sha256=table["sha256"],
        licence=table["licence"],
        url=table.get("url"),
        wheels=wheels,
    )
