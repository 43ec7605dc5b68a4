"""Who answers is set where editors share it, and what is there stays."""

from __future__ import annotations

from pathlib import Path

from reviewbot.config import ConfigFile, load
from reviewbot.setup.engine import Answering, Nothing
from reviewbot.setup.files import carry_out
from reviewbot.setup.settings_files import user_verdict


def _settings(path: Path, found: Answering | Nothing) -> tuple[str, str | None, str | None]:
    carry_out(user_verdict(path, found, ()))
    settings = load({}, {}, (ConfigFile(path, trusted=True),))
    return settings.engine, settings.model, settings.url


def test_a_server_is_set_with_its_model(tmp_path: Path) -> None:
    url = "http://127.0.0.1:8000"
    ollama = _settings(tmp_path / "a.toml", Answering("ollama", "m:7b", url, 8192))
    openai = _settings(tmp_path / "b.toml", Answering("openai", "m", url, 8192))
    assert ollama == ("ollama", "m:7b", None)
    assert openai == ("openai", "m", url)


def test_what_is_only_a_fallback_is_not_set(tmp_path: Path) -> None:
    embedded = _settings(tmp_path / "a.toml", Answering("embedded", "m", None, 4096))
    nothing = _settings(tmp_path / "b.toml", Nothing("no server"))
    assert embedded == nothing == ("auto", None, None)


def test_what_would_keep_the_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('model = "mine"\n')
    found = Answering("ollama", "m:7b", "http://127.0.0.1:11434", 8192)
    verdict = user_verdict(path, found, (ConfigFile(path, trusted=True),))
    assert verdict.state == "left"
    assert verdict.told.endswith('to keep to this model, add: engine = "ollama"')
