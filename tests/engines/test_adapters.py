"""What `--lora` names."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reviewbot.engines.adapters import adapter_of, note_of
from reviewbot.engines.llama_process import Adapter
from reviewbot.errors import UsageError
from tests.models.making_gguf import gguf_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "mine.gguf"
    path.write_bytes(b"adapter")
    return path


@pytest.mark.parametrize(
    ("scale", "number"), [("", 1.0), ("=1", 1.0), ("=0.5", 0.5), ("=-2e-1", -0.2)]
)
def test_a_path_with_or_without_a_scale(path: Path, scale: str, number: float) -> None:
    assert adapter_of(f"{path}{scale}") == Adapter(str(path), number)


def test_a_path_may_hold_an_equals_sign(tmp_path: Path) -> None:
    for name in ("rank=8", "r=8.gguf"):
        (tmp_path / name).touch()
        assert adapter_of(str(tmp_path / name)) == Adapter(str(tmp_path / name))
        assert adapter_of(f"{tmp_path / name}=2") == Adapter(str(tmp_path / name), 2.0)


def test_a_relative_path_and_the_users_folder(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("HOME", str(path.parent))
    assert adapter_of("mine.gguf") == adapter_of("~/mine.gguf=1") == Adapter(str(path))


@pytest.mark.parametrize("said", ["absent.gguf", "absent.gguf=2", "absent=x", "", "=1"])
def test_a_file_that_is_not_there_is_an_error_with_the_next_thing_to_do(said: str) -> None:
    with pytest.raises(UsageError, match="no such LoRA adapter") as caught:
        adapter_of(said)
    assert "--lora" in caught.value.remedy


def test_an_adapter_without_weights_is_an_error(path: Path) -> None:
    path.write_bytes(gguf_file({"general.type": "adapter"}))
    with pytest.raises(UsageError, match="holds no weights"):
        adapter_of(str(path))
    path.write_bytes(gguf_file({"general.type": "adapter"}, {"x": ((1, 1), [1.0])}))
    assert adapter_of(str(path)) == Adapter(str(path))


@pytest.mark.parametrize("scale", ["0", "-0.0", "nan", "inf"])
def test_a_scale_without_effect_is_an_error(path: Path, scale: str) -> None:
    with pytest.raises(UsageError, match="no effect"):
        adapter_of(f"{path}={scale}")


def test_the_note_has_name_scale_and_digest(path: Path) -> None:
    digest = hashlib.sha256(b"adapter").hexdigest()
    assert note_of(Adapter(str(path), 0.5)) == (
        f"LoRA adapter mine.gguf, scale 0.5, SHA-256 {digest}"
    )
