"""The arithmetic of memory, held against what was measured and what llama.cpp itself prints."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reviewbot.models.card import Card, Shape, cards
from reviewbot.models.lookup import by_name
from reviewbot.models.memory import (
    GIB,
    MIB,
    Load,
    kv_bytes,
    need,
    rule_of_thumb,
)
from reviewbot.settings import CacheType
from tests.conftest import TEST_MODELS, required


def _shape(name: str) -> Shape:
    shape = by_name(name).shape
    assert shape is not None
    return shape


@pytest.mark.parametrize(
    ("context", "cache", "measured"),
    [(4096, "f16", 112), (32768, "f16", 896), (32768, "q8_0", 476), (32768, "q4_0", 252)],
)
def test_the_cache_of_the_1_5b_model_is_as_measured(
    context: int, cache: CacheType, measured: int
) -> None:
    assert kv_bytes(_shape("qwen2.5-coder:1.5b"), context, 1, cache) == measured * MIB


# KiB a token at f16, as tables of others give it, for shapes of all kinds.
@pytest.mark.parametrize(
    ("name", "kib"),
    [
        ("qwen2.5-coder:0.5b", 12),
        ("qwen2.5-coder:3b", 36),
        ("qwen2.5-coder:7b", 56),
        ("qwen2.5-coder:14b", 192),
        ("qwen2.5-coder:32b", 256),
        ("qwen3-coder:30b", 96),
        ("qwen3-coder-next", 24),
        ("deepseek-r1:8b", 144),
        ("deepseek-r1:70b", 320),
        ("deepseek-coder:6.7b", 512),
        ("deepseek-coder-v2:16b", 270),
        ("codellama:13b", 800),
        ("phi3:3.8b", 384),
        ("phi4:14b", 200),
        ("starcoder2:3b", 30),
    ],
)
def test_the_cache_of_a_token(name: str, kib: int) -> None:
    assert kv_bytes(_shape(name), 1) == kib * 1024


def test_slots_multiply_the_cache() -> None:
    shape = _shape("qwen2.5-coder:7b")
    assert kv_bytes(shape, 4096, slots=4) == 4 * kv_bytes(shape, 4096) == kv_bytes(shape, 16384)


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.name)
def test_the_need_is_the_sum_of_its_parts(card: Card) -> None:
    found = need(card, Load(card.quantization or "?", card.context))
    if found is None:
        assert card.shape is None or card.file_bytes(card.quantization or "?") is None
        return
    assert found.total == found.weights + found.kv + found.compute + found.overhead
    assert min(found.weights, found.kv, found.compute, found.overhead) > 0
    assert ("kv" in found.estimated) == card.shape_is_bound


def test_a_published_size_is_no_estimate() -> None:
    card = by_name("qwen2.5-coder:7b")
    published, reckoned = need(card, Load("Q4_K_M", 8192)), need(card, Load("Q8_0", 8192))
    assert published is not None
    assert reckoned is not None
    assert "weights" not in published.estimated
    assert "weights" in reckoned.estimated
    assert published.total == 4_683_074_048 + 448 * MIB + GIB


def test_on_a_cpu_weights_are_copied() -> None:
    card = by_name("qwen2.5-coder:1.5b")
    found = need(card, Load("Q4_K_M", 4096, device="cpu"))
    assert found is not None
    assert found.overhead == pytest.approx(found.weights * 597 / 1060, rel=0.001)


def test_the_popular_rule_misses_what_it_does_not_know() -> None:
    """13B with a cache of its own for each head takes far more than the rule says, and more than
    14B whose heads share one; by the rule it takes less."""
    old, new = by_name("codellama:13b"), by_name("qwen2.5-coder:14b")
    needs = [need(old, Load("Q4_0", 16384)), need(new, Load("Q4_K_M", 16384))]
    rules = [rule_of_thumb(old, "Q4_0"), rule_of_thumb(new, "Q4_K_M")]
    assert rules[0] == round(old.parameters * 4 / 8 * 1.2)
    assert needs[0] is not None
    assert needs[1] is not None
    assert rules[0] is not None
    assert rules[1] is not None
    assert rules[0] < rules[1]
    assert needs[0].total > needs[1].total
    assert rules[0] < 0.4 * needs[0].total


def test_what_is_not_known_is_not_reckoned() -> None:
    assert need(by_name("deepseek-v3"), Load("Q4_K_M", 4096)) is None
    assert need(by_name("qwen2.5-coder:7b"), Load("IQ9_X", 4096)) is None
    assert rule_of_thumb(by_name("gpt-oss:20b"), "MXFP4") is None


# Prints llama.cpp's own log of loading: model, n_ctx, slots, cache type, socket.
_LOAD = """
import os, sys, xllamacpp
model, context, slots, cache, socket = sys.argv[1:]
params = xllamacpp.CommonParams()
params.model.path = model
params.n_ctx, params.n_parallel = int(context), int(slots)
params.cache_type_k = getattr(xllamacpp.ggml_type, "GGML_TYPE_" + cache.upper())
params.cache_type_v = params.cache_type_k
params.hostnames, params.cache_ram_mib, params.ui = [socket], 0, False
params.offline, params.warmup, params.verbosity = True, False, 4
kept = xllamacpp.Server(params)
if os.path.exists("/proc/self/status"):
    print(*(line for line in open("/proc/self/status") if line.startswith("VmHWM")), flush=True)
sys.stderr.flush()
os._exit(0)
"""


@pytest.mark.engine
@pytest.mark.parametrize(
    ("context", "slots", "cache"),
    [(2048, 1, "f16"), (1024, 4, "f16"), (2048, 1, "q8_0"), (2048, 1, "q4_0")],
)
def test_the_engine_reports_the_same_cache_when_it_loads(
    tmp_path: Path, context: int, slots: int, cache: CacheType
) -> None:
    model = TEST_MODELS / "smollm2-135m-instruct-q4_1.gguf"
    if not model.is_file() or importlib.util.find_spec("xllamacpp") is None:
        required("engine")
    arguments = [str(model), str(context * slots), str(slots), cache, str(tmp_path / "x.sock")]
    done = subprocess.run(
        [sys.executable, "-c", _LOAD, *arguments],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    log = done.stdout + done.stderr
    (size,) = re.findall(r"llama_kv_cache: size = +([\d.]+) MiB", log)
    (compute,) = re.findall(r"compute buffer size = +([\d.]+) MiB", log)
    card = by_name("smollm2:135m")
    assert float(size) == round(kv_bytes(_shape(card.name), context, slots, cache) / MIB, 2)
    found = need(card, Load("Q4_1", context, slots, cache, "cpu"))
    assert found is not None
    assert float(compute) * MIB < found.compute
    assert found.weights == model.stat().st_size
    for peak in re.findall(r"VmHWM:\s+(\d+) kB", log):
        assert found.weights + found.kv < int(peak) * 1024 < found.total
