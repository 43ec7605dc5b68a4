from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from reviewbot.models.catalog import (
    UNKNOWN,
    Weights,
    all_weights,
    families,
    family_of,
    preferred,
)
from reviewbot.models.sources import PUBLISHER_HOSTS


@pytest.mark.parametrize(
    ("model", "family"),
    [
        ("qwen2.5-coder:7b", "qwen2.5-coder"),
        ("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf", "qwen2.5-coder"),
        ("hf.co/Qwen/Qwen2.5-Coder-7B-Instruct-GGUF:Q4_K_M", "qwen2.5-coder"),
        ("hf.co/unsloth/DeepSeek-R1-Distill-Qwen-7B-GGUF:Q4_K_M", "deepseek-r1"),
        ("deepseek-coder-v2:16b", "deepseek-coder-v2"),
        ("deepseek-coder:6.7b", "deepseek-coder"),
        ("qwen3-coder:30b", "qwen3-coder"),
        ("someone/codestral:22b", "codestral"),
        ("SMOLLM2:135m", "smollm2"),
        ("microsoft_Phi-4-mini-instruct-Q4_K_M.gguf", "unknown"),
        ("Phi-4-mini-instruct-Q4_K_M.gguf", "phi4-mini"),
        ("phi4:14b", "phi4"),
        ("hf.co/unsloth/Llama-3.3-70B-Instruct-GGUF:Q4_K_M", "llama3.3"),
        ("mmnga/cyberagent-DeepSeek-R1-Distill-Qwen-14B-Japanese-gguf", "deepseek-r1"),
        ("qwen3:8b", "qwen3"),
        ("qwen3.6:27b", "qwen3.6"),
        ("qwen3-coder-next:q4_K_M", "qwen3-coder"),
        ("qwen2.5:7b", "unknown"),
        ("my-qwen2.5-coder", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_model_belongs_to_the_family_that_its_name_begins_with(model: str, family: str) -> None:
    assert family_of(model).name == family


def test_an_unknown_model_is_asked_plainly_and_never_chosen() -> None:
    assert family_of("llama3:8b") is UNKNOWN
    assert (UNKNOWN.review, UNKNOWN.layout, UNKNOWN.sampling.temperature) == (False, "system", 0)


def test_deepseek_r1_is_asked_as_its_publisher_says() -> None:
    family = family_of("deepseek-r1:7b")
    assert family.layout == "user"
    assert (family.sampling.temperature, family.sampling.top_p) == (0.6, 0.95)


def test_a_model_that_thinks_is_not_asked_greedily_while_it_does() -> None:
    """Greedy thoughts repeat themselves; their publishers say so."""
    for family in families():
        if family.thinks:
            assert family.sampling_at("low").temperature > 0, family.name


def test_without_thought_a_review_repeats_itself() -> None:
    drawn = {family.name for family in families() if family.sampling.temperature > 0}
    assert drawn == {"deepseek-r1", "gpt-oss"}


@pytest.mark.parametrize(
    "model", ["gemma2:9b", "codegemma:7b", "starcoder2:15b-instruct", "mistral:7b", "phi3:14b"]
)
def test_a_template_that_refuses_a_system_message_gets_none(model: str) -> None:
    assert family_of(model).layout == "no-system"


def test_no_family_hides_a_longer_name_behind_it() -> None:
    known = families()
    for at, family in enumerate(known):
        for later in known[at + 1 :]:
            assert not any(map(family.owns, (later.name, *later.also)))


def test_a_family_that_thinks_is_known_to() -> None:
    assert family_of("deepseek-r1:7b").thinks
    assert family_of("qwen3.5:9b").thinks
    assert not family_of("qwen2.5-coder:7b").thinks
    assert not UNKNOWN.thinks


def test_the_preferred_model_is_the_best_family_then_the_first() -> None:
    models = ["llama3:8b", "smollm2:135m", "deepseek-r1:7b", "qwen2.5-coder:7b", "qwen2.5-coder:1b"]
    assert preferred(models) == "qwen2.5-coder:7b"
    assert preferred(models[:3]) == "deepseek-r1:7b"
    assert preferred(models[:2]) is None
    assert preferred([]) is None


@pytest.mark.parametrize("weights", all_weights(), ids=lambda weights: weights.name)
def test_weights_can_be_verified_and_fetched(weights: Weights) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", weights.sha256)
    assert weights.bytes > 10_000_000
    assert weights.file.endswith(".gguf")
    assert "/" not in weights.file
    assert family_of(weights.file) is not UNKNOWN
    assert weights.url or weights.wheels
    if weights.url:
        assert urlsplit(weights.url).scheme == "https"
        assert urlsplit(weights.url).hostname in PUBLISHER_HOSTS


@pytest.mark.parametrize("weights", all_weights(), ids=lambda weights: weights.name)
def test_the_parts_of_the_wheels_add_up(weights: Weights) -> None:
    if wheels := weights.wheels:
        assert (wheels.parts - 1) * wheels.part_bytes < weights.bytes
        assert weights.bytes <= wheels.parts * wheels.part_bytes
        assert re.search(r"==[\d.]+$", wheels.requirement)
        assert ("{n}" in wheels.requirement) == (wheels.parts > 1)


def test_names_and_files_are_used_once() -> None:
    for key in ("name", "file"):
        values = [getattr(weights, key) for weights in all_weights()]
        assert len(values) == len(set(values))


def test_a_base_model_is_never_preferred() -> None:
    assert preferred(["qwen2.5-coder:1.5b-base"]) is None
