"""The Ollama engine, opened against a fake server."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reviewbot.engines.base import Patience
from reviewbot.engines.ollama import OllamaEngine, open_ollama
from reviewbot.engines.ollama_server import OllamaServer
from reviewbot.engines.ollama_window import Wish
from reviewbot.network import Door
from reviewbot.prompt import Completion, Prompt, Think
from reviewbot.report import EngineInfo
from tests.engines.conftest import PROMPT
from tests.engines.fake_ollama import CODER, FakeOllama

PATIENCE = Patience(timeout=5)


def server_at(url: str, key: str | None = None) -> OllamaServer:
    door = Door()
    return OllamaServer(door.endpoint(url), door, key)


def engine_of(
    ollama: FakeOllama,
    model: str = CODER,
    patience: Patience = PATIENCE,
    think: Think | None = None,
    window: int | None = None,
) -> OllamaEngine:
    wish = Wish(window, think)
    with open_ollama(server_at(ollama.url), model, patience, wish) as engine:
        return engine


def opened(ollama: FakeOllama, model: str = CODER, window: int | None = None) -> EngineInfo:
    return engine_of(ollama, model, window=window).info


def complete(
    ollama: FakeOllama,
    patience: Patience = PATIENCE,
    on_piece: Callable[[str], None] = lambda _: None,
    prompt: Prompt = PROMPT,
) -> Completion:
    """A prompt's completion, by an engine that was opened with another patience."""
    engine = engine_of(ollama)
    engine._patience = patience
    return engine.complete(prompt, on_piece)


def thinking(level: Think, ollama: FakeOllama) -> Completion:
    """A prompt's completion by a model that can think, with the level for both."""
    ollama.capabilities = [*ollama.capabilities, "thinking"]
    engine = engine_of(ollama, think=level)
    return engine.complete(replace(PROMPT, think=level), lambda _: None)
