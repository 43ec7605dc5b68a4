"""The engine that a review would use: is it there, which model, which window.

It goes the review's own way up to the point where a model would be loaded, which takes minutes
and memory. So it opens what a review opens, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from reviewbot.doctor.check import Check, failed, ok, worst
from reviewbot.doctor.layers import layers_check
from reviewbot.doctor.model import of_embedded, of_ollama
from reviewbot.engines.adapters import note_of
from reviewbot.engines.base import Patience
from reviewbot.engines.detect import (
    PULL_OLLAMA,
    loading_of,
    needs_embedded,
    opener,
    speaks_openai,
)
from reviewbot.engines.local_model import PULL_EMBEDDED, local_model
from reviewbot.engines.presence import what_is_absent
from reviewbot.engines.wanted import Wanted
from reviewbot.errors import ReviewbotError
from reviewbot.models import hardware
from reviewbot.models.catalog import family_of, preferred
from reviewbot.network import Door
from reviewbot.report import EngineInfo

if TYPE_CHECKING:
    from reviewbot.engines.ollama_window import Window

# Seconds; nothing is loaded, so nothing has a reason to take longer.
_PATIENCE = Patience(timeout=10)


def engine_checks(wanted: Wanted, door: Door) -> tuple[Check, ...]:
    try:
        if needs_embedded(wanted):
            return tuple(_embedded(wanted, door))
    except ReviewbotError as error:
        return (failed("engine", error),)
    if wanted.engine == "ollama":
        return tuple(_ollama(wanted, door))
    if wanted.engine == "auto":
        return _auto(wanted, door)
    return tuple(_opened(wanted, door))


def _auto(wanted: Wanted, door: Door) -> tuple[Check, ...]:
    """A server at --url in its own language; else Ollama where it can review, else the embedded
    engine: the order of `auto`."""
    try:
        if speaks_openai(wanted, door):
            return tuple(_opened(replace(wanted, engine="openai"), door))
    except ReviewbotError as error:
        return (failed("engine", error),)
    there = tuple(_ollama(wanted, door))
    if wanted.url or worst(there) != "error":
        return there
    here = tuple(_embedded(wanted, door))
    if worst(here) != "error":
        return here
    why = "; ".join(check.text for check in (*there, *here) if check.state == "error")
    remedy = f"{PULL_EMBEDDED}, or, with Ollama: {PULL_OLLAMA}"
    if wanted.model:
        told = what_is_absent(wanted.model)
        why, remedy = "; ".join(filter(None, (why, told.meant))), told.remedy
    return (Check("error", "engine", f"no engine to review with: {why}", remedy),)


def _ollama(wanted: Wanted, door: Door) -> Iterator[Check]:
    from reviewbot.engines.ollama_load import chosen, measured
    from reviewbot.engines.ollama_server import OllamaServer
    from reviewbot.engines.ollama_window import Window

    try:
        server = OllamaServer(door.endpoint(wanted.ollama_url), door, wanted.key)
        names = [held.name for held in server.held() if not held.remote]
        yield ok("engine", f"Ollama answers at {server.endpoint.label}")
        model = wanted.model or preferred(names)
        if model is None:
            text = "Ollama holds no model that is known to review code"
            yield Check("error", "model", text, f"{PULL_OLLAMA}, or name one with --model")
            return
        held, shown = chosen(server, model)
        yield _model(held.name)
        window = Window.of(held.name, shown, wanted.wish)
        info = measured(server, held, window)
        yield _window(window, info)
        yield from of_ollama(server, held, shown, info, wanted.think)
    except ReviewbotError as error:
        yield failed("engine", error)


def _embedded(wanted: Wanted, door: Door) -> Iterator[Check]:
    try:
        # Finds and verifies the weights; the process starts only when the context is entered.
        opener(replace(wanted, engine="embedded"), door, _PATIENCE)()
        model = local_model(wanted.model, wanted.models_folder)
    except ReviewbotError as error:
        yield failed("engine", error)
        return
    yield ok("engine", "embedded: llama.cpp in a process of its own (reviewbot status)")
    loading = loading_of(wanted, model.path.name)
    yield _model(wanted.model or model.name)
    yield ok("window", f"{loading.window} tokens")
    if loading.adapter:
        yield ok("adapter", note_of(loading.adapter))
    yield layers_check(wanted.gpu_layers, hardware.run)
    yield from of_embedded(model, loading, wanted.think)


def _opened(wanted: Wanted, door: Door) -> Iterator[Check]:
    """An engine that has nothing to load."""
    try:
        with opener(wanted, door, _PATIENCE)() as engine:
            info = engine.info
    except ReviewbotError as error:
        yield failed("engine", error)
        return
    yield ok("engine", info.name)
    yield _model(info.model)
    yield ok("window", f"{info.window} tokens" if info.window else "without a bound")
    yield from (Check("warning", "engine", note) for note in info.notes)


def _window(window: Window, info: EngineInfo) -> Check:
    said = f"{info.window} tokens"
    if window.trained:
        said += f"; the model was trained with {window.trained}"
    if window.asked and window.asked != info.window:
        return Check("warning", "window", f"{said}, less than --window {window.asked}")
    return ok("window", said)


def _model(name: str) -> Check:
    if family_of(name.rpartition("/")[2]).review:
        return ok("model", name)
    remedy = f"for a better one: {PULL_OLLAMA}, or {PULL_EMBEDDED}"
    return Check("warning", "model", f"{name} is of no family that is known to review code", remedy)
