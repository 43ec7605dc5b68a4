"""Where the worker's socket may stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.engines.worker.place import place


@pytest.fixture
def tmp_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A path that is short enough for a socket below it."""
    return tmp_path_factory.mktemp("p")


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    return folder


def _found(cache: Path) -> Path | None:
    found = place(cache)
    return found.folder if found else None


def test_the_systems_folder_for_sockets_goes_first(runtime: Path, tmp_path: Path) -> None:
    assert _found(tmp_path / "cache") == runtime / "reviewbot"
    assert (runtime / "reviewbot").stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "cache").exists()


def test_one_that_others_can_enter_is_not_taken(runtime: Path, tmp_path: Path) -> None:
    runtime.chmod(0o755)
    found = _found(tmp_path / "cache")
    assert found is not None
    assert found.parent == tmp_path / "cache"
    assert found.stat().st_mode & 0o777 == 0o700


def test_a_folder_of_ours_that_was_opened_up_is_not_taken(runtime: Path, tmp_path: Path) -> None:
    assert _found(tmp_path / "cache") == runtime / "reviewbot"
    (runtime / "reviewbot").chmod(0o770)
    found = _found(tmp_path / "cache")
    assert found is not None
    assert found.parent == tmp_path / "cache"


def test_a_link_is_no_folder(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (runtime / "reviewbot").symlink_to(tmp_path / "elsewhere")
    found = _found(tmp_path / "cache")
    assert found is not None
    assert found.parent == tmp_path / "cache"


@pytest.mark.parametrize("runtime", ["", "relative", "/absent"])
def test_without_that_folder_it_is_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runtime: str
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    found = _found(tmp_path / "cache")
    assert found is not None
    assert found.parent == tmp_path / "cache"


def test_a_path_that_is_too_long_for_a_socket_is_none(tmp_path: Path) -> None:
    assert _found(tmp_path / ("long" * 20)) is None


def test_a_folder_that_cannot_be_made_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _found(tmp_path / "file") is None
