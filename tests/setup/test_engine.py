"""What would answer is found without anything being loaded, on allowed hosts alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from reviewbot.endpoint import HostPolicy
from reviewbot.engines.wanted import Wanted
from reviewbot.network import Door
from reviewbot.setup import cline, continue_dev
from reviewbot.setup.engine import Answering, Nothing, answering
from tests.engines.fake_ollama import CODER, TINY, fake_ollama, tag
from tests.serving import serving


def _wanted(folder: Path, **more: Any) -> Wanted:
    return Wanted(
        **({"engine": "ollama", "model": None, "url": None, "models_folder": folder} | more)
    )


def _door() -> Door:
    return Door(HostPolicy())


def test_an_ollama_is_found_with_its_code_models(tmp_path: Path) -> None:
    with fake_ollama() as fake:
        fake.tags = [tag(CODER), tag(TINY), tag("qwen2.5-coder:7b", 5_000_000_000)]
        found = answering(_wanted(tmp_path, ollama_host=fake.url), _door())
    assert found == Answering("ollama", "qwen2.5-coder:7b", fake.url, 8192, (CODER,))
    assert not fake.asked("/api/chat")


def test_an_ollama_without_a_code_model_is_there_at_least(tmp_path: Path) -> None:
    with fake_ollama() as fake:
        fake.tags = [tag(TINY)]
        found = answering(_wanted(tmp_path, ollama_host=fake.url), _door())
    assert isinstance(found, Nothing)
    assert found.ollama


def test_another_host_is_not_contacted(tmp_path: Path) -> None:
    door = _door()
    found = answering(_wanted(tmp_path, ollama_host="http://198.51.100.7:11434"), door)
    assert isinstance(found, Nothing)
    assert "198.51.100.7" in found.why
    assert door.connections == ()


def test_a_server_that_is_none_is_told_and_no_error(tmp_path: Path) -> None:
    with serving(lambda handler, _: handler.say("hello", 200)) as served:
        found = answering(_wanted(tmp_path, ollama_host=served.url), _door())
    assert isinstance(found, Nothing)
    assert "does not answer as Ollama does" in found.why


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/"])
def test_assistants_are_told_of_the_same_server_and_window(url: str) -> None:
    block = yaml.safe_load(continue_dev.model_text(Answering("openai", "a: b", url, 4096)))
    (model,) = block["models"]
    assert (model["provider"], model["model"]) == ("openai", "a: b")
    assert model["apiBase"] == "http://127.0.0.1:8000/v1"
    assert model["defaultCompletionOptions"] == {"contextLength": 4096}
    assert {"name", "version", "schema"} < set(block)
    assert "Base URL: http://127.0.0.1:8000/v1" in cline.settings(
        Answering("openai", "a: b", url, 4096)
    )


def test_the_embedded_engine_is_said_to_be_no_server(tmp_path: Path) -> None:
    found = Answering("embedded", "qwen2.5-coder-1.5b", None, 4096)
    (model, *_) = continue_dev.verdicts(tmp_path, found, (), tmp_path / "continue")
    assert model.state == "left"
    assert "no server" in model.told
    assert "no server" in cline.settings(found)[0]
