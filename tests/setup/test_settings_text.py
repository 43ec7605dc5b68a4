"""The settings that init writes are read by what reads settings."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.config import ConfigFile, load
from reviewbot.settings import Settings
from reviewbot.setup.settings_text import not_named, settings_text, toml_line

_KEYS = [item for item in fields(Settings) if item.metadata]


def _read(path: Path, text: str, *, trusted: bool) -> Settings:
    path.write_text(text, encoding="utf-8")
    return load({}, {}, (ConfigFile(path, trusted),))


@pytest.mark.parametrize("trusted", [True, False])
def test_as_written_a_file_changes_nothing(tmp_path: Path, trusted: bool) -> None:
    text = settings_text("Settings.", trusted=trusted)
    assert _read(tmp_path / "a.toml", text, trusted=trusted) == Settings()


@pytest.mark.parametrize("trusted", [True, False])
def test_each_key_can_be_taken_out_of_its_comment(tmp_path: Path, trusted: bool) -> None:
    text = settings_text("Settings.", trusted=trusted)
    bare = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.MULTILINE)
    settings = _read(tmp_path / "a.toml", bare, trusted=trusted)
    own = [item for item in _KEYS if item.metadata["trusted"] == trusted]
    assert len(re.findall(r"^\w+ = ", bare, re.MULTILINE)) == len(own)
    for item in own:
        value = getattr(settings, item.name)
        if item.default is None:
            assert str(value).endswith(str(item.metadata["example"])), item.name
        else:
            assert value == item.default, item.name


def test_what_has_no_default_has_an_example() -> None:
    without = [item for item in _KEYS if item.default is None]
    assert without
    assert all(item.metadata["example"] is not None for item in without)


def test_each_key_stands_below_its_help() -> None:
    text = settings_text("", trusted=True) + settings_text("", trusted=False)
    words = re.sub(r"\s*\n# ", " ", text)
    for item in _KEYS:
        assert item.metadata["help"] in words
    assert "# warning, error.\n# fail_on =" in text


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_name_of_a_model_is_read_back(name: str) -> None:
    import tomllib

    assert tomllib.loads(toml_line("model", name)) == {"model": name}


def test_what_is_chosen_holds(tmp_path: Path) -> None:
    chosen = {"engine": "ollama", "model": 'a "b" ü'}
    text = settings_text("Settings.", trusted=True, chosen=chosen)
    settings = _read(tmp_path / "a.toml", text, trusted=True)
    assert (settings.engine, settings.model) == ("ollama", 'a "b" ü')


def test_keys_that_a_file_does_not_name_are_found() -> None:
    text = settings_text("", trusted=False)
    assert not_named(text, trusted=False) == ()
    assert not_named(text.replace("# strict =", "# striker ="), trusted=False) == ("strict",)
