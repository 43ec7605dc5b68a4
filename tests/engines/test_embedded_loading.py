"""How the embedded engine loads a model: layers, the type of its cache, a LoRA adapter.

Run with llama.cpp itself, on a processor alone. The adapter is made here and has no sense, so that
a reply with it differs.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewbot.engines.base import Patience
from reviewbot.engines.embedded import EmbeddedEngine, LocalModel, open_embedded
from reviewbot.engines.llama_process import Adapter, Loading
from reviewbot.errors import EngineUnavailable
from reviewbot.network import Door
from reviewbot.settings import CacheType
from tests.engines.small import asking
from tests.models.making_gguf import gguf_file

pytestmark = pytest.mark.engine

_FACTS = {
    "general.type": "adapter",
    "general.architecture": "llama",
    "adapter.type": "lora",
    "adapter.lora.alpha": 8.0,
}
_WIDTH, _RANK = 576, 4  # of SmolLM2-135M, and of the adapter


def _adapter(path: Path, layer: int = 0) -> Path:
    noise = random.Random(0)  # noqa: S311
    values = [noise.uniform(-1, 1) for _ in range(_WIDTH * _RANK)]
    name = f"blk.{layer}.attn_q.weight"
    tensors = {
        f"{name}.lora_a": ((_WIDTH, _RANK), values),
        f"{name}.lora_b": ((_RANK, _WIDTH), values[::-1]),
    }
    path.write_bytes(gguf_file(_FACTS, tensors))
    return path


@contextmanager
def _opened(model: LocalModel, loading: Loading) -> Iterator[EmbeddedEngine]:
    with open_embedded(model, Door(), Patience(timeout=60), loading) as engine:
        yield engine


def _reply(model: LocalModel, loading: Loading) -> str:
    with _opened(model, loading) as engine:
        return engine.complete(asking("+ eval(input())"), lambda _: None).text


def _refused(model: LocalModel, adapter: Path) -> str:
    loading = Loading(512, adapter=Adapter(str(adapter)))
    with pytest.raises(EngineUnavailable) as caught, _opened(model, loading):
        pass
    assert "check --lora and --model" in caught.value.remedy
    return caught.value.message


# Layers and cache


@pytest.mark.parametrize(("layers", "notes"), [(None, 0), (0, 0), (99, 1)])
def test_layers_for_a_gpu_do_no_harm_without_one(
    model: LocalModel, layers: int | None, notes: int
) -> None:
    with _opened(model, Loading(512, gpu_layers=layers)) as engine:
        assert engine.complete(asking("x = 1"), lambda _: None).completion_tokens > 0
        assert len(engine.info.notes) == notes
        assert all("--gpu-layers 99 does nothing" in note for note in engine.info.notes)


@pytest.mark.parametrize("cache", ["q8_0", "q4_0"])
def test_a_quantised_cache_answers(model: LocalModel, cache: CacheType) -> None:
    with _opened(model, Loading(512, cache=cache)) as engine:
        assert engine.complete(asking("x = 1"), lambda _: None).completion_tokens > 0
        assert engine.info.notes == ()


# An adapter


def test_an_adapter_is_applied_and_told(model: LocalModel, tmp_path: Path) -> None:
    path = _adapter(tmp_path / "mine.gguf")
    with _opened(model, Loading(512, adapter=Adapter(str(path), 0.5))) as engine:
        (listed,) = engine._client.get("/lora-adapters").json()
        assert (listed["path"], listed["scale"]) == (str(path), 0.5)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert engine.info.notes == (f"LoRA adapter mine.gguf, scale 0.5, SHA-256 {digest}",)


def test_a_reply_with_an_adapter_is_another(model: LocalModel, tmp_path: Path) -> None:
    adapter = Adapter(str(_adapter(tmp_path / "mine.gguf")), 20.0)
    with _opened(model, Loading(512)) as engine:
        assert engine._client.get("/lora-adapters").json() == []
    assert _reply(model, Loading(512, adapter=adapter)) != _reply(model, Loading(512))


def test_a_model_is_no_adapter(model: LocalModel) -> None:
    said = _refused(model, model.path)
    assert f"could not load {model.path} with the adapter {model.path}: " in said
    assert "expect general.type to be 'adapter', but got: model" in said


def test_a_file_that_is_no_gguf_is_no_adapter(model: LocalModel, tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_text("no adapter\n" * 100)
    said = _refused(model, path)
    assert str(path) in said
    assert "magic" in said


def test_an_adapter_of_another_model_is_refused(model: LocalModel, tmp_path: Path) -> None:
    said = _refused(model, _adapter(tmp_path / "mine.gguf", layer=99))
    assert "'blk.99.attn_q.weight' does not exist in base model" in said
