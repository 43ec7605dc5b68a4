"""Folders are those of platformdirs, whatever the environment says."""

from __future__ import annotations

import platformdirs
import pytest

from reviewbot.folders import user_folder


@pytest.mark.parametrize(
    "value", [None, "", "  ", "/else/where", " /blank ", "/blank ", "rel/ative", "~/x"]
)
def test_a_folder_is_the_one_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
        if value is not None:
            monkeypatch.setenv(name, value)
    assert user_folder("config") == platformdirs.user_config_path("reviewbot")
    assert user_folder("cache") == platformdirs.user_cache_path("reviewbot")
    assert user_folder("data") == platformdirs.user_data_path("reviewbot")
    assert user_folder("state") == platformdirs.user_state_path("reviewbot")


def test_android_has_folders_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANDROID_DATA", "/data")
    monkeypatch.setattr(platformdirs, "user_config_path", lambda name: f"/android/{name}")
    assert str(user_folder("config")) == "/android/reviewbot"


def test_without_a_home_the_users_own_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    assert user_folder("config") == platformdirs.user_config_path("reviewbot")
