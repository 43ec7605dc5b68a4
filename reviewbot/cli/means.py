"""What a command that asks a model works with: engine, limits, manner, and who watches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from reviewbot.cli.options import Verbosity
from reviewbot.report import Timings
from reviewbot.settings import Settings

if TYPE_CHECKING:
    from reviewbot.engines.base import Opener
    from reviewbot.engines.learnt import Memory
    from reviewbot.engines.turn import OnWanted
    from reviewbot.engines.wanted import Wanted
    from reviewbot.explain.explain import Means as OfExplaining
    from reviewbot.network import Door
    from reviewbot.review.limits import Limits
    from reviewbot.review.manner import Manner
    from reviewbot.review.observer import Observer


@dataclass(frozen=True, slots=True)
class Role:
    """How a review stands to others, and to who waits for it. `on_wanted`: it gives way to another
    review that wants its engine, by this call, and starts no worker. `unasked` says why no engine
    is opened at all."""

    on_wanted: OnWanted | None = None
    unasked: str = ""

    def lets(self, opens: Opener) -> Opener:
        """The way to open the engine, if it is to be opened."""
        from reviewbot.errors import EngineUnavailable

        def refuse() -> NoReturn:
            raise EngineUnavailable(self.unasked)

        return refuse if self.unasked else opens


@dataclass(frozen=True, slots=True)
class Means:
    opener: Opener
    manner: Manner
    limits: Limits
    observer: Observer
    door: Door
    begun: float
    turns: list[float]

    @property
    def of_explaining(self) -> OfExplaining:
        from reviewbot.explain.explain import Means as OfExplaining

        return OfExplaining(self.opener, self.manner, self.limits, self.observer)

    def timed(self, timings: Timings, capture: float) -> Timings:
        """The timings with the whole, and with the time in which another review had the engine;
        `capture` are the seconds that the change took to be read."""
        total = capture + time.monotonic() - self.begun
        return replace(timings, capture=capture, total=total, wait=sum(self.turns))

    @property
    def connections(self) -> tuple[str, ...]:
        return self.door.connections


@contextmanager
def means(
    settings: Settings, verbosity: Verbosity, *, line: bool = True, role: Role = Role()
) -> Iterator[Means]:
    """`line`: a progress line may stand on the terminal. Raises UsageError for what cannot
    serve."""
    from reviewbot.cli.progress import watching
    from reviewbot.engines.base import Patience, Refusals
    from reviewbot.engines.detect import opener
    from reviewbot.network import Door
    from reviewbot.review.limits import Limits

    begun = time.monotonic()
    way = manner(settings)
    ends_at = None if settings.deadline is None else begun + settings.deadline
    door = Door.of(settings)
    refusals = Refusals()
    limits = Limits(settings.max_chunks, ends_at, settings.timeout, settings.slots, refusals)
    with watching(quiet=verbosity.quiet, thoughts=verbosity.thoughts, line=line) as observer:
        turns: list[float] = []
        patience = Patience(settings.timeout, ends_at, observer.waits, turns.append, refusals)
        opens = role.lets(opener(_among_others(settings, role), door, patience))
        yield Means(opens, way, limits, observer, door, begun, turns)


def _among_others(settings: Settings, role: Role) -> Wanted:
    """The engine, with what other reviews have of it: their turns, and the model that is kept."""
    from reviewbot.engines.learnt import cache_folder
    from reviewbot.engines.wanted import Warm

    folder = cache_folder(settings.cache_dir)
    warm = Warm(folder, settings.warm_minutes, starts=role.on_wanted is None)
    return replace(
        wanted(settings),
        locks=folder / "locks",
        on_wanted=role.on_wanted,
        warm=warm if settings.warm_minutes else None,
    )


def wanted(settings: Settings) -> Wanted:
    """The user's word on the engine."""
    from reviewbot.engines.wanted import Wanted
    from reviewbot.models.weights import models_folder

    return Wanted(
        engine=settings.engine,
        model=settings.model,
        url=settings.url,
        window=settings.window,
        think=settings.think,
        slots=settings.slots,
        gpu_layers=settings.gpu_layers,
        cache_type=settings.cache_type,
        lora=settings.lora,
        models_folder=models_folder(settings.models_dir),
        key=settings.api_key,
        ollama_host=settings.ollama_host,
        memory=memory(settings),
    )


def manner(settings: Settings) -> Manner:
    """The user's word on how a model is asked. Raises UsageError for a template that cannot
    serve, and for a linter that must be heard and is not there."""
    from reviewbot.languages import name_of
    from reviewbot.linters.witness import check_installed
    from reviewbot.models.overrides import Overrides
    from reviewbot.prompting.user_templates import user_templates
    from reviewbot.review.manner import Manner

    check_installed(settings.linters)
    named = settings.system_prompt
    templates = user_templates(
        settings.prompts_folder, None if named is None else Path(named).expanduser()
    )
    overrides = Overrides(settings.temperature, settings.seed, settings.think)
    language = name_of(settings.language)
    return Manner(
        overrides, templates, memory(settings), settings.effort, language, settings.linters
    )


def memory(settings: Settings) -> Memory:
    """What was learnt of models."""
    from reviewbot.engines.learnt import Learnt, cache_folder

    return Learnt(cache_folder(settings.cache_dir))
