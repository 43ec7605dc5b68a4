"""Whether a model fits into memory, without loading one."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.engines import memory_check
from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import LocalModel, open_embedded
from reviewbot.engines.llama_process import Adapter, Loading
from reviewbot.engines.memory_check import Least, check, least
from reviewbot.errors import EngineUnavailable
from reviewbot.models import hardware
from reviewbot.models.card import Shape
from reviewbot.models.gguf import Header
from reviewbot.models.gpus import Gpu
from reviewbot.models.memory import GIB, MIB
from reviewbot.network import Door
from tests.models.making_gguf import gguf_file

_QWEN = Header("qwen2", "model", 32768, Shape(28, 2, 128, 128))
_BESIDE = memory_check._BESIDE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that claims to hold 3 GiB and takes no room on the disk."""
    path = tmp_path / "big.gguf"
    with path.open("wb") as file:
        file.truncate(3 * GIB)
    return path


def _free(monkeypatch: pytest.MonkeyPatch, memory: int | None, *gpus: Gpu) -> None:
    monkeypatch.setattr(hardware, "available", lambda: memory)
    monkeypatch.setattr(hardware, "find_gpus", lambda _: gpus)


def test_the_least_is_the_file_and_the_cache_of_all_slots(path: Path) -> None:
    assert least(path, _QWEN, Loading(4096)) == Least(3 * GIB, 112 * MIB)
    assert least(path, _QWEN, Loading(4096, slots=3)).kv == 336 * MIB
    assert least(path, _QWEN, Loading(4096, cache="q8_0")).kv == 59.5 * MIB
    assert least(path, _QWEN, Loading(4096)).total == 3 * GIB + 112 * MIB + _BESIDE


@pytest.mark.parametrize(
    "header", [Header("x", "model"), Header("x", "model", 1, _QWEN.shape, shape_is_bound=True)]
)
def test_a_cache_that_is_not_known_refuses_nobody(path: Path, header: Header) -> None:
    assert least(path, header, Loading(4096)).kv == 0


def test_all_parts_of_a_split_model_count(tmp_path: Path) -> None:
    for name in ("m-00001-of-00002", "m-00002-of-00002", "other-00001-of-00001", "m"):
        (tmp_path / f"{name}.gguf").write_bytes(b"1234")
    first = tmp_path / "m-00001-of-00002.gguf"
    assert least(first, Header("", "model"), Loading(4096)).weights == 8


def test_an_adapter_counts(path: Path, tmp_path: Path) -> None:
    (tmp_path / "a.gguf").write_bytes(b"1234")
    loading = Loading(4096, adapter=Adapter(str(tmp_path / "a.gguf")))
    assert least(path, _QWEN, loading).weights == 3 * GIB + 4


def test_what_fits_is_loaded_and_a_byte_less_is_not(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    enough = 3 * GIB + 112 * MIB + _BESIDE
    _free(monkeypatch, enough)
    check(path, _QWEN, Loading(4096))
    _free(monkeypatch, enough - 1)
    with pytest.raises(EngineUnavailable) as caught:
        check(path, _QWEN, Loading(4096))
    assert "at least 3.3 GiB" in caught.value.message
    assert "weights 3.0, KV cache 0.1" in caught.value.message
    assert "3.3 GiB are free" in caught.value.message
    assert "--window, or --cache-type q8_0" in caught.value.remedy
    check(path, _QWEN, Loading(4096, cache="q8_0"))
    with pytest.raises(EngineUnavailable) as caught:
        check(path, _QWEN, Loading(40960, cache="q8_0"))
    assert "--cache-type" not in caught.value.remedy


def test_where_nothing_tells_the_memory_the_engine_is_asked(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    _free(monkeypatch, None)
    check(path, _QWEN, Loading(4096))


def test_a_gpu_may_hold_what_the_memory_does_not(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    _free(monkeypatch, GIB, Gpu("NVIDIA", "x", 8 * GIB, 6 * GIB))
    check(path, _QWEN, Loading(4096))
    _free(monkeypatch, GIB, Gpu("NVIDIA", "x", 8 * GIB, GIB), Gpu("Apple", "x", GIB, unified=True))
    with pytest.raises(EngineUnavailable, match=r"2\.0 GiB are free"):
        check(path, _QWEN, Loading(4096))


def test_a_gpu_that_is_to_hold_no_layer_does_not_count(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    _free(monkeypatch, GIB, Gpu("NVIDIA", "x", 8 * GIB, 6 * GIB))
    with pytest.raises(EngineUnavailable, match=r"1\.0 GiB are free"):
        check(path, _QWEN, Loading(4096, gpu_layers=0))


def test_a_gpu_is_looked_for_only_where_the_memory_is_short(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    _free(monkeypatch, 8 * GIB)
    monkeypatch.setattr(hardware, "find_gpus", lambda _: pytest.fail("asked"))
    check(path, _QWEN, Loading(4096))


def test_nothing_is_started_for_a_model_that_does_not_fit(
    monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    with path.open("r+b") as file:
        file.write(gguf_file({"general.architecture": "llama"}))
    _free(monkeypatch, GIB)
    door = Door()
    told: list[str] = []
    with (
        pytest.raises(EngineUnavailable, match=r"big\.gguf takes at least"),
        open_embedded(LocalModel(path, "big"), door, Patience(5, on_wait=told.append)),
    ):
        pass
    assert (told, door.connections) == ([], ())
