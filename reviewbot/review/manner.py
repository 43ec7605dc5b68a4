"""How a model is asked: its family's way, the user's word on it, and what its window can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from reviewbot.engines.learnt import FORGETFUL, Memory
from reviewbot.errors import EngineUnavailable
from reviewbot.models.catalog import Family
from reviewbot.models.overrides import LEVELS, NO_OVERRIDES, Overrides, least_level
from reviewbot.prompt import THOUGHT_TOKENS, Prompt, Think
from reviewbot.prompting.budget import Budget, estimate_tokens
from reviewbot.prompting.render import REPLY_TOKENS, Renderer
from reviewbot.prompting.templates import PACKAGED, Templates
from reviewbot.report import EngineInfo
from reviewbot.review.effort import EFFORTS, Effort, effort_for
from reviewbot.review.opening import Keeping
from reviewbot.settings import EffortName, LinterMode

# Tokens of code below which a prompt shows too little to be worth asking.
_LEAST_CODE = 128
# Tokens of code that a thought must leave room for: it is no use to think long about little.
_CODE_BESIDE_THOUGHT = 400


class Model(Protocol):
    """What must be known of a model before it is asked. Every engine is one."""

    @property
    def info(self) -> EngineInfo: ...

    @property
    def family(self) -> Family: ...

    def count_tokens(self, prompt: Prompt) -> int | None: ...


@dataclass(frozen=True, slots=True)
class UnopenedModel:
    """A model that nobody has contacted: its tokens are estimated."""

    info: EngineInfo
    family: Family

    def count_tokens(self, prompt: Prompt) -> int | None:  # noqa: ARG002
        return None


@dataclass(frozen=True, slots=True)
class Manner:
    """How the user wants models to be asked, and what was learnt of them in doing so; whether
    linters are heard beside them, and where answers are kept. `language` is the name of the one to
    write in, empty for English."""

    overrides: Overrides = NO_OVERRIDES
    templates: Templates = PACKAGED
    memory: Memory = FORGETFUL
    effort: EffortName = "plain"
    language: str = ""
    linters: LinterMode = "off"
    keeping: Keeping | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """What all prompts of a review have in common. `notes` say where it is not what the user
    asked for."""

    renderer: Renderer
    budget: Budget
    notes: tuple[str, ...] = ()
    effort: Effort = EFFORTS["plain"]


def asking(model: Model, manner: Manner) -> Asking:
    """How this model is asked. Raises EngineUnavailable for a window too small to use."""
    family = manner.overrides.on(model.family)
    overhead = _overhead(model, _renderer(family, family.think, manner))
    level, budget = fitting(family, model.info.window or 0, overhead, REPLY_TOKENS)
    if budget.code < _LEAST_CODE:
        raise _too_small(model, budget)
    notes = (*_not_as_wished(model, manner.overrides), *_shortened(model, family.think, level))
    effort = effort_for(manner.effort, model.info.model)
    return Asking(_renderer(family, level, manner), budget, notes, effort)


def _renderer(family: Family, level: Think, manner: Manner) -> Renderer:
    sampling = family.sampling_at(level)
    return Renderer(family.layout, sampling, level, manner.templates, manner.language)


def _overhead(model: Model, renderer: Renderer) -> int:
    empty = renderer.review(None)
    counted = model.count_tokens(empty)
    return estimate_tokens(empty.text) if counted is None else counted


def fitting(family: Family, window: int, overhead: int, reply: int) -> tuple[Think, Budget]:
    """The longest thought up to the wanted one that leaves room for code beside instructions and
    reply (tokens); else the shortest."""
    least = least_level(family)
    for level in reversed(LEVELS[LEVELS.index(least) : LEVELS.index(family.think) + 1]):
        budget = Budget(window, overhead, reply + THOUGHT_TOKENS[level])
        if level == least or budget.code >= _CODE_BESIDE_THOUGHT:
            break
    return level, budget


def _too_small(model: Model, budget: Budget) -> EngineUnavailable:
    thought = ", the thought" if budget.reserve > REPLY_TOKENS else ""
    return EngineUnavailable(
        f"the context window of {model.info.model} is {budget.window} tokens; the"
        f" instructions{thought} and the reply alone take {budget.overhead + budget.reserve}",
        "choose a model with a longer context, or give this one more by --window",
    )


def _not_as_wished(model: Model, wished: Overrides) -> Iterator[str]:
    name, level = model.info.model, wished.on(model.family).think
    if wished.think in (None, level):
        return
    if level == "off":
        yield f"{name} does not think: --think {wished.think} changes nothing"
    else:
        yield f"{name} cannot be kept from thinking: --think {wished.think} is taken as {level}"


def _shortened(model: Model, wanted: Think, level: Think) -> Iterator[str]:
    if level != wanted:
        taken = f"it thinks as with --think {level}" if level != "off" else "it does not think"
        yield (
            f"the window of {model.info.model} ({model.info.window} tokens) has too little room"
            f" for code beside a thought of {THOUGHT_TOKENS[wanted]} tokens: {taken}; a larger"
            " --window holds more"
        )
