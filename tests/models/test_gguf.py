"""The head of a GGUF file: real ones, made ones, broken ones."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.models import gguf
from reviewbot.models.card import Shape
from reviewbot.models.gguf import Header, NotGgufError, read_header
from tests.conftest import TEST_MODELS, required
from tests.models.making_gguf import gguf_file

_LLAMA = {
    "general.architecture": "llama",
    "llama.block_count": 30,
    "llama.context_length": 2048,
    "llama.embedding_length": 576,
    "llama.attention.head_count": 9,
    "llama.attention.head_count_kv": 3,
}


def _read(path: Path, facts: Mapping[str, object]) -> Header:
    path.write_bytes(gguf_file(facts))
    return read_header(path)


def test_a_real_file_tells_its_shape() -> None:
    path = TEST_MODELS / "smollm2-135m-instruct-q4_1.gguf"
    if not path.is_file():
        required("engine")
    assert read_header(path) == Header("llama", "model", 8192, Shape(30, 3, 64, 64), tensors=272)


def test_a_width_divided_among_the_heads_is_the_size_of_a_key(tmp_path: Path) -> None:
    assert _read(tmp_path / "x", _LLAMA) == Header("llama", "model", 2048, Shape(30, 3, 64, 64))


def test_sizes_that_are_told_hold(tmp_path: Path) -> None:
    facts = _LLAMA | {"llama.attention.key_length": 192, "llama.attention.value_length": 128}
    assert _read(tmp_path / "x", facts).shape == Shape(30, 3, 192, 128)


def test_a_model_without_kv_heads_of_its_own_has_one_for_each_head(tmp_path: Path) -> None:
    facts = {key: _LLAMA[key] for key in _LLAMA if not key.endswith("_kv")}
    assert _read(tmp_path / "x", facts).shape == Shape(30, 9, 64, 64)


def test_layers_that_differ_are_added_up(tmp_path: Path) -> None:
    facts = _LLAMA | {"llama.attention.head_count_kv": [4, 0, 2]}
    assert _read(tmp_path / "x", facts).shape == Shape(1, 6, 64, 64)


@pytest.mark.parametrize(
    "key", ["attention.sliding_window", "attention.kv_lora_rank", "ssm.conv_kernel"]
)
def test_a_cache_that_is_smaller_than_the_formula_is_known(tmp_path: Path, key: str) -> None:
    assert _read(tmp_path / "x", _LLAMA | {f"llama.{key}": 512}).shape_is_bound
    assert not _read(tmp_path / "y", _LLAMA).shape_is_bound


@pytest.mark.parametrize("missing", [key for key in _LLAMA if "_kv" not in key][1:])
def test_what_is_missing_is_none(tmp_path: Path, missing: str) -> None:
    found = _read(tmp_path / "x", {key: _LLAMA[key] for key in _LLAMA if key != missing})
    assert found.architecture == "llama"
    assert None in (found.context, found.shape)


@pytest.mark.parametrize("value", [0, -1, "3", 1.5, True, [], ["x"]])
def test_a_count_that_is_none_is_missing(tmp_path: Path, value: object) -> None:
    assert _read(tmp_path / "x", _LLAMA | {"llama.block_count": value}).shape is None


def test_an_adapter_says_so(tmp_path: Path) -> None:
    facts = {"general.architecture": "llama", "general.type": "adapter"}
    assert _read(tmp_path / "x", facts).kind == "adapter"


def test_no_more_than_the_head_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf, "_HEAD", 400)
    facts = _LLAMA | {"llama.long": "x" * 1000, "llama.late": 1}
    assert _read(tmp_path / "x", facts).shape == Shape(30, 3, 64, 64)


def test_the_tokenizers_lists_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(gguf_file(_LLAMA, extra=[_entry("tokenizer.ggml.model", 99)]))
    assert read_header(tmp_path / "x").shape == Shape(30, 3, 64, 64)


def _entry(key: str, kind: int, rest: bytes = b"") -> bytes:
    return struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", kind) + rest


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        b"this is no model" * 100,
        struct.pack("<4sIQQ", b"GGUF", 1, 0, 0),
        gguf_file({}, extra=[_entry("a", 99)]),
        gguf_file({}, extra=[_entry("a", 9, struct.pack("<IQ", 9, 1) * 10)]),
    ],
    ids=["empty", "short", "text", "version", "type", "nested"],
)
def test_what_is_no_gguf_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(NotGgufError):
        read_header(tmp_path / "x")


@pytest.mark.parametrize("length", [2**31, 2**63, 2**64 - 1])
def test_a_length_beyond_the_file_reserves_no_memory(tmp_path: Path, length: int) -> None:
    for entry in (
        struct.pack("<Q", length),
        _entry("a", 8, struct.pack("<Q", length)),
        _entry("a", 9, struct.pack("<IQ", 4, length)),
    ):
        (tmp_path / "x").write_bytes(gguf_file({}, extra=[entry]))
        assert read_header(tmp_path / "x").shape is None
    (tmp_path / "x").write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, length))
    assert read_header(tmp_path / "x").architecture == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 2**64 - 1))
def test_any_bytes_are_read_or_refused(tmp_path: Path, noise: bytes, at: int, keys: int) -> None:
    whole = gguf_file(_LLAMA)
    broken = whole[:16] + struct.pack("<Q", keys) + whole[24:at] + noise + whole[at + len(noise) :]
    for data in (noise, broken, whole[:at]):
        (tmp_path / "x").write_bytes(data)
        try:
            found = read_header(tmp_path / "x")
        except NotGgufError:
            continue
        assert found.context is None or found.context > 0


_VALUES = st.one_of(
    st.integers(1, 2**31 - 1), st.text(max_size=20), st.lists(st.integers(0, 9), max_size=9)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.text(max_size=20).map("other.{}".format), _VALUES, max_size=9))
def test_other_keys_change_nothing(tmp_path: Path, other: dict[str, object]) -> None:
    assert _read(tmp_path / "x", other | _LLAMA) == _read(tmp_path / "y", _LLAMA)
